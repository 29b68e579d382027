// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

int table_start(struct table *table, enum period_kind kind,
		struct calendar *calendar, const struct time_range *range,
		size_t columns)
{
	*table = (struct table){ .kind = kind, .calendar = calendar,
				 .range = *range, .column_count = columns };
	table->columns = calloc(columns + 1, sizeof(*table->columns));
	table->row = calloc(columns + 1, sizeof(*table->row));
	if (table->columns && table->row)
		return 0;
	table_free(table);
	return -ENOMEM;
}

static int64_t find_key(struct table *table, int64_t instant)
{
	if (instant < table->run.start || instant >= table->run.end)
		table->run_key = period_run(table->calendar, table->kind,
					    instant, &table->run);
	return table->run_key;
}

bool table_has_one(struct table *table, int64_t first, int64_t last)
{
	return find_key(table, first) == find_key(table, last);
}

static void note_instant(struct table *table, int64_t instant)
{
	if (!table->has_traffic || instant < table->first_instant)
		table->first_instant = instant;
	if (!table->has_traffic || instant > table->last_instant)
		table->last_instant = instant;
	table->has_traffic = true;
}

int table_add(struct table *table, size_t place, int64_t instant,
	      const struct counters *growth)
{
	struct column *column = &table->columns[place];
	struct cell *last = column->count ? &column->cells[column->count - 1] :
					    NULL;
	int64_t key;
	int error;

	note_instant(table, instant);
	key = find_key(table, instant);
	if (last && last->key == key) {
		counters_add(&last->growth, growth);
		return 0;
	}
	if (last && last->key > key)
		column->unsorted = true;
	error = array_reserve((void **)&column->cells, &column->capacity,
			      column->count + 1, sizeof(*column->cells));
	if (error)
		return error;
	column->cells[column->count++] = (struct cell){ .key = key,
							.growth = *growth };
	return 0;
}

static int add_to_window(struct table *table, int64_t key)
{
	int error = array_reserve((void **)&table->window,
				  &table->window_capacity,
				  table->window_count + 1,
				  sizeof(*table->window));

	if (!error)
		table->window[table->window_count++] = key;
	return error;
}

static void reverse_window(struct table *table)
{
	for (size_t low = 0; low < table->window_count / 2; low++) {
		size_t high = table->window_count - 1 - low;
		int64_t swap = table->window[low];

		table->window[low] = table->window[high];
		table->window[high] = swap;
	}
}

/*
 * An instant that is in the first of the periods or before them, and not before @first.
 * Where that is years ago, its local time is not asked for.
 */
static int64_t find_begin(enum period_kind kind, uint64_t times,
			  int64_t present, int64_t first)
{
	/* Days that no period is longer than, whatever is done to the clock. */
	static const int longest[] = {
		[PERIOD_MINUTE] = 1, [PERIOD_HOUR] = 1, [PERIOD_DAY] = 3,
		[PERIOD_WEEK] = 9, [PERIOD_MONTH] = 33, [PERIOD_YEAR] = 368,
	};
	int64_t reach;

	if (kind == PERIOD_TOTAL || first >= present)
		return first;
	reach = longest[kind] * DAY_SECONDS;
	if (times >= (uint64_t)(present - first) / (uint64_t)reach)
		return first;
	return present - (int64_t)times * reach;
}

int table_set_window(struct table *table, uint64_t times, int64_t present,
		     int64_t first)
{
	const int64_t begin = find_begin(table->kind, times, present, first);
	const int64_t oldest = period_key(table->calendar, table->kind, begin);
	int64_t key = period_key(table->calendar, table->kind, present);
	int error = 0;

	table->windowed = true;
	while (!error && times-- > 0 && key >= oldest) {
		error = add_to_window(table, key);
		key = period_previous(table->calendar, table->kind, key);
	}
	reverse_window(table);
	return error;
}

static int compare(const void *left, const void *right)
{
	const struct cell *first = left;
	const struct cell *second = right;

	return (first->key > second->key) - (first->key < second->key);
}

static void sort_column(struct column *column)
{
	size_t kept = 0;

	qsort(column->cells, column->count, sizeof(*column->cells), compare);
	for (size_t at = 1; at < column->count; at++) {
		struct cell *cell = &column->cells[at];

		if (column->cells[kept].key == cell->key)
			counters_add(&column->cells[kept].growth,
				     &cell->growth);
		else
			column->cells[++kept] = *cell;
	}
	column->count = kept + 1;
	column->unsorted = false;
}

int table_finish(struct table *table)
{
	int error = 0;

	/* The total is a row even when nothing was counted. */
	if (table->kind == PERIOD_TOTAL && !table->windowed) {
		table->windowed = true;
		error = add_to_window(table, 0);
	}
	for (size_t at = 0; at < table->column_count; at++) {
		if (table->columns[at].unsorted)
			sort_column(&table->columns[at]);
	}
	return error;
}

/* The key of the next row; false after the last. */
static bool next_key(struct table *table, int64_t *key)
{
	bool found = false;

	if (table->windowed) {
		if (table->window_next == table->window_count)
			return false;
		*key = table->window[table->window_next++];
		return true;
	}
	for (size_t at = 0; at < table->column_count; at++) {
		const struct column *column = &table->columns[at];

		if (column->next == column->count)
			continue;
		if (!found || column->cells[column->next].key < *key)
			*key = column->cells[column->next].key;
		found = true;
	}
	return found;
}

const struct counters *table_next(struct table *table, int64_t *key)
{
	if (table->column_count == 0 || !next_key(table, key))
		return NULL;
	for (size_t at = 0; at < table->column_count; at++) {
		struct column *column = &table->columns[at];

		while (column->next < column->count &&
		       column->cells[column->next].key < *key)
			column->next++;
		table->row[at] = (struct counters){ 0 };
		if (column->next < column->count &&
		    column->cells[column->next].key == *key)
			table->row[at] = column->cells[column->next++].growth;
	}
	return table->row;
}

void table_rewind(struct table *table)
{
	table->window_next = 0;
	for (size_t at = 0; at < table->column_count; at++)
		table->columns[at].next = 0;
}

const struct counters *table_row(struct table *table, int64_t key)
{
	const struct cell wanted = { .key = key };

	for (size_t at = 0; at < table->column_count; at++) {
		const struct column *column = &table->columns[at];
		const struct cell *cell = !column->count ? NULL :
			bsearch(&wanted, column->cells, column->count,
				sizeof(wanted), compare);

		table->row[at] = cell ? cell->growth : (struct counters){ 0 };
	}
	return table->row;
}

void table_free(struct table *table)
{
	for (size_t at = 0; table->columns && at < table->column_count; at++)
		array_free((void **)&table->columns[at].cells,
			   &table->columns[at].capacity);
	array_free((void **)&table->window, &table->window_capacity);
	free(table->columns);
	free(table->row);
	*table = (struct table){ 0 };
}
