// SPDX-License-Identifier: GPL-2.0-only
/* A table's rows, one by one: for who reads them, samples them and takes them away. */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "hosts.h"

static void trafmetux_reading_add(struct trafmetux_reading *sum,
				  const struct trafmetux_reading *reading)
{
	sum->packets += reading->packets;
	sum->bytes += reading->bytes;
}

static void trafmetux_host_read(const struct trafmetux_host *host,
				struct trafmetux_host_row *row)
{
	unsigned int i;

	row->address = host->address;
	row->tag = host->tag;
	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++)
		row->total[i] = trafmetux_flow_read(&host->flow[i]);
}

/* The rows of a page that are in use, from its @i-th on; @i becomes the first's. */
static void trafmetux_hosts_rows_of(struct trafmetux_hosts *hosts,
				    const struct trafmetux_host_page *page, u32 *i,
				    struct trafmetux_host_rows *rows, u32 most)
{
	u32 at;

	lockdep_assert_held(&hosts->lock);
	for (at = *i; at < TRAFMETUX_PAGE_HOSTS && rows->count < most; at++) {
		struct trafmetux_host_row *row = &rows->row[rows->count];

		if (!page->note[at].id)
			continue;
		trafmetux_host_read(&page->host[at], row);
		row->note = page->note[at];
		if (!rows->count++)
			*i = at;
		rows->last = at;
	}
}

/**
 * trafmetux_hosts_read() - read the next rows
 * @hosts: the table
 * @place: where to begin to look, from 0 on
 * @rows: filled
 * @most: how many rows there may be in it
 *
 * Context: any; may spin as long as a page of rows takes.
 * Return: the first row's place, or U32_MAX if there is none from there on.
 */
u32 trafmetux_hosts_read(struct trafmetux_hosts *hosts, u32 place,
			 struct trafmetux_host_rows *rows, u32 most)
{
	u32 number = place / TRAFMETUX_PAGE_HOSTS;
	u32 i = place % TRAFMETUX_PAGE_HOSTS;

	rows->count = 0;
	for (;; i = 0, number++) {
		bool is_there;

		spin_lock_bh(&hosts->lock);
		is_there = number < hosts->page_count;
		if (is_there)
			trafmetux_hosts_rows_of(hosts, hosts->pages[number], &i,
						rows, most);
		spin_unlock_bh(&hosts->lock);
		if (!is_there)
			return U32_MAX;
		if (!rows->count)
			continue;
		rows->last += number * TRAFMETUX_PAGE_HOSTS;
		return number * TRAFMETUX_PAGE_HOSTS + i;
	}
}

/**
 * trafmetux_hosts_row() - read the next row
 * @hosts: the table
 * @place: where to begin to look, from 0 on
 * @row: filled
 *
 * Context: as trafmetux_hosts_read().
 * Return: as trafmetux_hosts_read().
 */
u32 trafmetux_hosts_row(struct trafmetux_hosts *hosts, u32 place,
			struct trafmetux_host_row *row)
{
	struct trafmetux_host_rows rows;

	place = trafmetux_hosts_read(hosts, place, &rows, 1);
	if (place != U32_MAX)
		*row = rows.row[0];
	return place;
}

static struct trafmetux_host *trafmetux_hosts_at(struct trafmetux_hosts *hosts,
						 u32 place)
{
	lockdep_assert_held(&hosts->lock);
	return &hosts->pages[place / TRAFMETUX_PAGE_HOSTS]
			->host[place % TRAFMETUX_PAGE_HOSTS];
}

/**
 * trafmetux_host_sum() - what changes whenever a row moves
 * @total: what it has counted
 *
 * A packet may be seen before its bytes, so that both are in it.
 *
 * Return: a number that only grows.
 */
u64 trafmetux_host_sum(const struct trafmetux_reading *total)
{
	return total[TRAFMETUX_UP].packets + total[TRAFMETUX_UP].bytes +
	       total[TRAFMETUX_DOWN].packets + total[TRAFMETUX_DOWN].bytes;
}

/**
 * trafmetux_hosts_sampled() - there is a sample of a row
 * @hosts: the table
 * @place: the row's
 * @row: what was sampled
 * @seen: the boot time, in seconds
 *
 * Context: within trafmetux_registry_lock(), so that no row goes meanwhile.
 */
void trafmetux_hosts_sampled(struct trafmetux_hosts *hosts, u32 place,
			     const struct trafmetux_host_row *row, u32 seen)
{
	struct trafmetux_host_note *note;

	spin_lock_bh(&hosts->lock);
	note = trafmetux_host_note(trafmetux_hosts_at(hosts, place));
	note->sampled = trafmetux_host_sum(row->total);
	note->seen = seen;
	spin_unlock_bh(&hosts->lock);
}

/**
 * trafmetux_hosts_unlink() - let no packet find a row any more
 * @hosts: the table
 * @place: the row's
 *
 * Those that found it before may count in it until a grace period of RCU is over.
 *
 * Context: within trafmetux_registry_lock().
 */
void trafmetux_hosts_unlink(struct trafmetux_hosts *hosts, u32 place)
{
	struct trafmetux_host __rcu **link;
	struct trafmetux_buckets *buckets;
	struct trafmetux_host *host;

	spin_lock_bh(&hosts->lock);
	host = trafmetux_hosts_at(hosts, place);
	buckets = rcu_dereference_protected(hosts->buckets,
					    lockdep_is_held(&hosts->lock));
	link = trafmetux_hosts_chain(buckets, &host->address, host->tag);
	while (rcu_access_pointer(*link) != host)
		link = &rcu_dereference_protected(*link, true)->next;
	rcu_assign_pointer(*link, rcu_dereference_protected(host->next, true));
	trafmetux_host_note(host)->flags |= TRAFMETUX_HOST_GOING;
	spin_unlock_bh(&hosts->lock);
}

/**
 * trafmetux_hosts_fold() - make a row a part of "gone"
 * @hosts: the table
 * @place: the row's; it was unlinked, and a grace period of RCU has passed
 *
 * All at once: whoever reads the table finds its bytes in one place, or is told that
 * they moved while he read.
 *
 * Context: within trafmetux_registry_lock().
 */
void trafmetux_hosts_fold(struct trafmetux_hosts *hosts, u32 place)
{
	struct trafmetux_host_row row;
	struct trafmetux_host *host;
	unsigned int i;

	spin_lock_bh(&hosts->lock);
	host = trafmetux_hosts_at(hosts, place);
	trafmetux_host_read(host, &row);
	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++)
		trafmetux_reading_add(&hosts->gone[i], &row.total[i]);
	memset(trafmetux_host_note(host), 0, sizeof(struct trafmetux_host_note));
	memset(host, 0, sizeof(*host));
	rcu_assign_pointer(host->next, hosts->free);
	hosts->free = host;
	hosts->used--;
	hosts->moves++;
	spin_unlock_bh(&hosts->lock);
}

/**
 * trafmetux_hosts_state() - read what is of no row
 * @hosts: the table
 * @state: filled
 *
 * Context: any.
 */
void trafmetux_hosts_state(struct trafmetux_hosts *hosts,
			   struct trafmetux_hosts_state *state)
{
	unsigned int i;

	spin_lock_bh(&hosts->lock);
	state->max = hosts->max;
	state->used = hosts->used;
	state->moves = hosts->moves;
	state->before = hosts->before;
	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++) {
		state->other[i] = trafmetux_flow_read(&hosts->other.flow[i]);
		state->gone[i] = hosts->gone[i];
	}
	spin_unlock_bh(&hosts->lock);
}

/**
 * trafmetux_hosts_begin() - the table is the only one that feeds its monitor
 * @hosts: the table, which no rule or meter uses yet
 * @total: what the monitor has counted
 *
 * Context: may sleep; within trafmetux_registry_lock(), so that no row moves.
 */
void trafmetux_hosts_begin(struct trafmetux_hosts *hosts,
			   const struct trafmetux_reading *total)
{
	struct trafmetux_hosts_state state;
	struct trafmetux_reading rows = {};
	struct trafmetux_host_row row;
	unsigned int i;
	u32 place;

	for (place = trafmetux_hosts_row(hosts, 0, &row); place != U32_MAX;
	     place = trafmetux_hosts_row(hosts, place + 1, &row)) {
		for (i = 0; i < TRAFMETUX_DIRECTIONS; i++)
			trafmetux_reading_add(&rows, &row.total[i]);
		cond_resched();
	}
	trafmetux_hosts_state(hosts, &state);
	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++) {
		trafmetux_reading_add(&rows, &state.other[i]);
		trafmetux_reading_add(&rows, &state.gone[i]);
	}
	spin_lock_bh(&hosts->lock);
	hosts->before.packets = total->packets - rows.packets;
	hosts->before.bytes = total->bytes - rows.bytes;
	spin_unlock_bh(&hosts->lock);
}
