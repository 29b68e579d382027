// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exchange/import.h"
#include "base/line_reader.h"
#include "time/timestamp.h"
#include "base/number.h"

/* No file that is meant for us has more columns. */
#define CSV_FIELDS_MAX 32

/* A field in quotes, each quote in it doubled. Returns what is behind it. */
static char *unquote(char *at)
{
	char *to = at;

	for (at++; *at && (*at != '"' || at[1] == '"'); at++) {
		if (*at == '"')
			at++;
		*to++ = *at;
	}
	if (*at != '"')
		return NULL;
	*to = '\0';
	return at + 1;
}

/*
 * Splits a line at its commas, as RFC 4180 has them; no field may hold the end of a line.
 * Returns 0, -E2BIG for too many fields, or -EINVAL for a quote in the wrong place.
 */
static int csv_split(char *text, const char *fields[CSV_FIELDS_MAX], size_t *count)
{
	char *at = text;

	for (*count = 0; at; ++*count) {
		char *end;

		if (*count == CSV_FIELDS_MAX)
			return -E2BIG;
		fields[*count] = at;
		end = *at == '"' ? unquote(at) : at + strcspn(at, ",\"");
		if (!end || (*end && *end != ','))
			return -EINVAL;
		at = *end ? end + 1 : NULL;
		*end = '\0';
	}
	return 0;
}

/* The growth of a record that names no since belongs to this long before it. */
#define MINUTE_SECONDS 60

/* After so many rows it is time to look at the clock. */
#define ROWS_PER_STEP 4096

enum column {
	COLUMN_MONITOR,
	COLUMN_TIME,
	COLUMN_SECONDS,
	COLUMN_SINCE,
	COLUMN_PACKETS,
	COLUMN_BYTES,
	COLUMNS,
};

static const char *const column_names[COLUMNS] = {
	"monitor", "time", "seconds", "since", "packets", "bytes",
};

/* While a file is read. */
struct csv {
	const struct import_request *request;
	struct import_files *files;
	uint64_t line;
	char text[LINE_LENGTH_MAX + 1];	/* of the line; fields point into it */
	const char *fields[CSV_FIELDS_MAX];
	size_t field_count;
	size_t width;			/* fields that each line must have */
	int place[COLUMNS];		/* of the field; -1: the file lacks it */
	char only[MONITOR_NAME_SIZE];	/* the one monitor --monitor renames */
};

static int fault(const struct csv *csv, const char *words, const char *field)
{
	message_report(csv->request->context->messages,
		       "%s: line %" PRIu64 ": %s%s%s%s; nothing was imported",
		       csv->request->path, csv->line, field ? "'" : "",
		       field ? field : "", field ? "' " : "", words);
	return IMPORT_REPORTED;
}

static int split(struct csv *csv)
{
	int error = csv_split(csv->text, csv->fields, &csv->field_count);

	if (error == -E2BIG)
		return fault(csv, "has too many fields", NULL);
	return error ? fault(csv, "has a quote in the wrong place", NULL) : 0;
}

/* The next line that is not empty: 1, 0 at the end, or an error. */
static int next_line(struct csv *csv, struct line_reader *reader)
{
	struct line line;
	int more;

	while ((more = line_reader_next(reader, &line)) > 0) {
		csv->line = line.number;
		if (line.too_long)
			return fault(csv, "is too long", NULL);
		if (!line.complete)
			return fault(csv, "has no newline, perhaps the file was cut off",
				     NULL);
		if (memchr(line.text, '\0', line.length))
			return fault(csv, "is no text", NULL);
		if (line.length && line.text[line.length - 1] == '\r')
			line.length--;
		/* Some programs, Excel among them, mark text as UTF-8 so. */
		if (line.number == 1 && line.length >= 3 &&
		    memcmp(line.text, "\xef\xbb\xbf", 3) == 0) {
			line.text += 3;
			line.length -= 3;
		}
		if (!line.length)
			continue;
		memcpy(csv->text, line.text, line.length);
		csv->text[line.length] = '\0';
		more = split(csv);
		return more ? more : 1;
	}
	return more;
}

/* Names of columns; or a first row of just a time and bytes. */
static int find_columns(struct csv *csv, bool *is_row)
{
	int64_t time;

	csv->width = csv->field_count;
	for (int column = 0; column < COLUMNS; column++) {
		csv->place[column] = -1;
		for (size_t at = 0; at < csv->width; at++) {
			if (strcasecmp(csv->fields[at], column_names[column]))
				continue;
			if (csv->place[column] >= 0)
				return fault(csv, "stands twice",
					     csv->fields[at]);
			csv->place[column] = (int)at;
		}
	}
	*is_row = csv->width == 2 && !timestamp_parse(csv->fields[0], &time);
	if (*is_row) {
		csv->place[COLUMN_TIME] = 0;
		csv->place[COLUMN_BYTES] = 1;
	}
	if (csv->place[COLUMN_BYTES] < 0 ||
	    (csv->place[COLUMN_TIME] < 0 && csv->place[COLUMN_SECONDS] < 0))
		return fault(csv, "does not name the columns time (or seconds) and bytes",
			     NULL);
	if (csv->place[COLUMN_MONITOR] < 0 && !csv->request->monitor)
		return fault(csv, "names no column monitor; give --monitor",
			     NULL);
	return 0;
}

static const char *field_of(const struct csv *csv, enum column column)
{
	return csv->place[column] < 0 ? NULL : csv->fields[csv->place[column]];
}

static int take_number(const struct csv *csv, enum column column,
		       uint64_t *value)
{
	const char *field = field_of(csv, column);

	*value = 0;
	if (!field || number_parse_word(field, value))
		return 0;
	return fault(csv, "is no whole number from 0 to 18446744073709551615",
		     field);
}

static int take_seconds(const struct csv *csv, const char *field,
			int64_t *value)
{
	const char *cursor = field;

	if (number_parse_time(&cursor, field + strlen(field), value) && !*cursor)
		return 0;
	return fault(csv, "is no time in seconds since 1970", field);
}

static int take_time(const struct csv *csv, int64_t *time)
{
	const char *seconds = field_of(csv, COLUMN_SECONDS);
	const char *field = field_of(csv, COLUMN_TIME);
	char words[LOCAL_TIME_WORDS_SIZE];
	int64_t other;

	if (field && timestamp_parse(field, time) &&
	    local_time_explain(field, words, &other) ==
		    LOCAL_TIME_SKIPPED)
		return fault(csv, words, field);
	if (field && timestamp_parse(field, time))
		return fault(csv, "is no time; give 'YYYY-MM-DD HH:MM[:SS]', with an offset such as Z or +01:00, or seconds since 1970",
			     field);
	if (seconds) {
		if (take_seconds(csv, seconds, &other))
			return IMPORT_REPORTED;
		if (field && other != *time)
			return fault(csv, "is another time than the one beside it",
				     seconds);
		*time = other;
	}
	field = seconds ? seconds : field;
	if (*time < 1)
		return fault(csv, "is too early", field);
	if (*time > import_latest(csv->request))
		return fault(csv, "is in the future; is this machine's clock right?",
			     field);
	return 0;
}

static int take_since(const struct csv *csv, struct sample *growth)
{
	const char *field = field_of(csv, COLUMN_SINCE);
	int64_t minute = growth->time - MINUTE_SECONDS;

	growth->since = SAMPLE_MINUTE;
	if (!field || !*field)
		return 0;
	if (take_seconds(csv, field, &growth->since))
		return IMPORT_REPORTED;
	if (growth->since > growth->time)
		return fault(csv, "is later than the time of its record",
			     field);
	if (growth->since == (minute > 0 ? minute : 0))
		growth->since = SAMPLE_MINUTE;
	return 0;
}

/* The monitor of a row: that of its column, or of --monitor. */
static int find_monitor(struct csv *csv, size_t *place)
{
	const char *field = field_of(csv, COLUMN_MONITOR);
	const char *wanted = csv->request->monitor;

	if (field && !monitor_name_valid(field))
		return fault(csv, "can't be a monitor's name", field);
	if (field && wanted) {
		if (!csv->only[0])
			strcpy(csv->only, field);
		if (strcmp(csv->only, field))
			return fault(csv, "is another monitor, and --monitor names only one",
				     field);
	}
	return import_files_monitor(csv->files, wanted ? wanted : field, place);
}

/*
 * Without since, rows come from other programs, and one that is not later than
 * the one before shows that two files were put together or the columns are not
 * what they seem. An archive's clock may have been set back.
 */
static int check_order(const struct csv *csv, const struct sample *growth,
		       size_t place)
{
	const char *field = field_of(csv, csv->place[COLUMN_SECONDS] < 0 ?
					  COLUMN_TIME : COLUMN_SECONDS);
	char words[LOCAL_TIME_WORDS_SIZE];
	int64_t second;

	if (csv->place[COLUMN_SINCE] >= 0 ||
	    growth->time > csv->files->monitors[place].last_time)
		return 0;
	if (local_time_explain(field, words, &second) == LOCAL_TIME_TWICE)
		return fault(csv, words, field);
	return fault(csv, "is not later than the row before it", field);
}

static int take_row(struct csv *csv)
{
	struct sample growth;
	size_t place;
	int error;

	if (csv->field_count != csv->width)
		return fault(csv, "has not as many fields as the first line",
			     NULL);
	error = find_monitor(csv, &place);
	if (!error)
		error = take_time(csv, &growth.time);
	if (!error)
		error = take_since(csv, &growth);
	if (!error)
		error = check_order(csv, &growth, place);
	if (!error)
		error = take_number(csv, COLUMN_PACKETS,
				    &growth.counters.packets);
	if (!error)
		error = take_number(csv, COLUMN_BYTES, &growth.counters.bytes);
	return error ? error : import_files_add(csv->files, place, &growth);
}

static unsigned int percent_read(int descriptor)
{
	const off_t read = lseek(descriptor, 0, SEEK_CUR);
	struct stat status;

	if (read < 0 || fstat(descriptor, &status) < 0 || status.st_size == 0)
		return 0;
	return (unsigned int)((double)read * 100 / (double)status.st_size);
}

int import_csv(const struct import_request *request, int descriptor,
	       struct import_files *files)
{
	struct csv *csv = calloc(1, sizeof(*csv));
	struct line_reader *reader = malloc(sizeof(*reader));
	bool is_row = false;
	uint64_t rows = 0;
	int more = csv && reader ? 1 : -ENOMEM;

	if (more > 0) {
		csv->request = request;
		csv->files = files;
		line_reader_start(reader, descriptor);
		more = next_line(csv, reader);
		if (more == 0)
			more = fault(csv, "is missing: the file is empty", NULL);
		else if (more > 0 && (more = find_columns(csv, &is_row)) == 0)
			more = is_row ? take_row(csv) : 0;
		if (more == 0)
			more = 1;
	}
	while (more > 0) {
		if (++rows % ROWS_PER_STEP == 0)
			progress_step(files->progress, request->path,
				      percent_read(descriptor));
		more = next_line(csv, reader);
		if (more > 0 && take_row(csv))
			more = IMPORT_REPORTED;
	}
	free(reader);
	free(csv);
	return more;
}
