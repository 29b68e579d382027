// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the kernel module's files, as they are in /proc/trafmetux. */
#include "source/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "base/file.h"
#include "source/module_meters.h"

#define MODULE_VERSION 1

static const char fault_newer[] =
	"written by a newer kernel module; upgrade trafmetux";
static const char fault_malformed[] =
	"malformed; install the module and the program of one release";
static const char fault_missing[] =
	"ends too early; install the module and the program of one release";

/* Keys of the head. Those up to KEY_REQUIRED must be there. */
enum module_key {
	KEY_VERSION,
	KEY_SERIES,
	KEY_TIME,
	KEY_PACKETS,
	KEY_BYTES,
	KEY_REQUIRED,
	KEY_REFERENCES = KEY_REQUIRED,
	KEY_RULES,
	KEY_METERS,
	KEY_CREATED,
	KEY_DROPPED,
	KEY_LIMIT,
	KEY_COUNT,
};

static const char *const key_words[KEY_COUNT] = {
	[KEY_VERSION] = "version",	[KEY_SERIES] = "series",
	[KEY_TIME] = "time",		[KEY_PACKETS] = "packets",
	[KEY_BYTES] = "bytes",		[KEY_REFERENCES] = "references",
	[KEY_CREATED] = "created",	[KEY_DROPPED] = "dropped",
	[KEY_LIMIT] = "limit",
	[KEY_RULES] = "rules",		[KEY_METERS] = "meters",
};

/* Notes what is wrong, and where; returns -EBADMSG. */
static int malformed(struct source_reading *reading, const char *fault,
		     uint64_t line)
{
	reading->fault = fault;
	reading->fault_line = line;
	return -EBADMSG;
}

/* "SECONDS" or "SECONDS.FRACTION" of one to nine digits. */
static bool parse_clock(const char *cursor, const char *end, int64_t *down,
			int64_t *up)
{
	uint64_t fraction = 0;
	const char *point;

	if (!number_parse_time(&cursor, end, down))
		return false;
	if (cursor < end && *cursor == '.') {
		point = cursor++;
		if (!number_parse(&cursor, end, &fraction) ||
		    cursor - point > 10)
			return false;
	}
	*up = *down + (fraction > 0);
	return cursor == end && *up <= SAMPLE_TIME_MAX;
}

static bool parse_count(const char *cursor, const char *end, int64_t *value)
{
	uint64_t number;

	if (!number_parse(&cursor, end, &number) || cursor != end ||
	    number > INT64_MAX)
		return false;
	*value = (int64_t)number;
	return true;
}

static bool parse_whole(const char *cursor, const char *end, uint64_t *value)
{
	return number_parse(&cursor, end, value) && cursor == end;
}

/* A number of bytes above 0, or "none". */
static bool parse_limit(struct live *live, const char *cursor, const char *end)
{
	static const char none[] = "none";
	const size_t length = sizeof(none) - 1;

	live->has_limits = true;
	live->limit = 0;
	if ((size_t)(end - cursor) == length &&
	    memcmp(cursor, none, length) == 0)
		return true;
	return parse_whole(cursor, end, &live->limit) && live->limit > 0;
}

static bool parse_value(struct live *live, enum module_key key,
			const char *cursor, const char *end)
{
	int64_t rounded_up;
	uint64_t version;

	switch (key) {
	case KEY_VERSION:
		return parse_whole(cursor, end, &version) &&
		       version == MODULE_VERSION;
	case KEY_SERIES:
		return number_parse_series(&cursor, end, &live->series) &&
		       cursor == end;
	case KEY_TIME:
		return parse_clock(cursor, end, &live->time,
				   &live->time_rounded_up) &&
		       live->time_rounded_up > 0;
	case KEY_PACKETS:
		return parse_whole(cursor, end, &live->counters.packets);
	case KEY_BYTES:
		return parse_whole(cursor, end, &live->counters.bytes);
	case KEY_REFERENCES:
		return parse_count(cursor, end, &live->references);
	case KEY_RULES:
		return parse_count(cursor, end, &live->rules);
	case KEY_METERS:
		return parse_count(cursor, end, &live->meters);
	case KEY_CREATED:
		return parse_clock(cursor, end, &live->created, &rounded_up);
	case KEY_DROPPED:
		return parse_count(cursor, end, &live->dropped);
	case KEY_LIMIT:
		return parse_limit(live, cursor, end);
	case KEY_COUNT:
		break;
	}
	return false;
}

/* "sample T packets bytes [SINCE]", after the first word. */
static bool parse_sample(const char *cursor, const char *end,
			 struct sample *sample)
{
	sample->since = SAMPLE_MINUTE;
	if (!number_parse_time(&cursor, end, &sample->time) ||
	    sample->time == 0 || cursor == end || *cursor++ != ' ' ||
	    !number_parse(&cursor, end, &sample->counters.packets) ||
	    cursor == end || *cursor++ != ' ' ||
	    !number_parse(&cursor, end, &sample->counters.bytes))
		return false;
	if (cursor == end)
		return true;
	return *cursor++ == ' ' &&
	       number_parse_time(&cursor, end, &sample->since) &&
	       sample->since <= sample->time && cursor == end;
}

/* The value in "word value", or NULL when the line begins with another word. */
static const char *value_of(const struct line *line, const char *word)
{
	size_t length;

	/* Most words differ in their first letters. */
	if (!line->length || *line->text != *word)
		return NULL;
	length = strlen(word);
	if (line->length <= length || line->text[length] != ' ' ||
	    memcmp(line->text, word, length) != 0)
		return NULL;
	return line->text + length + 1;
}

/* Reads the first line; 0 or -EBADMSG, noted. */
static int take_version(struct source_reading *reading, const struct line *line)
{
	const char *end = line->text + line->length;
	const char *value = value_of(line, key_words[KEY_VERSION]);
	uint64_t version;

	if (!value || !parse_whole(value, end, &version) || version == 0)
		return malformed(reading, fault_malformed, line->number);
	if (version > MODULE_VERSION)
		return malformed(reading, fault_newer, line->number);
	return 0;
}

/*
 * Reads one line of the head, or a sample.
 * @seen:	the keys that were read, begun at 0; kept by this function
 *
 * Fills reading->live, or reading->next and reading->pending. Unknown keys are
 * later releases'. Returns 0 or -EBADMSG, noted.
 */
static int take_line(struct source_reading *reading, const struct line *line,
		     unsigned int *seen)
{
	const char *end = line->text + line->length;
	const char *value = value_of(line, "sample");

	if (value) {
		if (!parse_sample(value, end, &reading->next))
			return malformed(reading, fault_malformed,
					 line->number);
		reading->pending = true;
		return 0;
	}
	for (enum module_key key = 0; key < KEY_COUNT; key++) {
		value = value_of(line, key_words[key]);
		if (!value)
			continue;
		if (*seen & 1U << key ||
		    !parse_value(&reading->live, key, value, end))
			return malformed(reading, fault_malformed,
					 line->number);
		*seen |= 1U << key;
		break;
	}
	return 0;
}

/* Is all there that must be? 0 or -EBADMSG, noted. */
static int check_complete(struct source_reading *reading, unsigned int seen)
{
	const unsigned int required = (1U << KEY_REQUIRED) - 1;

	return (seen & required) == required ? 0 :
		malformed(reading, fault_missing, reading->lines.number);
}

/* What TRAFMETUX_SOURCE_PATH leads to, where it is hidden itself. */
static const char own_path[] = "/proc/self/net/trafmetux";

static const char unlimited[] =
	"the kernel module has no limits; install the one of this release";

static int module_list(const struct source *source, struct monitor_names *names)
{
	DIR *directory = opendir(source->path);
	const struct dirent *entry;
	int error = 0;

	if (!directory)
		return -errno;
	while (!error && (errno = 0, entry = readdir(directory))) {
		if (monitor_name_valid(entry->d_name))
			error = monitor_names_add(names, entry->d_name);
	}
	if (!error && errno)
		error = -errno;
	closedir(directory);
	monitor_names_sort(names);
	return error;
}

/* The next whole line: 1, 0 at the end, -errno. */
static int next_line(struct source_reading *reading, struct line *line)
{
	int more = line_reader_next(&reading->lines, line);

	if (more > 0 && (!line->complete || line->too_long))
		return malformed(reading, fault_malformed, line->number);
	/* The kernel's way to say that the monitor went while it was read. */
	return more == -EIO || more == -ENODEV ? -ENOENT : more;
}

static int read_head(struct source_reading *reading)
{
	unsigned int seen = 0;
	struct line line;
	int error;
	int more;

	while (!reading->pending) {
		more = next_line(reading, &line);
		if (more < 0)
			return more;
		if (more == 0)
			break;
		error = line.number == 1 ? take_version(reading, &line) : 0;
		if (!error)
			error = take_line(reading, &line, &seen);
		if (error)
			return error;
	}
	return check_complete(reading, seen);
}

/* Opens a monitor's file; its descriptor or -errno. */
static int open_file(const struct source *source, const char *monitor, int flags)
{
	char path[4096];
	int descriptor;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", source->path,
			     monitor) >= sizeof(path))
		return -ENAMETOOLONG;
	descriptor = open(path, flags | O_CLOEXEC | O_NONBLOCK);
	return descriptor < 0 ? -errno : descriptor;
}

static int take_idle(void *context, const struct module_meter *meter)
{
	struct source_reading *reading = context;

	reading->live.idle += !meter->is_on &&
			      strcmp(meter->monitor, reading->monitor) == 0;
	return 0;
}

/* Who can't read the list takes all for busy. */
static void find_idle(struct source_reading *reading)
{
	struct live *live = &reading->live;

	if (live->meters <= 0)
		return;
	live->is_metered = live->rules == 0;
	module_meters_read(reading->source->path, take_idle, reading);
}

static int module_open(const struct source *source, const char *monitor,
		       struct source_reading *reading)
{
	struct stat status;
	int error = 0;

	reading->source = source;
	reading->monitor = monitor;
	reading->live = (struct live){ .references = LIVE_UNKNOWN,
				       .rules = LIVE_UNKNOWN,
				       .meters = LIVE_UNKNOWN,
				       .created = LIVE_UNKNOWN,
				       .dropped = LIVE_UNKNOWN,
				       .unlimited = unlimited };
	reading->pending = false;
	reading->any = false;
	reading->descriptor = open_file(source, monitor, O_RDONLY);
	if (reading->descriptor < 0)
		return reading->descriptor;
	line_reader_start(&reading->lines, reading->descriptor);
	if (fstat(reading->descriptor, &status) < 0)
		error = -errno;
	else if (!S_ISREG(status.st_mode))
		error = -ELOOP;
	else
		error = read_head(reading);
	if (error)
		close(reading->descriptor);
	else
		find_idle(reading);
	return error;
}

static int module_next(struct source_reading *reading, struct sample *sample)
{
	unsigned int seen = 0;
	struct sample before = reading->next;
	struct line line;
	int error;
	int more;

	while (!reading->pending) {
		more = next_line(reading, &line);
		if (more <= 0)
			return more;
		error = take_line(reading, &line, &seen);
		if (error)
			return error;
	}
	reading->pending = false;
	/* Newest first: going down, both numbers do. */
	if (reading->any &&
	    (!counters_may_follow(&before.counters, &reading->next.counters) ||
	     counters_compare(&before.counters, &reading->next.counters) == 0))
		return malformed(reading, fault_malformed,
				 reading->lines.number);
	reading->any = true;
	*sample = reading->next;
	return 1;
}

static void module_close(struct source_reading *reading)
{
	close(reading->descriptor);
}

/* The kernel takes what one write() brings. */
static int module_limit(const struct source *source, const char *monitor,
			uint64_t bytes)
{
	int descriptor = open_file(source, monitor, O_WRONLY);
	char text[32];
	int length;
	int error = 0;

	if (descriptor < 0)
		return descriptor;
	length = snprintf(text, sizeof(text), "%" PRIu64 "\n", bytes);
	if (write(descriptor, text, (size_t)length) < 0)
		error = -errno;
	if (close(descriptor) < 0 && !error)
		error = -errno;
	return error;
}

static const struct source_operations module_operations = {
	.list = module_list,
	.open = module_open,
	.next = module_next,
	.close = module_close,
	.limit = module_limit,
	.denied = "run as root, or load the kernel module with mode=0444",
	.kind = "",
	.words = "the kernel module",
};

/*
 * Of a /proc with the option subset=pid (ProcSubset=pid of systemd), only what belongs
 * to processes can be seen. So does the directory that the path leads to.
 */
struct source source_module(const char *path)
{
	if (strcmp(path, TRAFMETUX_SOURCE_PATH) == 0 && access(path, F_OK) &&
	    errno == ENOENT && access(own_path, F_OK) == 0)
		path = own_path;
	return (struct source){ .operations = &module_operations,
				.path = path };
}
