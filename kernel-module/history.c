// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/slab.h>

#include "history.h"

/* A kilobyte each: few allocations, little room lost in the last of them. */
#define TRAFMETUX_BLOCK_SAMPLES 32

static u32 trafmetux_history_blocks(const struct trafmetux_history *history)
{
	return DIV_ROUND_UP(history->size, TRAFMETUX_BLOCK_SAMPLES);
}

/**
 * trafmetux_history_init() - an empty history
 * @history: what to set up
 * @size: how many samples to keep, 1 to TRAFMETUX_HISTORY_MAX
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int trafmetux_history_init(struct trafmetux_history *history, u32 size)
{
	spin_lock_init(&history->lock);
	history->taken = 0;
	history->size = size;
	history->block = kcalloc(trafmetux_history_blocks(history),
				 sizeof(*history->block), GFP_KERNEL_ACCOUNT);
	return history->block ? 0 : -ENOMEM;
}

static struct trafmetux_sample *trafmetux_history_block(void)
{
	return kmalloc_array(TRAFMETUX_BLOCK_SAMPLES,
			     sizeof(struct trafmetux_sample),
			     GFP_KERNEL_ACCOUNT);
}

/**
 * trafmetux_history_reserve() - allocate all that a history may come to hold
 * @history: a new one
 *
 * Context: may sleep; the memory is charged to the caller.
 * Return: 0, or -ENOMEM with the history fit for use all the same.
 */
int trafmetux_history_reserve(struct trafmetux_history *history)
{
	u32 i;

	for (i = 0; i < trafmetux_history_blocks(history); i++) {
		history->block[i] = trafmetux_history_block();
		if (!history->block[i])
			return -ENOMEM;
	}
	return 0;
}

/**
 * trafmetux_history_release() - free what a history holds
 * @history: one that nobody reads or samples any more
 */
void trafmetux_history_release(struct trafmetux_history *history)
{
	u32 i;

	for (i = 0; i < trafmetux_history_blocks(history); i++)
		kfree(history->block[i]);
	kfree(history->block);
}

/**
 * trafmetux_history_add() - put a sample in, in place of the oldest if full
 * @history: where
 * @sample: what; copied
 *
 * Context: may sleep; one caller at a time.
 * Return: 0, or -ENOMEM with the history as it was.
 */
int trafmetux_history_add(struct trafmetux_history *history,
			  const struct trafmetux_sample *sample)
{
	u32 place = history->taken % history->size;
	struct trafmetux_sample *block;

	block = history->block[place / TRAFMETUX_BLOCK_SAMPLES];
	if (!block) {
		block = trafmetux_history_block();
		if (!block)
			return -ENOMEM;
	}

	spin_lock(&history->lock);
	history->block[place / TRAFMETUX_BLOCK_SAMPLES] = block;
	block[place % TRAFMETUX_BLOCK_SAMPLES] = *sample;
	history->taken++;
	spin_unlock(&history->lock);
	return 0;
}

/**
 * trafmetux_history_taken() - how many samples were ever put in
 * @history: of this
 *
 * Return: the count; the newest sample has the number below it.
 */
u32 trafmetux_history_taken(struct trafmetux_history *history)
{
	u32 taken;

	spin_lock(&history->lock);
	taken = history->taken;
	spin_unlock(&history->lock);
	return taken;
}

/**
 * trafmetux_history_get() - look up a sample by its number
 * @history: where
 * @number: which, counted from the first one ever
 * @sample: filled in with a copy
 *
 * Return: false if there is none of that number, or none any more.
 */
bool trafmetux_history_get(struct trafmetux_history *history, u32 number,
			   struct trafmetux_sample *sample)
{
	u32 place = number % history->size;
	bool found;

	spin_lock(&history->lock);
	found = number < history->taken &&
		history->taken - number <= history->size;
	if (found)
		*sample = history->block[place / TRAFMETUX_BLOCK_SAMPLES]
					[place % TRAFMETUX_BLOCK_SAMPLES];
	spin_unlock(&history->lock);
	return found;
}
