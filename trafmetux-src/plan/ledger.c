// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/record.h"
#include "base/array.h"
#include "base/number.h"
#include "index/belief.h"
#include "plan/plan_file.h"
#include "report/rows.h"
#include "time/schedule.h"

/* An update records a period minutes after its end. */
#define LATE_SECONDS INT64_C(86400)

/* Appends a copy of @row; 0 or -ENOMEM. */
static int ledger_add(struct ledger *ledger, const struct ledger_row *row)
{
	if (array_reserve((void **)&ledger->rows, &ledger->capacity,
			  ledger->count + 1, sizeof(*ledger->rows)))
		return -ENOMEM;
	ledger->rows[ledger->count++] = *row;
	return 0;
}

/* Fields of a record, counted from 0. */
enum { RECORD_CARRIED = 5, RECORD_WRITTEN = 9 };

/* Stands before a record of a period whose first one could not be read. */
static const char lost_comment[] = "# lost";

/* And the time at which the clock was found to be set back behind records. */
static const char set_back_prefix[] = "# set back ";

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

/*
 * May a day have begun at that instant, somewhere? Quarters of hours are all that zones
 * differ by, from UTC-12 to UTC+14.
 */
static bool may_begin(int32_t day, int64_t instant, int64_t latest)
{
	const int64_t offset = instant - day * DAY_SECONDS;

	return offset % (HOUR_SECONDS / 4) == 0 &&
	       offset >= -14 * HOUR_SECONDS && offset <= latest;
}

/* Do the fields say the same? One that is damaged speaks against another. */
static bool agrees(const struct ledger_row *row)
{
	const struct schedule_period *period = &row->period;
	const int64_t latest = 12 * HOUR_SECONDS;

	/* Of an edited plan, or another zone, it may begin in the midst of the day. */
	return period->first_day < period->end_day &&
	       period->start < period->end && period->end <= row->written &&
	       may_begin(period->first_day, period->start, latest + DAY_SECONDS) &&
	       may_begin(period->end_day, period->end, latest) &&
	       row->carried <= UINT64_MAX - row->base &&
	       row->topped_up <= UINT64_MAX - row->base - row->carried;
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
	return agrees(row);
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
	reading->damage->is_later = false;
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

/* What was written later than the time of such a comment is reckoned anew. */
static void take_set_back(struct reading *reading, const char *line)
{
	const size_t prefix = strlen(set_back_prefix);
	const char *const end = line + strlen(line);
	const char *cursor = line + prefix;
	int64_t time;

	if (strncmp(line, set_back_prefix, prefix) == 0 &&
	    number_parse_time(&cursor, end, &time) && cursor == end &&
	    time <= reading->present)
		drop_ahead(reading, time);
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
		take_set_back(reading, line);
		return 0;
	}
	if (!is_whole || !ledger_record_parse(line, &row, &written)) {
		note_lost(reading->damage, line);
		return -EBADMSG;
	}
	/* The clock was wrong then, or it is now. */
	if (written > reading->present || row.period.end > reading->present) {
		reading->damage->is_later |= written > reading->present;
		return 0;
	}
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

void ledger_file_set_back(const struct archive *archive, const char *plan,
			  int64_t present)
{
	const struct plan_file file = { archive, plan, "ledger" };
	char line[PLAN_FILE_LINE_SIZE];

	snprintf(line, sizeof(line), "%s%" PRId64 "\n", set_back_prefix,
		 present);
	plan_file_append(&file, line);
}

/* While the monitors are read, one after the other. */
struct traffic {
	const struct ledger_request *request;
	struct ledger_row *rows;
	size_t row_count;
	size_t monitor_count;
	size_t monitor;			/* that is read */
	struct counters *counted;	/* for each period, of each monitor */
	struct counters *free;
	size_t row;			/* asked for last */
	struct plan_span span;		/* likewise */
};

static bool holds(const struct ledger_row *row, int64_t instant)
{
	return instant >= row->period.start && instant < row->period.end;
}

/* Finds the period of an instant; false when it is in none. */
static bool find_row(struct traffic *traffic, int64_t instant)
{
	size_t low = 0;
	size_t high = traffic->row_count;

	if (holds(&traffic->rows[traffic->row], instant))
		return true;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (instant >= traffic->rows[middle].period.end)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == traffic->row_count ||
	    instant < traffic->rows[low].period.start)
		return false;
	traffic->row = low;
	return true;
}

static void find_span(struct traffic *traffic, int64_t instant)
{
	plan_span_find(&traffic->request->plan->free,
		       traffic->request->calendar, instant, &traffic->span);
}

/* When it was counted is not known: it may have been after a free window. */
/* Later growths are left out. */
static int64_t find_until(const struct traffic *traffic)
{
	const struct context *about = traffic->request->selection->context;

	return about->is_past ? about->present : INT64_MAX;
}

static bool is_unsure(const struct traffic *traffic,
		      const struct growth *growth)
{
	return traffic->request->is_unsure && growth->since == 0 &&
	       growth->time > traffic->request->selection->context->present;
}

static int add_growth(void *context, const struct growth *growth)
{
	struct traffic *traffic = context;
	/* What ends at T belongs to the instant before. */
	const int64_t instant = growth->time - 1;
	struct counters *cells = traffic->counted;

	if (growth->time > find_until(traffic) ||
	    !find_row(traffic, instant))
		return 0;
	find_span(traffic, instant);
	if (traffic->span.is_free && !is_unsure(traffic, growth))
		cells = traffic->free;
	counters_add(&cells[traffic->row * traffic->monitor_count +
			    traffic->monitor], &growth->counters);
	traffic->rows[traffic->row].is_about |= growth->is_about;
	return 0;
}

/* Growths of one period that are all free, or all count, are one to us. */
static bool are_together(void *context, int64_t first, int64_t last)
{
	struct traffic *traffic = context;
	const int64_t until = find_until(traffic);

	if ((first < until) != (last < until))
		return false;
	/* Outside of all periods, only what is on one side of them. */
	if (!find_row(traffic, first))
		return last < traffic->rows[0].period.start ||
		       first >= traffic->rows[traffic->row_count - 1].period.end;
	if (!holds(&traffic->rows[traffic->row], last))
		return false;
	find_span(traffic, first);
	return last < traffic->span.end;
}

static uint64_t not_below_zero(struct amount amount)
{
	return amount.is_negative ? 0 : amount.size;
}

/* The larger of the plan's columns, as the ISP counts it. */
static uint64_t find_billed(const struct traffic *traffic,
			    const struct counters *cells)
{
	const struct selection *selection = traffic->request->selection;
	uint64_t most = 0;

	for (size_t at = 0; at < selection->column_count; at++) {
		const struct figure figure =
			rows_figure(&selection->columns[at], cells);
		const uint64_t billed =
			plan_billed(traffic->request->plan,
				    not_below_zero(figure.packets),
				    not_below_zero(figure.bytes));

		most = billed > most ? billed : most;
	}
	return most;
}

/*
 * Fills in used and free.
 * @rows:	periods without gap, the oldest first
 *
 * Reads the archive from the first period on. Returns 0 or -ENOMEM.
 */
static int ledger_traffic_read(const struct ledger_request *request,
			       struct ledger_row *rows, size_t count)
{
	const struct selection *selection = request->selection;
	const size_t monitors = selection->history_count;
	struct traffic traffic = {
		.request = request, .rows = rows, .row_count = count,
		.monitor_count = monitors,
	};
	struct time_range range = { .end = TIME_RANGE_END };
	struct history_window window;
	int error = 0;

	if (count == 0 || monitors == 0)
		return 0;
	range.start = rows[0].period.start;
	window = history_window(request->calendar, &range);
	traffic.counted = calloc(count * monitors, sizeof(*traffic.counted));
	traffic.free = calloc(count * monitors, sizeof(*traffic.free));
	if (!traffic.counted || !traffic.free)
		error = -ENOMEM;
	for (; !error && traffic.monitor < monitors; traffic.monitor++)
		error = history_read(&selection->histories[traffic.monitor],
				     &window, are_together, add_growth,
				     &traffic);
	for (size_t at = 0; !error && at < count; at++) {
		rows[at].used = find_billed(&traffic,
					    &traffic.counted[at * monitors]);
		rows[at].free = find_billed(&traffic,
					    &traffic.free[at * monitors]);
	}
	free(traffic.counted);
	free(traffic.free);
	return error;
}

static uint64_t add(uint64_t left, uint64_t right)
{
	return right > UINT64_MAX - left ? UINT64_MAX : left + right;
}

uint64_t ledger_available(const struct ledger_row *row)
{
	return add(add(row->base, row->carried), row->topped_up);
}

struct amount ledger_left(const struct ledger_row *row)
{
	struct amount left = amount_of(ledger_available(row));

	amount_add(&left, amount_negated(amount_of(row->used)));
	return left;
}

/* Before this nothing is in any period; INT64_MIN: the plan does not say. */
static int64_t find_floor(const struct schedule *schedule,
			  struct calendar *calendar)
{
	int64_t floor = INT64_MIN;
	int64_t since;

	if (schedule->kind >= SCHEDULE_DAYS)
		floor = schedule_first_instant(calendar, schedule->first_day);
	if (!schedule->has_since)
		return floor;
	since = schedule_first_instant(calendar, schedule->since);
	return since > floor ? since : floor;
}

/* An instant of the first traffic, or the present when there was none. */
static int64_t find_traffic(const struct ledger_request *request)
{
	const struct selection *selection = request->selection;
	int64_t begin = selection->context->present;

	for (size_t at = 0; at < selection->history_count; at++) {
		int64_t first = history_first(&selection->histories[at]);

		if (first && first - 1 < begin)
			begin = first - 1;
	}
	return begin;
}

/* Does the plan itself say when it began? Else its first traffic does. */
static bool has_begin(const struct schedule *schedule)
{
	return schedule->has_since || schedule->kind == SCHEDULE_PREPAID;
}

/* An instant of the first period that is not recorded. */
static int64_t find_begin(const struct ledger_request *request,
			  int64_t not_before)
{
	const struct schedule *schedule = &request->plan->schedule;
	const int64_t floor = find_floor(schedule, request->calendar);
	int64_t begin = not_before;

	if (not_before == INT64_MIN) {
		if (has_begin(schedule))
			return floor;
		begin = find_traffic(request);
	}
	return begin > floor ? begin : floor;
}

/*
 * The periods from @begin on. No byte may be in two, so none begins before @last ends, a
 * record or NULL; and what is left of its last day has no amount of its own.
 */
static int add_periods(const struct ledger_request *request, int64_t begin,
		       const struct schedule_period *last, struct ledger *ledger)
{
	const int64_t not_before = last ? last->end : INT64_MIN;
	const int64_t present = request->selection->context->present;
	struct ledger_row row = { .is_recorded = false };
	int error = 0;

	while (!error && begin <= present &&
	       schedule_find(&request->plan->schedule, request->calendar,
			     begin, &row.period)) {
		if (row.period.start < not_before) {
			row.period.start = not_before;
			row.period.first_day = calendar_day(request->calendar,
							    not_before);
		}
		row.base = request->plan->amount;
		if (last && row.period.end_day <= last->end_day)
			row.base = 0;
		begin = row.period.end;
		error = ledger_add(ledger, &row);
	}
	return error;
}

static uint64_t find_top_ups(const struct plan *plan,
			     const struct schedule_period *period)
{
	uint64_t sum = 0;

	for (size_t at = 0; at < plan->top_up_count; at++) {
		const struct plan_top_up *top_up = &plan->top_ups[at];

		if (top_up->day >= period->first_day &&
		    top_up->day < period->end_day)
			sum = add(sum, top_up->bytes);
	}
	return sum;
}

static uint64_t find_carried(const struct plan *plan,
			     const struct ledger_row *before)
{
	const struct amount left = ledger_left(before);

	if (left.is_negative || before->is_lost)
		return 0;
	return left.size < plan->rollover_cap ? left.size : plan->rollover_cap;
}

size_t ledger_pass_over(const struct plan *plan, struct calendar *calendar,
			struct ledger *records)
{
	const bool is_given = has_begin(&plan->schedule);
	const int64_t floor = is_given ? find_floor(&plan->schedule, calendar) :
					 BELIEF_OLDEST;
	const struct ledger_row none = { .period = { .end = INT64_MIN } };
	struct ledger_row before = none;
	size_t unset = 0;
	size_t kept = 0;

	/* @before is the one before, if it was passed over. */
	for (size_t at = 0; at < records->count; at++) {
		const struct ledger_row row = records->rows[at];
		const bool goes_on = before.period.end == row.period.start &&
				     (row.carried || (!is_given && row.written ==
						      before.written));

		before = none;
		if (row.period.start < floor || goes_on) {
			unset += !is_given && row.period.start < floor;
			before = row;
		} else {
			records->rows[kept++] = row;
		}
	}
	records->count = kept;
	return unset;
}

/*
 * Was the period over for so long, and counted after, that an update has had to record
 * it? Then its record was lost with the end of the file. The plan may have been edited
 * since.
 */
static void note_late(const struct ledger_request *request, struct ledger *ledger,
		      size_t at)
{
	const int64_t present = request->selection->context->present;
	struct ledger_row *row = &ledger->rows[at];
	const struct ledger_row *next = row + 1;
	const struct ledger_row *before = row - 1;
	uint64_t base;

	/* Without one of its own it was the rest of a day. */
	while (before > ledger->rows && !before->base)
		before--;
	base = before->base;

	row->is_late = at + 1 < ledger->count &&
		       row->period.end + LATE_SECONDS < present &&
		       (next->used || next->free);
	if (row->is_late && base < row->base)
		row->base = base;
}

int ledger_make(const struct ledger_request *request, struct ledger *ledger)
{
	const struct ledger *records = request->records;
	struct schedule_period last = { .end = INT64_MIN };
	size_t first;
	int error = 0;

	for (size_t at = 0; !error && records && at < records->count; at++)
		error = ledger_add(ledger, &records->rows[at]);
	if (error)
		return error;
	first = ledger->count;
	if (first)
		last = ledger->rows[first - 1].period;
	error = add_periods(request, find_begin(request, last.end),
			    first ? &last : NULL, ledger);
	if (!error)
		error = ledger_traffic_read(request, ledger->rows + first,
					    ledger->count - first);
	for (size_t at = first; !error && at < ledger->count; at++) {
		struct ledger_row *row = &ledger->rows[at];

		if (first && request->is_whole)
			note_late(request, ledger, at);
		row->topped_up = find_top_ups(request->plan, &row->period);
		if (at > 0)
			row->carried = find_carried(request->plan, row - 1);
	}
	return error;
}

void ledger_lose(struct ledger *ledger, int64_t present)
{
	for (size_t at = 0; at < ledger->count; at++) {
		struct ledger_row *row = &ledger->rows[at];

		if (row->is_recorded)
			continue;
		row->carried = 0;
		row->is_lost = row->period.end <= present;
	}
}

const struct ledger_row *ledger_present(const struct ledger *ledger,
					int64_t present)
{
	const struct ledger_row *last;

	if (!ledger->count)
		return NULL;
	last = &ledger->rows[ledger->count - 1];
	return present >= last->period.start && present < last->period.end ?
		last : NULL;
}

void ledger_free(struct ledger *ledger)
{
	array_free((void **)&ledger->rows, &ledger->capacity);
	ledger->count = 0;
}
