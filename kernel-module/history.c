// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "history.h"

/* A kilobyte or two: few allocations, little room lost in the last of them. */
#define TRAFMETUX_BLOCK_SAMPLES 32

static u32 trafmetux_history_blocks(const struct trafmetux_history *history)
{
	return DIV_ROUND_UP(history->size, TRAFMETUX_BLOCK_SAMPLES);
}

/**
 * trafmetux_history_init() - an empty history
 * @history: what to set up
 * @size: how many samples to keep, at least 1
 * @sample_size: how many bytes one takes
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int trafmetux_history_init(struct trafmetux_history *history, u32 size,
			   u32 sample_size)
{
	spin_lock_init(&history->lock);
	history->taken = 0;
	history->size = size;
	history->sample_size = sample_size;
	history->block = kvcalloc(trafmetux_history_blocks(history),
				  sizeof(*history->block), GFP_KERNEL_ACCOUNT);
	return history->block ? 0 : -ENOMEM;
}

static void *trafmetux_history_block(const struct trafmetux_history *history)
{
	return kmalloc_array(TRAFMETUX_BLOCK_SAMPLES, history->sample_size,
			     GFP_KERNEL_ACCOUNT);
}

/* Where the sample of a number is, in which block and at which byte of it. */
static u32 trafmetux_history_place(const struct trafmetux_history *history,
				   u64 number, u32 *offset)
{
	u32 place;

	div_u64_rem(number, history->size, &place);
	*offset = place % TRAFMETUX_BLOCK_SAMPLES * history->sample_size;
	return place / TRAFMETUX_BLOCK_SAMPLES;
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
		history->block[i] = trafmetux_history_block(history);
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
	kvfree(history->block);
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
			  const void *sample)
{
	u32 offset;
	u32 number = trafmetux_history_place(history, history->taken, &offset);
	void *block = history->block[number];

	if (!block) {
		block = trafmetux_history_block(history);
		if (!block)
			return -ENOMEM;
	}

	spin_lock(&history->lock);
	history->block[number] = block;
	memcpy(block + offset, sample, history->sample_size);
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
u64 trafmetux_history_taken(struct trafmetux_history *history)
{
	u64 taken;

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
bool trafmetux_history_get(struct trafmetux_history *history, u64 number,
			   void *sample)
{
	u32 offset;
	u32 block = trafmetux_history_place(history, number, &offset);
	bool found;

	spin_lock(&history->lock);
	found = number < history->taken &&
		history->taken - number <= history->size;
	if (found)
		memcpy(sample, history->block[block] + offset,
		       history->sample_size);
	spin_unlock(&history->lock);
	return found;
}
