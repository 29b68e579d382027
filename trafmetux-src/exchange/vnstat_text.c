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
 *
 * A month's TIME is that of the look at which it began. USED is 1 as long as there
 * is such a day, month or top day; vnStat 1 shows no others, and leaves no traffic in
 * them, but some exports have 0 in all of them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/line_reader.h"
#include "base/number.h"
#include "exchange/vnstat_resolve.h"
#include "exchange/vnstat_time.h"

/* No line has more numbers. */
#define VNSTAT_FIELDS_MAX 8

struct vnstat_fields {
	char copy[256];			/* where a name stands: after the word's NUL */
	const char *word;		/* the first field, in @copy */
	uint64_t numbers[VNSTAT_FIELDS_MAX];
	size_t count;			/* of numbers */
};

#define KIB 1024
#define MIB (1024 * 1024)

/*
 * Reads "word;number;number..."; after "interface" and "nick" there is a name instead.
 * Returns false for anything else.
 */
static bool vnstat_fields_split(const struct line *line, struct vnstat_fields *fields)
{
	char *rest = fields->copy;
	const char *field;

	if (line->too_long || line->length >= sizeof(fields->copy) ||
	    memchr(line->text, '\0', line->length))
		return false;
	memcpy(fields->copy, line->text, line->length);
	fields->copy[line->length] = '\0';
	fields->count = 0;
	fields->word = strsep(&rest, ";");
	/* Names are no numbers. */
	if (strcmp(fields->word, "interface") == 0 ||
	    strcmp(fields->word, "nick") == 0)
		return rest != NULL;
	while ((field = strsep(&rest, ";"))) {
		if (fields->count == VNSTAT_FIELDS_MAX ||
		    !number_parse_word(field, &fields->numbers[fields->count]))
			return false;
		fields->count++;
	}
	return fields->count > 0;
}

/* MiB and KiB in bytes; false when they are too many. */
static bool vnstat_bytes(uint64_t mib, uint64_t kib, uint64_t *bytes)
{
	*bytes = mib * MIB + kib * KIB;
	return mib <= UINT64_MAX / 2 / MIB && kib <= UINT64_MAX / 2 / KIB;
}

/*
 * The bytes of an hour, day or month, of as many fields as the span's view has; false
 * when they are too many.
 */
static bool vnstat_fields_bytes(const struct vnstat_fields *fields,
			 struct vnstat_span *span)
{
	const uint64_t *numbers = fields->numbers;
	const bool is_hour = span->view == VNSTAT_HOUR;

	return vnstat_bytes(is_hour ? 0 : numbers[2], numbers[is_hour ? 2 : 4],
			    &span->bytes[VNSTAT_RX]) &&
	       vnstat_bytes(is_hour ? 0 : numbers[3], numbers[is_hour ? 3 : 5],
			    &span->bytes[VNSTAT_TX]);
}

#define VERSION 3

enum { TOTAL_RX, TOTAL_TX, TOTAL_RX_KIB, TOTAL_TX_KIB, CREATED, UPDATED, HEADS };

static const char *const head_names[HEADS] = {
	"totalrx", "totaltx", "totalrxk", "totaltxk", "created", "updated",
};

/* While the file is read. */
struct reading {
	struct vnstat vnstat;
	struct import_files *files;
	struct monitor_names names;	/* of the interfaces that were read */
	struct vnstat_clocks clocks;	/* of the hours */
	bool has_begun;
	bool is_other_zone;		/* an hour was not at its time here */
	char interface[MONITOR_NAME_SIZE];
	uint64_t heads[HEADS];
	bool has_head[HEADS];
	uint64_t timeless[VNSTAT_DIRECTIONS];	/* of entries without a time */
	unsigned int timeless_count;
	size_t wanted;
};

static int fault_in_line(const struct reading *reading, uint64_t number,
			 const char *words)
{
	const struct import_request *request = reading->vnstat.request;

	message_report(request->context->messages,
		       "%s: line %" PRIu64 ": %s; nothing was imported",
		       request->path, number, words);
	return IMPORT_REPORTED;
}

/* "h;HOUR;TIME": the clock showed HOUR then. */
static int take_clock(struct reading *reading,
		      const struct vnstat_fields *fields)
{
	const struct vnstat_clock clock = {
		.instant = (int64_t)fields->numbers[1],
		.day = VNSTAT_CLOCK_UNKNOWN,
		.hour = (int)(fields->numbers[0] % 24),
		.minute = VNSTAT_CLOCK_UNKNOWN,
	};

	if (calendar_hour(reading->vnstat.request->context->calendar,
			  clock.instant)->hour != (int64_t)fields->numbers[0])
		reading->is_other_zone = true;
	return vnstat_clocks_add(&reading->clocks, &clock);
}

/* A line of a view; those that are not in use have neither time nor traffic. */
static int take_entry(struct reading *reading,
		      const struct vnstat_fields *fields,
		      enum vnstat_view view, uint64_t number)
{
	struct vnstat *vnstat = &reading->vnstat;
	struct calendar *calendar = vnstat->request->context->calendar;
	const uint64_t time = fields->numbers[1];
	struct vnstat_span span = { .view = view,
				    .is_top = *fields->word == 't' };
	int error = 0;

	if (fields->count != (view == VNSTAT_HOUR ? 4 : 7) ||
	    time > SAMPLE_TIME_MAX || !vnstat_fields_bytes(fields, &span))
		return fault_in_line(reading, number,
				     "not as vnStat 1 writes it");
	if (time == 0) {
		if (!span.is_top)
			vnstat_sum(reading->timeless, span.bytes);
		reading->timeless_count += !span.is_top &&
			(span.bytes[VNSTAT_RX] || span.bytes[VNSTAT_TX]);
		return 0;
	}
	if (view != VNSTAT_HOUR)
		span.is_unused = !fields->numbers[6];
	if (span.is_unused && !span.bytes[VNSTAT_RX] && !span.bytes[VNSTAT_TX])
		return 0;
	if (vnstat_time_around(calendar, (int64_t)time, &span))
		return fault_in_line(reading, number,
				     "a time that can't be");
	if (view == VNSTAT_HOUR)
		error = take_clock(reading, fields);
	span.date = calendar_day(calendar, (int64_t)time);
	if (error || (span.is_top && vnstat_has_day(vnstat, span.start)))
		return error;
	return vnstat_add(vnstat, &span);
}

static int fault_of_zone(const struct reading *reading)
{
	char zones[600];

	vnstat_zone_words(&reading->clocks, zones, sizeof(zones));
	return vnstat_refuse(&reading->vnstat,
			     "its hours are in the times of another zone; %s",
			     zones);
}

/* What all lines together tell of an interface. */
static int take_heads(struct reading *reading)
{
	struct vnstat *vnstat = &reading->vnstat;

	vnstat->interface = *reading->interface ? reading->interface : NULL;
	if (!vnstat->interface)
		return vnstat_refuse(vnstat, "an interface has no name");
	for (int at = 0; at < HEADS; at++) {
		if (!reading->has_head[at])
			return vnstat_refuse(vnstat,
					     "the file lacks its total, or when it was created and updated");
	}
	if (reading->heads[CREATED] > SAMPLE_TIME_MAX ||
	    reading->heads[UPDATED] > SAMPLE_TIME_MAX ||
	    !vnstat_bytes(reading->heads[TOTAL_RX],
			  reading->heads[TOTAL_RX_KIB],
			  &vnstat->total[VNSTAT_RX]) ||
	    !vnstat_bytes(reading->heads[TOTAL_TX],
			  reading->heads[TOTAL_TX_KIB],
			  &vnstat->total[VNSTAT_TX]))
		return vnstat_refuse(vnstat, "a number is too large");
	vnstat->created = (int64_t)reading->heads[CREATED];
	vnstat->updated = (int64_t)reading->heads[UPDATED];
	return 0;
}

/* Takes over the interface that was read, if it is wanted. */
static int finish(struct reading *reading)
{
	struct vnstat *vnstat = &reading->vnstat;
	const struct import_request *request = vnstat->request;
	struct vnstat_months months = { 0 };
	char amount[VNSTAT_AMOUNT_SIZE];
	int error = take_heads(reading);

	if (error)
		return error;
	if (request->interface &&
	    strcmp(request->interface, reading->interface) != 0)
		return 0;
	if (reading->wanted++ && (request->rx || request->tx))
		return vnstat_fault(request, NULL, "",
				    "holds several interfaces; name one with --interface");
	if (reading->is_other_zone)
		return fault_of_zone(reading);
	if (reading->timeless_count)
		vnstat_tell(vnstat,
			    "%u %s no time, with %s: that was left out",
			    reading->timeless_count,
			    reading->timeless_count == 1 ? "entry has" : "entries have",
			    vnstat_amount(reading->timeless, amount));
	error = vnstat_prepare(vnstat);
	if (error)
		return error;
	vnstat_months_weigh(vnstat, &months);
	error = vnstat_resolve(vnstat, &months);
	return error ? error : vnstat_add_monitors(vnstat, reading->files);
}

/* "version;3": another interface. */
static int begin(struct reading *reading, const struct vnstat_fields *fields,
		 uint64_t number)
{
	int error = reading->has_begun ? finish(reading) : 0;

	if (error)
		return error;
	if (fields->numbers[0] != VERSION)
		return fault_in_line(reading, number,
				     "not of version 3; open the database with a later vnStat 1, and export it again");
	vnstat_free(&reading->vnstat);
	vnstat_clocks_free(&reading->clocks);
	*reading->interface = '\0';
	memset(reading->has_head, 0, sizeof(reading->has_head));
	memset(reading->timeless, 0, sizeof(reading->timeless));
	reading->timeless_count = 0;
	reading->is_other_zone = false;
	reading->has_begun = true;
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

static int take_line(struct reading *reading, struct line *line)
{
	static const char letters[] = "hdmt";
	static const enum vnstat_view views[] = {
		VNSTAT_HOUR, VNSTAT_DAY, VNSTAT_MONTH, VNSTAT_DAY,
	};
	struct vnstat_fields fields;
	const char *letter;

	if (!line->too_long && line->length &&
	    line->text[line->length - 1] == '\r')
		line->length--;
	if (!line->too_long && line->length == 0)
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
		.vnstat = { .request = request, .is_first = true },
		.files = files,
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
	vnstat_clocks_free(&reading.clocks);
	monitor_names_free(&reading.names);
	free(lines);
	return error;
}
