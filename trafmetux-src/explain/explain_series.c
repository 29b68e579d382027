// SPDX-License-Identifier: GPL-2.0-or-later
/* From pieces to series: where each begins, and when the clock was set back. */
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "explain/explain.h"
#include "archive/import_series.h"

/* By series, then in the order in which they were counted. */
static int compare_pieces(const void *left, const void *right)
{
	const struct explain_piece *first = left;
	const struct explain_piece *second = right;

	if (first->series != second->series)
		return first->series < second->series ? -1 : 1;
	return counters_compare(&first->low, &second->low);
}

static int compare_series(const void *left, const void *right)
{
	const struct explain_series *first = left;
	const struct explain_series *second = right;

	return (first->sum.first_time > second->sum.first_time) -
	       (first->sum.first_time < second->sum.first_time);
}

static bool in_range(const struct explain *explain,
		     const struct explain_piece *piece)
{
	return time_range_holds(&explain->range, piece->last_time - 1);
}

static enum explain_begin find_begin(const struct explain *explain,
				     const struct explain_piece *lowest)
{
	if (!in_range(explain, lowest))
		return EXPLAIN_GOES_ON;
	return lowest->low.packets || lowest->low.bytes ? EXPLAIN_LACKS_BEGIN :
							  EXPLAIN_NEW;
}

/* No kernel counts bytes without packets; others do, as vnStat. */
static bool lacks_packets(const struct explain_series *series)
{
	return !series->base.packets && !series->sum.counters.packets &&
	       series->sum.counters.bytes;
}

/* One series: its @count pieces, in the order in which they were counted. */
static void add_series(struct explain *explain,
		       const struct explain_piece *pieces, size_t count,
		       const struct import_series *imports)
{
	const struct history *history = explain->history;
	struct explain_series series = {
		.series = pieces->series, .begin = find_begin(explain, pieces),
		.created = LIVE_UNKNOWN,
	};

	if (history->is_live && history->live.series == series.series)
		series.created = history->live.created;
	for (size_t at = 0; at < count; at++) {
		const struct explain_piece *piece = &pieces[at];
		const struct counters growth =
			counters_difference(&piece->high, &piece->low);

		if (!in_range(explain, piece))
			continue;
		if (!series.sum.records)
			series.base = piece->low;
		explain_sum_add(&series.sum, piece->first_time, &growth);
		if (piece->last_time > series.sum.last_time)
			series.sum.last_time = piece->last_time;
	}
	if (!series.sum.records)
		return;
	series.is_import = import_series_holds(imports, series.series) ||
			   lacks_packets(&series);
	if (array_reserve((void **)&explain->series, &explain->series_capacity,
			  explain->series_count + 1, sizeof(series)))
		explain->error = -ENOMEM;
	else
		explain->series[explain->series_count++] = series;
}

/* Counted later, and told to be earlier. */
static void find_clock_back(struct explain *explain,
			    const struct explain_piece *pieces, size_t count)
{
	const struct explain_piece *before = NULL;

	for (size_t at = 0; at < count; at++) {
		const struct explain_piece *piece = &pieces[at];

		if (piece->is_guess)
			continue;
		if (before && piece->first_time < before->last_time &&
		    (in_range(explain, before) || in_range(explain, piece))) {
			const struct explain_remark remark = {
				.kind = EXPLAIN_CLOCK_BACK,
				.since = before->last_time,
				.time = piece->first_time,
			};

			explain_remark(explain, &remark);
		}
		before = piece;
	}
}

void explain_find_series(struct explain *explain)
{
	const struct explain_piece *pieces = explain->pieces;
	struct import_series imports = { 0 };
	size_t count;

	if (explain->history->archive &&
	    import_series_read(explain->history->archive, &imports))
		explain->error = -ENOMEM;

	if (explain->piece_count)
		qsort(explain->pieces, explain->piece_count, sizeof(*pieces),
		      compare_pieces);
	for (size_t at = 0; at < explain->piece_count; at += count) {
		count = 1;
		while (at + count < explain->piece_count &&
		       pieces[at + count].series == pieces[at].series)
			count++;
		add_series(explain, pieces + at, count, &imports);
		find_clock_back(explain, pieces + at, count);
	}
	if (explain->series_count)
		qsort(explain->series, explain->series_count,
		      sizeof(*explain->series), compare_series);
	import_series_free(&imports);
}
