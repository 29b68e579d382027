// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text that "vnstat --exportdb" of vnStat 1.x writes, in earlier ones
 * "--dumpdb": lines of a letter or a word and numbers, parted by ";". The manual
 * of vnStat 1.8 has most of it (humdi.net/vnstat/man/1.8/vnstat.html), dumpdb() in
 * dbshow.c of 1.x all. Times are Unix times, of a look at the counters:
 *
 *	version;3
 *	interface;NAME			created;TIME	updated;TIME
 *	totalrx;MIB totaltx;MIB		totalrxk;KIB totaltxk;KIB
 *	d;INDEX;TIME;MIB;MIB;KIB;KIB;USED	a day; m: a month, t: a top day
 *	h;HOUR;TIME;KIB;KIB			an hour
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vnstat_fields.h"
#include "vnstat_interface.h"
#include "vnstat_time.h"

#define VERSION 3

enum { TOTAL_RX, TOTAL_TX, TOTAL_RX_KIB, TOTAL_TX_KIB, CREATED, UPDATED, HEADS };

static const char *const head_names[HEADS] = {
	"totalrx", "totaltx", "totalrxk", "totaltxk", "created", "updated",
};

/* While the file is read. */
struct reading {
	struct vnstat vnstat;
	struct monitor_names names;	/* of the interfaces that were read */
	char interface[MONITOR_NAME_SIZE];
	uint64_t heads[HEADS];
	bool has_head[HEADS];
	unsigned int month_days[32];	/* how many months have it in their TIME */
	unsigned int months;
	size_t wanted;
};

static int fault_in_line(const struct reading *reading, uint64_t number,
			 const char *words)
{
	const struct import_request *request = reading->vnstat.request;

	message_report(request->messages,
		       "%s: line %" PRIu64 ": %s; nothing was imported",
		       request->path, number, words);
	return IMPORT_REPORTED;
}

static int fault(const struct reading *reading, const char *words)
{
	return vnstat_fault(reading->vnstat.request,
			    *reading->interface ? reading->interface : NULL, "",
			    words);
}

/* A line of a view; those that are not in use have no time, or say so. */
static int take_entry(struct reading *reading,
		      const struct vnstat_fields *fields,
		      enum vnstat_view view, uint64_t number)
{
	struct calendar *calendar = reading->vnstat.request->calendar;
	const uint64_t time = fields->numbers[1];
	struct vnstat_span span = { .view = view };
	int32_t day;

	if (fields->count != (view == VNSTAT_HOUR ? 4 : 7) ||
	    time > SAMPLE_TIME_MAX || !vnstat_fields_bytes(fields, &span))
		return fault_in_line(reading, number,
				     "not as vnStat 1 writes it");
	if (time == 0 || (view != VNSTAT_HOUR && !fields->numbers[6]))
		return 0;
	if (vnstat_time_around(calendar, (int64_t)time, &span))
		return fault_in_line(reading, number,
				     "a time that can't be");
	if (view == VNSTAT_HOUR &&
	    calendar_hour(calendar, (int64_t)time)->hour !=
	    (int64_t)fields->numbers[0])
		return fault_in_line(reading, number,
				     "is in the times of another zone; name it with --tz");
	if (*fields->word == 't' && vnstat_has_day(&reading->vnstat, span.start))
		return 0;
	if (view == VNSTAT_MONTH) {
		day = calendar_day(calendar, (int64_t)time);
		reading->month_days[calendar_date_of(day).day]++;
		reading->months++;
	}
	return vnstat_add(&reading->vnstat, &span);
}

/*
 * The time of a month is that of its first look. Where months begin on another
 * day than the first, all but the oldest have that day.
 */
static bool has_own_months(const struct reading *reading)
{
	for (int day = 2; day <= 31; day++) {
		if (reading->months > 2 &&
		    reading->month_days[day] >= reading->months - 1)
			return true;
	}
	return false;
}

/* Takes away the finer entries within one; false when there are none. */
static bool drop_parts(struct vnstat *vnstat, const struct vnstat_span *outer)
{
	const size_t count = vnstat->count;
	size_t kept = 0;

	for (size_t at = 0; at < count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		if (span->view >= outer->view || span->end <= outer->start ||
		    span->start >= outer->end)
			vnstat->spans[kept++] = *span;
	}
	vnstat->count = kept;
	return kept < count;
}

/*
 * vnStat 1 adds a look to its day and to its hour at slightly different times, so
 * that the hours of a day can have more than the day. The day is right then.
 */
static int settle(struct reading *reading)
{
	struct vnstat *vnstat = &reading->vnstat;
	struct vnstat_span bad;
	char day[16];

	while (vnstat_settle(vnstat->spans, vnstat->count, &bad)) {
		if (!drop_parts(vnstat, &bad))
			return fault(reading, "its days or months overlap");
		calendar_format_day(calendar_day(vnstat->request->calendar,
						 bad.start), day, sizeof(day));
		fprintf(vnstat->request->output,
			"%s: the %s from %s on has less traffic than its parts, which were left out\n",
			reading->interface, vnstat_view_name(bad.view), day);
	}
	return 0;
}

/* Takes over the interface that was read, if it is wanted. */
static int finish(struct reading *reading)
{
	struct vnstat *vnstat = &reading->vnstat;
	const struct import_request *request = vnstat->request;
	uint64_t bytes[VNSTAT_DIRECTIONS];
	int error;

	if (!*reading->interface)
		return fault(reading, "an interface has no name");
	for (int at = 0; at < HEADS; at++) {
		if (!reading->has_head[at])
			return fault(reading,
				     "the file lacks its total, or when it was created and updated");
	}
	vnstat->interface = reading->interface;
	if (request->interface &&
	    strcmp(request->interface, reading->interface) != 0)
		return 0;
	if (reading->wanted++ && (request->rx || request->tx))
		return vnstat_fault(request, NULL, "",
				    "holds several interfaces; name one with --interface");
	if (has_own_months(reading))
		return fault(reading,
			     "its months don't begin on the first (MonthRotate); that can't be imported");
	if (reading->heads[CREATED] > SAMPLE_TIME_MAX ||
	    reading->heads[UPDATED] > SAMPLE_TIME_MAX ||
	    !vnstat_bytes(reading->heads[TOTAL_RX],
			  reading->heads[TOTAL_RX_KIB], &bytes[VNSTAT_RX]) ||
	    !vnstat_bytes(reading->heads[TOTAL_TX],
			  reading->heads[TOTAL_TX_KIB], &bytes[VNSTAT_TX]))
		return fault(reading, "a number is too large");
	vnstat->created = (int64_t)reading->heads[CREATED];
	vnstat->updated = (int64_t)reading->heads[UPDATED];
	error = vnstat_add_total(vnstat, bytes);
	if (!error)
		error = settle(reading);
	return error ? error : vnstat_add_monitors(vnstat);
}

/* "version;3": another interface. */
static int begin(struct reading *reading, const struct vnstat_fields *fields,
		 uint64_t number)
{
	int error = number > 1 ? finish(reading) : 0;

	if (error)
		return error;
	if (fields->numbers[0] != VERSION)
		return fault_in_line(reading, number,
				     "not of version 3; open the database with a later vnStat 1, and export it again");
	vnstat_free(&reading->vnstat);
	*reading->interface = '\0';
	memset(reading->has_head, 0, sizeof(reading->has_head));
	memset(reading->month_days, 0, sizeof(reading->month_days));
	reading->months = 0;
	return 0;
}

static int take_name(struct reading *reading, const char *name, uint64_t number)
{
	if (!*name || strlen(name) >= sizeof(reading->interface) ||
	    *reading->interface)
		return fault_in_line(reading, number,
				     "not as vnStat 1 writes it");
	for (size_t at = 0; at < reading->names.count; at++) {
		if (strcmp(reading->names.list[at], name) == 0)
			return fault_in_line(reading, number,
					     "the interface is in the file already");
	}
	strcpy(reading->interface, name);
	return monitor_names_add(&reading->names, name);
}

static int take_line(struct reading *reading, const struct line *line)
{
	static const char letters[] = "hdmt";
	static const enum vnstat_view views[] = {
		VNSTAT_HOUR, VNSTAT_DAY, VNSTAT_MONTH, VNSTAT_DAY,
	};
	struct vnstat_fields fields;
	const char *letter;

	if (line->length == 0)
		return 0;
	if (!vnstat_fields_split(line, &fields))
		return fault_in_line(reading, line->number,
				     "not as vnStat 1 writes it");
	if (strcmp(fields.word, "version") == 0)
		return begin(reading, &fields, line->number);
	if (strcmp(fields.word, "interface") == 0)
		return take_name(reading,
				 fields.copy + strlen(fields.word) + 1,
				 line->number);
	letter = *fields.word ? strchr(letters, *fields.word) : NULL;
	if (letter && !fields.word[1])
		return take_entry(reading, &fields, views[letter - letters],
				  line->number);
	for (int at = 0; at < HEADS; at++) {
		if (strcmp(fields.word, head_names[at]) == 0) {
			reading->heads[at] = fields.numbers[0];
			reading->has_head[at] = true;
		}
	}
	return 0;
}

int import_vnstat_text(const struct import_request *request, int descriptor,
		       struct import_files *files)
{
	struct reading reading = {
		.vnstat = { .request = request, .files = files },
	};
	struct line_reader *lines = malloc(sizeof(*lines));
	struct line line;
	int error = 0;

	if (!lines)
		return -ENOMEM;
	line_reader_start(lines, descriptor);
	while (!error && (error = line_reader_next(lines, &line)) > 0)
		error = take_line(&reading, &line);
	if (!error)
		error = finish(&reading);
	if (!error && !reading.wanted)
		error = vnstat_fault(request, request->interface, "",
				     "not in this file");
	vnstat_free(&reading.vnstat);
	monitor_names_free(&reading.names);
	free(lines);
	return error;
}
