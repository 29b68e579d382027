// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/meter_counters.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/*
 * A counter that is read while it changes is read again, so often at most: at once, and
 * then after a pause, for who counts may be held up, as where a host has several guests.
 */
#define TRIES_AT_ONCE 100
#define TRIES 1100
#define PAUSE_NS 50000

/* More terms than processors begin while one is being written. */
#define TERMS_AHEAD (UINT64_C(1) << 20)

static void set_end(struct meter_processors *processors, uint32_t highest)
{
	processors->end = highest + 1;
	processors->mask = 0;
	while (processors->mask < highest)
		processors->mask = 2 * processors->mask + 1;
}

/* Their numbers too; the caller frees them. */
static int find_numbers(struct meter_processors *processors, uint16_t **numbers)
{
	const int count = bpf_processors();
	int error;

	*numbers = NULL;
	if (count < 0)
		return count;
	*numbers = calloc((size_t)count, sizeof(**numbers));
	if (!*numbers)
		return -ENOMEM;
	error = bpf_processor_numbers(*numbers, (size_t)count);
	processors->count = (uint32_t)count;
	if (!error)
		set_end(processors, (*numbers)[count - 1]);
	return error;
}

int meter_processors_find(struct meter_processors *processors)
{
	uint16_t *numbers;
	const int error = find_numbers(processors, &numbers);

	free(numbers);
	return error;
}

uint32_t meter_counters_size(const struct meter_processors *processors)
{
	return (processors->mask + 1) * (uint32_t)sizeof(struct meter_counter);
}

/* All pages of it, or NULL and errno. */
static void *map_memory(int map, size_t size, int protection)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *memory = mmap(NULL, (size + page - 1) / page * page, protection,
			    MAP_SHARED, map, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static void unmap_memory(void *memory, size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	munmap(memory, (size + page - 1) / page * page);
}

/* In an order that is none of the compiler's. */
static void read_counter(const volatile struct meter_counter *from,
			 struct meter_counter *counter)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };

	for (int tries = 0; tries < TRIES; tries++) {
		if (tries > TRIES_AT_ONCE)
			nanosleep(&pause, NULL);
		counter->done = from->done;
		__sync_synchronize();
		counter->bytes = from->bytes;
		counter->ends = from->ends;
		counter->stored = from->stored;
		__sync_synchronize();
		counter->packets = from->packets;
		if (counter->done == counter->packets)
			return;
	}
	/* It counts without a pause: what was done is no more than what was counted. */
	counter->packets = counter->done;
}

int meter_counters_read(int map, struct meter_counter *counters, uint32_t processors)
{
	struct meter_processors found;
	uint16_t *numbers;
	int error = find_numbers(&found, &numbers);
	const struct meter_counter *all = NULL;

	if (!error && found.count != processors)
		error = -EINVAL;
	if (!error) {
		all = map_memory(map, meter_counters_size(&found), PROT_READ);
		error = all ? 0 : -errno;
	}
	for (uint32_t at = 0; !error && at < processors; at++)
		read_counter(&all[numbers[at]], &counters[at]);
	if (all)
		unmap_memory((void *)(uintptr_t)all, meter_counters_size(&found));
	free(numbers);
	return error;
}

int meter_limit_read(int map, uint64_t *bytes)
{
	struct meter_limit limit;
	const int error = bpf_map_lookup(map, 0, &limit);

	*bytes = error ? 0 : limit.bytes;
	return error;
}

int meter_limit_write(int map, uint64_t bytes)
{
	volatile struct meter_limit *limit;

	limit = map_memory(map, sizeof(*limit), PROT_READ | PROT_WRITE);
	if (!limit)
		return -errno;
	limit->left = bytes;
	limit->bytes = bytes;
	__sync_synchronize();
	limit->term += TERMS_AHEAD;
	unmap_memory((void *)(uintptr_t)limit, sizeof(*limit));
	return 0;
}
