// SPDX-License-Identifier: GPL-2.0-or-later
/* What the files tell: the records of the range, and what is wrong with them. */
#include <errno.h>
#include <string.h>

#include "index/archive_index.h"
#include "index/archive_index_file.h"
#include "base/array.h"
#include "explain/explain.h"
#include "report/rate.h"

#define MINUTE_SECONDS 60

int explain_interval(const struct explain_file *file)
{
	return file && file->is_thinned ? RATE_INTERVAL_SECONDS : MINUTE_SECONDS;
}

void explain_sum_add(struct explain_sum *sum, int64_t time,
		     const struct counters *counters)
{
	const struct explain_sum one = {
		.records = 1, .first_time = time, .last_time = time,
		.counters = *counters,
	};

	explain_sum_join(sum, &one);
}

void explain_sum_join(struct explain_sum *sum, const struct explain_sum *other)
{
	if (!other->records)
		return;
	if (!sum->records || other->first_time < sum->first_time)
		sum->first_time = other->first_time;
	if (!sum->records || other->last_time > sum->last_time)
		sum->last_time = other->last_time;
	sum->records += other->records;
	counters_add(&sum->counters, &other->counters);
}

void explain_remark(struct explain *explain,
		    const struct explain_remark *remark)
{
	if (array_reserve((void **)&explain->remarks, &explain->remark_capacity,
			  explain->remark_count + 1, sizeof(*remark)))
		explain->error = -ENOMEM;
	else
		explain->remarks[explain->remark_count++] = *remark;
}

void explain_take_gap(struct explain *explain, const struct growth *growth,
		      const struct explain_file *file, uint64_t line)
{
	struct explain_remark gap = {
		.kind = EXPLAIN_GAP, .has_file = file, .line = line,
		.since = growth->since, .time = growth->time,
		.counters = growth->counters,
	};

	if (growth->since == SAMPLE_MINUTE ||
	    growth->time - growth->since <= explain_interval(file) ||
	    !time_range_holds(&explain->range, growth->time - 1))
		return;
	if (file)
		gap.file = file->file;
	explain_remark(explain, &gap);
}

void explain_take_growth(struct explain *explain, const struct growth *growth,
			 bool is_guess)
{
	struct explain_piece piece = {
		.series = growth->series, .low = growth->from,
		.high = growth->from,
		.first_time = growth->time, .last_time = growth->time,
		.is_guess = is_guess,
	};
	struct explain_piece *last = explain->piece_count ?
		&explain->pieces[explain->piece_count - 1] : NULL;

	counters_add(&piece.high, &growth->counters);
	if (last && last->series == piece.series &&
	    !last->is_guess && !is_guess &&
	    counters_compare(&last->high, &piece.low) == 0 &&
	    last->last_time <= piece.first_time &&
	    time_range_holds(&explain->range, last->last_time - 1) ==
	    time_range_holds(&explain->range, piece.last_time - 1)) {
		last->high = piece.high;
		last->last_time = piece.last_time;
		return;
	}
	if (array_reserve((void **)&explain->pieces, &explain->piece_capacity,
			  explain->piece_count + 1, sizeof(piece)))
		explain->error = -ENOMEM;
	else
		explain->pieces[explain->piece_count++] = piece;
}

static void take_record(struct explain *explain, struct explain_file *known,
			const struct archive_entry *entry)
{
	const struct growth growth = {
		.time = entry->sample.time, .since = entry->sample.since,
		.series = entry->series, .from = entry->from,
		.counters = counters_difference(&entry->sample.counters,
						&entry->from),
	};

	explain_take_growth(explain, &growth, false);
	explain_take_gap(explain, &growth, known, entry->line);
	if (time_range_holds(&explain->range, growth.time - 1))
		explain_sum_add(&known->sum, growth.time, &growth.counters);
}

void explain_take_file(struct explain *explain, const struct archive_file *file,
		       const struct archive_scan *scan)
{
	struct explain_file known = {
		.file = *file, .total = scan->total, .damaged = scan->damaged,
		.torn = scan->torn, .empty = scan->empty,
		.is_thinned = scan->is_thinned,
	};

	memcpy(known.damaged_lines, scan->damaged_lines,
	       sizeof(known.damaged_lines));
	for (size_t at = 0; at < scan->entries.count; at++) {
		const struct archive_entry *entry = &scan->entries.list[at];

		if (entry->grows && !entry->damaged)
			take_record(explain, &known, entry);
	}
	if (!known.sum.records &&
	    (archive_file_last_day(file) < explain->first_day ||
	     file->day > explain->last_day))
		return;
	if (array_reserve((void **)&explain->files, &explain->file_capacity,
			  explain->file_count + 1, sizeof(known)))
		explain->error = -ENOMEM;
	else
		explain->files[explain->file_count++] = known;
}

void explain_check_index(struct explain *explain)
{
	const struct archive *archive = explain->history->archive;
	struct archive_index index;

	if (archive_index_open(&index, archive, explain->monitor, INT32_MIN))
		explain->error = -ENOMEM;
	for (size_t at = 0; at < explain->file_count; at++) {
		struct explain_file *known = &explain->files[at];
		struct archive_index_day day;

		known->is_indexed =
			archive_index_find(&index, &known->file, &day) > 0;
		/* Next to a damaged file, the index is not asked. */
		if (known->is_indexed && !known->damaged &&
		    counters_compare(&day.total, &known->total))
			archive_report(archive, &known->file,
				       "the index tells other figures; remove the directory "
				       ARCHIVE_INDEX_DIRECTORY
				       ", the next update makes it anew");
	}
	archive_index_close(&index);
}
