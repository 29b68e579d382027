// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* A record's traffic belongs to the minute that ends with it. */
#define MINUTE_SECONDS 60

struct ranked {
	int64_t key;
	struct amount bytes;
};

static int64_t earlier(int64_t left, int64_t right)
{
	return left < right ? left : right;
}

static int64_t later(int64_t left, int64_t right)
{
	return left > right ? left : right;
}

struct figure rows_figure(const struct expression *column,
			  const struct counters *counters)
{
	struct figure figure = { 0 };

	for (size_t at = 0; at < column->count; at++) {
		const struct expression_term *term = &column->terms[at];
		struct amount packets =
			amount_of(counters[term->place].packets);
		struct amount bytes = amount_of(counters[term->place].bytes);

		if (term->is_subtracted) {
			packets = amount_negated(packets);
			bytes = amount_negated(bytes);
		}
		amount_add(&figure.packets, packets);
		amount_add(&figure.bytes, bytes);
	}
	return figure;
}

/* The busiest first, then the oldest. */
static int compare(const void *left, const void *right)
{
	const struct ranked *first = left;
	const struct ranked *second = right;
	int order = amount_compare(second->bytes, first->bytes);

	return order ? order : (first->key > second->key) -
			       (first->key < second->key);
}

static int rank(struct rows *rows)
{
	const struct rows_request *request = &rows->request;
	const struct counters *counters;
	size_t capacity = 0;
	int64_t key;

	while ((counters = table_next(request->table, &key))) {
		struct ranked ranked = { .key = key };

		for (size_t at = 0; at < request->column_count; at++) {
			struct figure figure =
				rows_figure(&request->columns[at], counters);

			amount_add(&ranked.bytes, figure.bytes);
		}
		if (array_reserve((void **)&rows->ranked, &capacity,
				  rows->ranked_count + 1,
				  sizeof(*rows->ranked)))
			return -ENOMEM;
		rows->ranked[rows->ranked_count++] = ranked;
	}
	if (rows->ranked_count)
		qsort(rows->ranked, rows->ranked_count, sizeof(*rows->ranked),
		      compare);
	if (rows->ranked_count > request->top)
		rows->ranked_count = (size_t)request->top;
	return 0;
}

int rows_start(struct rows *rows, const struct rows_request *request)
{
	const struct table *table = request->table;
	int error = 0;

	*rows = (struct rows){ .request = *request };
	rows->figures = calloc(request->column_count + 1,
			       sizeof(*rows->figures));
	rows->totals = calloc(request->column_count + 1,
			      sizeof(*rows->totals));
	if (!rows->figures || !rows->totals)
		error = -ENOMEM;
	/* Averages leave out what is still to come, unless it has traffic. */
	rows->rate_end = request->present;
	if (table->has_traffic)
		rows->rate_end = later(rows->rate_end, table->last_instant + 1);
	if (!error && request->top)
		error = rank(rows);
	if (error)
		rows_free(rows);
	return error;
}

/* The 95th percentile of a column in [start, end). */
static int find_percentile(struct rows *rows, const struct expression *column,
			   int64_t start, int64_t end, struct figure *figure)
{
	int error = 0;

	rows->merged.count = 0;
	for (size_t at = 0; !error && at < column->count; at++) {
		const struct expression_term *term = &column->terms[at];

		error = rate_log_merge(&rows->merged,
				       &rows->request.logs[term->place],
				       term->is_subtracted, start, end);
	}
	rate_log_finish(&rows->merged);
	figure->has_percentile = rate_percentile(&rows->merged, start, end,
						 &figure->percentile);
	return error;
}

static int find_rates(struct rows *rows, struct row *row,
		      struct figure *figures)
{
	const struct table *table = rows->request.table;
	int64_t start = table->first_instant + 1 - MINUTE_SECONDS;
	int64_t end = rows->rate_end;
	int error = 0;

	if (!rows->request.logs)
		return 0;
	if (row->has_start)
		start = row->start;
	else if (!table->has_traffic)
		start = end;
	if (row->has_end)
		end = earlier(end, row->end);
	if (end <= start)
		return 0;
	row->seconds = (uint64_t)(end - start);
	for (size_t at = 0; !error && at < rows->request.column_count; at++) {
		figures[at].has_average = true;
		figures[at].average = amount_rate(figures[at].bytes,
						  row->seconds);
		error = find_percentile(rows, &rows->request.columns[at],
					start, end, &figures[at]);
	}
	return error;
}

/* The part of a period that lies in the range. */
static void describe(struct rows *rows, int64_t key, struct row *row)
{
	const struct table *table = rows->request.table;
	const struct time_range *range = &table->range;
	struct period period;

	period_describe(table->calendar, table->kind, key, &period);
	*row = (struct row){
		.has_start = period.bounded || range->start != TIME_RANGE_START,
		.has_end = period.bounded || range->end != TIME_RANGE_END,
		.start = range->start,
		.end = range->end,
	};
	memcpy(row->label, period.label, sizeof(row->label));
	if (period.bounded) {
		row->start = later(range->start, period.start);
		row->end = earlier(range->end, period.end);
	}
}

static void add_to_totals(struct rows *rows, const struct row *row)
{
	if (rows->count++ == 0)
		rows->first_start = row->start;
	rows->last_end = row->end;
	for (size_t at = 0; at < rows->request.column_count; at++) {
		amount_add(&rows->totals[at].packets,
			   rows->figures[at].packets);
		amount_add(&rows->totals[at].bytes, rows->figures[at].bytes);
	}
}

int rows_next(struct rows *rows, struct row *row)
{
	const struct rows_request *request = &rows->request;
	const struct counters *counters = NULL;
	int64_t key;
	int error;

	if (!request->top) {
		counters = table_next(request->table, &key);
	} else if (rows->next < rows->ranked_count) {
		key = rows->ranked[rows->next++].key;
		counters = table_row(request->table, key);
	}
	if (!counters)
		return 0;
	describe(rows, key, row);
	row->figures = rows->figures;
	for (size_t at = 0; at < request->column_count; at++)
		rows->figures[at] = rows_figure(&request->columns[at],
						counters);
	error = find_rates(rows, row, rows->figures);
	if (error)
		return error;
	add_to_totals(rows, row);
	return 1;
}

void rows_rewind(struct rows *rows)
{
	const size_t columns = rows->request.column_count;

	table_rewind(rows->request.table);
	rows->next = 0;
	rows->count = 0;
	memset(rows->totals, 0, columns * sizeof(*rows->totals));
}

int rows_total(struct rows *rows, struct row *row)
{
	const struct table *table = rows->request.table;
	/* With a window, the range may begin long before the first row. */
	const bool whole = !table->windowed;

	*row = (struct row){ .label = "total", .figures = rows->totals };
	if (rows->request.top)
		return 0;
	row->has_start = rows->count;
	row->has_end = rows->count;
	row->start = rows->first_start;
	row->end = rows->last_end;
	if (whole && table->range.start != TIME_RANGE_START) {
		row->has_start = true;
		row->start = table->range.start;
	}
	if (whole && table->range.end != TIME_RANGE_END) {
		row->has_end = true;
		row->end = table->range.end;
	}
	return row->has_start && row->has_end ?
		find_rates(rows, row, rows->totals) : 0;
}

void rows_free(struct rows *rows)
{
	free(rows->figures);
	free(rows->totals);
	free(rows->ranked);
	rate_log_free(&rows->merged);
	*rows = (struct rows){ 0 };
}
