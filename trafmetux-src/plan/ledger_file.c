// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/ledger_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "plan/plan_file.h"

/* While records are read. */
struct reading {
	struct ledger *records;
	int64_t present;
};

static bool parse_day(const char **cursor, int32_t *day)
{
	if (strlen(*cursor) < 11 || (*cursor)[10] != ' ' ||
	    !calendar_parse_day(*cursor, day))
		return false;
	*cursor += 11;
	return true;
}

/* East of Greenwich, 1970 begins below zero. */
static bool parse_time(const char **cursor, const char *end, int64_t *time)
{
	const bool is_negative = **cursor == '-';

	*cursor += is_negative;
	if (!number_parse_time(cursor, end, time) || *(*cursor)++ != ' ')
		return false;
	if (is_negative)
		*time = -*time;
	return true;
}

bool ledger_record_parse(const char *line, struct ledger_row *row,
			 int64_t *written)
{
	const char *const end = line + strlen(line);
	struct schedule_period *period = &row->period;
	uint64_t *const figures[] = { &row->base, &row->carried,
				      &row->topped_up, &row->used, &row->free };
	const char *cursor = line;

	*row = (struct ledger_row){ .is_recorded = true };
	if (!parse_day(&cursor, &period->first_day) ||
	    !parse_day(&cursor, &period->end_day) ||
	    !parse_time(&cursor, end, &period->start) ||
	    !parse_time(&cursor, end, &period->end))
		return false;
	for (size_t at = 0; at < sizeof(figures) / sizeof(*figures); at++) {
		if (!number_parse(&cursor, end, figures[at]) ||
		    *cursor++ != ' ')
			return false;
	}
	if (!number_parse_time(&cursor, end, written) || cursor != end)
		return false;
	row->written = *written;
	return period->start < period->end &&
	       period->first_day < period->end_day;
}

size_t ledger_record_format(const struct ledger_row *row, int64_t written,
			    char *text, size_t size)
{
	const struct schedule_period *period = &row->period;
	char first[16];
	char end[16];

	calendar_format_day(period->first_day, first, sizeof(first));
	calendar_format_day(period->end_day, end, sizeof(end));
	return (size_t)snprintf(text, size,
				"%s %s %" PRId64 " %" PRId64 " %" PRIu64
				" %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
				" %" PRId64 "\n",
				first, end, period->start, period->end,
				row->base, row->carried, row->topped_up,
				row->used, row->free, written);
}

/* Takes the record in, and out those before it in the file that it overlaps. */
static int take_line(void *context, const char *line)
{
	struct reading *reading = context;
	struct ledger *records = reading->records;
	struct ledger_row row;
	int64_t written;
	size_t kept = 0;
	size_t place;

	if (!ledger_record_parse(line, &row, &written))
		return -EBADMSG;
	/* The clock was wrong then, or it is now. */
	if (written > reading->present || row.period.end > reading->present)
		return 0;
	for (size_t at = 0; at < records->count; at++) {
		const struct schedule_period *other = &records->rows[at].period;

		if (other->end <= row.period.start ||
		    other->start >= row.period.end)
			records->rows[kept++] = records->rows[at];
	}
	records->count = kept;
	if (ledger_add(records, &row))
		return -ENOMEM;
	for (place = kept; place > 0 && records->rows[place - 1].period.start >
					row.period.start; place--)
		records->rows[place] = records->rows[place - 1];
	records->rows[place] = row;
	return 0;
}

int ledger_file_read(const struct archive *archive, const char *plan,
		     int64_t present, struct ledger *records)
{
	const struct plan_file file = { archive, plan, "ledger" };
	struct reading reading = { records, present };

	return plan_file_read(&file, take_line, &reading);
}

int ledger_file_append(const struct archive *archive, const char *plan,
		       const struct ledger_row *rows, size_t count,
		       int64_t written)
{
	const struct plan_file file = { archive, plan, "ledger" };
	char *text = malloc(count * PLAN_FILE_LINE_SIZE + 1);
	size_t length = 0;
	int error;

	if (!text)
		return -ENOMEM;
	for (size_t at = 0; at < count; at++)
		length += ledger_record_format(&rows[at], written,
					       text + length,
					       PLAN_FILE_LINE_SIZE);
	error = plan_file_append(&file, text);
	free(text);
	return error;
}
