// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/ledger_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/record.h"
#include "base/number.h"
#include "index/belief.h"
#include "plan/plan_file.h"

/* Fields of a record, counted from 0. */
enum { RECORD_CARRIED = 5, RECORD_WRITTEN = 9 };

/* Stands before a record of a period whose first one could not be read. */
static const char lost_comment[] = "# lost";

/* While records are read. */
struct reading {
	struct ledger *records;
	int64_t present;
	struct ledger_damage *damage;
	bool is_after_lost;	/* the line before is that comment */
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

static void note_lost(struct ledger_damage *damage, const char *line)
{
	snprintf(damage->lost, sizeof(damage->lost), "%s",
		 damage->is_lost ? "" : line);
	damage->is_lost = true;
}

/*
 * Takes out those that were written by a clock that ran ahead: at @written it had been
 * taken back. They are not good either when that time has come.
 */
static void drop_ahead(struct reading *reading, int64_t written)
{
	struct ledger *records = reading->records;
	size_t kept = 0;

	/* A clock that was not set bears no witness. */
	if (written < BELIEF_OLDEST)
		return;
	for (size_t at = 0; at < records->count; at++) {
		if (records->rows[at].written <= written)
			records->rows[kept++] = records->rows[at];
	}
	reading->damage->ahead += records->count - kept;
	records->count = kept;
}

/* Takes the record in, and out those before it in the file that it overlaps. */
static int add_record(struct ledger *records, const struct ledger_row *added)
{
	const struct ledger_row row = *added;
	size_t kept = 0;
	size_t place;

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

static int take_line(void *context, const char *line, bool is_whole)
{
	const size_t prefix = strlen(RECORD_DAMAGED_PREFIX);
	struct reading *reading = context;
	const bool is_after_lost = reading->is_after_lost;
	struct ledger_row row;
	int64_t written;

	reading->is_after_lost = is_whole && strcmp(line, lost_comment) == 0;
	if (is_whole && *line == '#') {
		/* Mended, it is not known any more than before. */
		if (strncmp(line, RECORD_DAMAGED_PREFIX, prefix) == 0)
			note_lost(reading->damage, line + prefix);
		return 0;
	}
	if (!is_whole || !ledger_record_parse(line, &row, &written)) {
		note_lost(reading->damage, line);
		return -EBADMSG;
	}
	/* The clock was wrong then, or it is now. */
	if (written > reading->present || row.period.end > reading->present)
		return 0;
	row.is_lost = is_after_lost;
	reading->damage->is_lost = false;
	drop_ahead(reading, written);
	return add_record(reading->records, &row);
}

int ledger_file_read(const struct archive *archive, const char *plan,
		     int64_t present, struct ledger *records,
		     struct ledger_damage *damage)
{
	const struct plan_file file = { archive, plan, "ledger" };
	struct reading reading = { .records = records, .present = present,
				   .damage = damage };
	int error;

	*damage = (struct ledger_damage){ .is_lost = false };
	error = plan_file_read(&file, take_line, &reading, &damage->found);
	damage->is_lost |= error != 0;
	return error;
}

/* How much of a record's text stands before the field of that number. */
static size_t find_field(const char *text, int number)
{
	const char *at = text;

	for (; number > 0 && (at = strchr(at, ' ')); number--)
		at++;
	return at ? (size_t)(at - text) : 0;
}

void ledger_file_judge(const struct ledger *ledger,
		       struct ledger_damage *damage)
{
	char text[PLAN_FILE_LINE_SIZE];
	size_t first = 0;
	size_t written;
	size_t length;

	while (first < ledger->count && ledger->rows[first].is_recorded)
		first++;
	/* The last one is not over. */
	if (first + 1 >= ledger->count)
		return;
	ledger_record_format(&ledger->rows[first], 0, text, sizeof(text));
	written = find_field(text, RECORD_WRITTEN);
	length = strlen(damage->lost);
	if (length < find_field(text, RECORD_CARRIED))
		return;
	if (memcmp(damage->lost, text, length < written ? length : written) == 0)
		damage->is_lost = false;
}

void ledger_file_tell(const struct archive *archive, const char *plan,
		      const struct ledger_damage *damage)
{
	const struct plan_file file = { archive, plan, "ledger" };

	plan_file_tell(&file, &damage->found, damage->is_lost ?
		       "what was left of its period is not known, so nothing is carried over from it; " :
		       "no figure hangs on it; ",
		       damage->is_lost ? PLAN_FILE_TROUBLE : PLAN_FILE_KNOWN);
}

int ledger_file_check(void *context, const char *line, bool is_whole)
{
	struct ledger_row row;
	int64_t written;

	(void)context;
	return is_whole && (*line == '#' ||
			    ledger_record_parse(line, &row, &written)) ?
	       0 : -EBADMSG;
}

int ledger_file_append(const struct archive *archive, const char *plan,
		       const struct ledger_row *rows, size_t count,
		       int64_t written)
{
	const struct plan_file file = { archive, plan, "ledger" };
	char *text = malloc(2 * count * PLAN_FILE_LINE_SIZE + 1);
	size_t length = 0;
	int error;

	if (!text)
		return -ENOMEM;
	for (size_t at = 0; at < count; at++) {
		if (rows[at].is_lost)
			length += (size_t)sprintf(text + length, "%s\n",
						  lost_comment);
		length += ledger_record_format(&rows[at], written,
					       text + length,
					       PLAN_FILE_LINE_SIZE);
	}
	error = plan_file_append(&file, text);
	free(text);
	return error;
}
