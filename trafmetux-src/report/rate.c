// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/rate.h"

#include <stdlib.h>

#include "base/array.h"

/* Rounded down, also before 1970. */
static int64_t interval_of(int64_t instant)
{
	return instant / RATE_INTERVAL_SECONDS -
	       (instant % RATE_INTERVAL_SECONDS < 0);
}

/* The first interval that begins at @instant or later. */
static int64_t interval_from(int64_t instant)
{
	return interval_of(instant) + (instant % RATE_INTERVAL_SECONDS != 0);
}

static int append(struct rate_log *log, const struct rate_interval *interval)
{
	int error = array_reserve((void **)&log->list, &log->capacity,
				  log->count + 1, sizeof(*log->list));

	if (error)
		return error;
	if (log->count && log->list[log->count - 1].start >= interval->start)
		log->unsorted = true;
	log->list[log->count++] = *interval;
	return 0;
}

int rate_log_add(struct rate_log *log, int64_t instant, uint64_t bytes)
{
	const struct rate_interval interval = {
		.start = interval_of(instant) * RATE_INTERVAL_SECONDS,
		.bytes = amount_of(bytes),
	};

	if (log->count && log->list[log->count - 1].start == interval.start) {
		amount_add(&log->list[log->count - 1].bytes, interval.bytes);
		return 0;
	}
	return append(log, &interval);
}

static int compare_starts(const void *left, const void *right)
{
	const struct rate_interval *first = left;
	const struct rate_interval *second = right;

	return (first->start > second->start) - (first->start < second->start);
}

void rate_log_finish(struct rate_log *log)
{
	size_t kept = 0;

	if (!log->unsorted)
		return;
	qsort(log->list, log->count, sizeof(*log->list), compare_starts);
	for (size_t at = 1; at < log->count; at++) {
		if (log->list[at].start == log->list[kept].start)
			amount_add(&log->list[kept].bytes,
				   log->list[at].bytes);
		else
			log->list[++kept] = log->list[at];
	}
	log->count = kept + 1;
	log->unsorted = false;
}

/* Where in the log the intervals from @start on are. */
static size_t find(const struct rate_log *log, int64_t start)
{
	size_t low = 0;
	size_t high = log->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (log->list[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int rate_log_merge(struct rate_log *merged, const struct rate_log *log,
		   bool is_subtracted, int64_t start, int64_t end)
{
	int error = 0;

	for (size_t at = find(log, start); !error && at < log->count; at++) {
		struct rate_interval interval = log->list[at];

		if (interval.start > end - RATE_INTERVAL_SECONDS)
			break;
		if (is_subtracted)
			interval.bytes = amount_negated(interval.bytes);
		error = append(merged, &interval);
	}
	return error;
}

static int compare_bytes(const void *left, const void *right)
{
	const struct rate_interval *first = left;
	const struct rate_interval *second = right;

	return amount_compare(second->bytes, first->bytes);
}

bool rate_percentile(struct rate_log *log, int64_t start, int64_t end,
		     struct amount *rate)
{
	const int64_t intervals = interval_of(end) - interval_from(start);
	const uint64_t idle = (uint64_t)intervals - log->count;
	struct amount bytes = { 0 };
	size_t positive = 0;
	uint64_t place;

	if (intervals <= 0)
		return false;
	/* From the highest down: those above zero, the idle ones, the rest. */
	place = (uint64_t)intervals * RATE_LEFT_OUT_PERCENT / 100;
	if (log->count)
		qsort(log->list, log->count, sizeof(*log->list),
		      compare_bytes);
	while (positive < log->count && !log->list[positive].bytes.is_negative)
		positive++;
	if (place < positive)
		bytes = log->list[place].bytes;
	else if (place >= positive + idle)
		bytes = log->list[place - idle].bytes;
	*rate = amount_rate(bytes, RATE_INTERVAL_SECONDS);
	return true;
}

void rate_log_free(struct rate_log *log)
{
	array_free((void **)&log->list, &log->capacity);
	*log = (struct rate_log){ 0 };
}
