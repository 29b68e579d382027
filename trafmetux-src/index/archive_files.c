// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/archive_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/archive_index.h"
#include "base/array.h"
#include "base/number.h"

/* "files" can't be a file of a monitor's index: those have a dot in their names. */
#define FILES "files"

/* Who has files of more than 400 years, gets them from the directory. */
#define DAYS_MAX 146097

/* What is taken from the list. */
struct wanted {
	const struct monitor_names *monitors;
	bool all;			/* not only files that are not indexed */
	struct archive_listing *listing;
};

static int64_t changed(const struct archive *archive)
{
	struct stat status;

	if (fstat(archive->directory, &status) < 0)
		return 0;
	return archive_changed(&status);
}

int64_t archive_files_stamp(const struct archive *archive)
{
	int64_t stamp = changed(archive);

	return archive_is_settled(stamp) ? stamp : 0;
}

static int add_date(struct archive_listing *listing, const char *monitor,
		    const struct archive_file *date)
{
	int error = array_reserve((void **)&listing->list, &listing->capacity,
				  listing->count + 1, sizeof(*listing->list));
	struct archive_file *file;

	if (error)
		return error;
	file = &listing->list[listing->count++];
	*file = *date;
	memcpy(file->monitor, monitor, MONITOR_NAME_SIZE);
	return 0;
}

/* The next day, or the next month. */
static void move_on(struct archive_file *date)
{
	date->day = archive_file_last_day(date) + 1;
}

/* " DATE" or " DATE..DATE"; -ESTALE when it is neither. */
static int take_dates(const char **cursor, const char *end, const char *monitor,
		      const struct wanted *wanted, uint64_t *count)
{
	struct archive_file date;
	struct archive_file last;
	bool is_indexed;
	int error = 0;

	if (*(*cursor)++ != ' ' || !archive_date_parse(cursor, end, &date))
		return -ESTALE;
	last = date;
	is_indexed = end - *cursor > 2 && memcmp(*cursor, "..", 2) == 0;
	if (is_indexed) {
		*cursor += 2;
		if (!archive_date_parse(cursor, end, &last) ||
		    last.is_month != date.is_month)
			return -ESTALE;
	}
	for (; !error && date.day <= last.day; move_on(&date)) {
		if (++*count > DAYS_MAX)
			return -ESTALE;
		if (wanted->all || !is_indexed)
			error = add_date(wanted->listing, monitor, &date);
	}
	return error;
}

/* One line "NAME COUNT..."; -ESTALE when it is none. */
static int take_line(const char *text, const char *end,
		     const struct wanted *wanted)
{
	const char *name_end = memchr(text, ' ', (size_t)(end - text));
	char monitor[MONITOR_NAME_SIZE] = "";
	uint64_t count = 0;
	uint64_t total;
	int error = 0;

	if (!name_end || name_end - text >= MONITOR_NAME_SIZE)
		return -ESTALE;
	memcpy(monitor, text, (size_t)(name_end - text));
	if (wanted->monitors &&
	    !monitor_names_hold(wanted->monitors, monitor))
		return 0;
	text = name_end + 1;
	if (!number_parse(&text, end, &total))
		return -ESTALE;
	while (!error && text < end)
		error = take_dates(&text, end, monitor, wanted, &count);
	return !error && count != total ? -ESTALE : error;
}

static int take_lines(const char *text, const char *end,
		      const struct wanted *wanted)
{
	int error = 0;

	while (!error && text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));

		if (!line_end)
			return -ESTALE;
		error = take_line(text, line_end, wanted);
		text = line_end + 1;
	}
	return error;
}

/* The monitors' lines; NULL when there is no good list. @text is to be freed. */
static const char *load(const struct archive *archive, int directory,
			char **text, uint64_t *size)
{
	const char *cursor;
	uint64_t stamp;

	*text = archive_index_load(directory, FILES, "", size);
	cursor = *text ? memchr(*text, '\n', (size_t)*size) : NULL;
	if (!cursor)
		return NULL;
	cursor++;
	if (!number_parse(&cursor, *text + *size, &stamp) ||
	    (int64_t)stamp != changed(archive) ||
	    cursor == *text + *size || *cursor != '\n')
		return NULL;
	return cursor + 1;
}

static int take_list(const struct archive *archive, const struct wanted *wanted)
{
	int directory = archive_index_directory(archive->directory);
	const char *lines;
	uint64_t size;
	char *text;
	int error = -ESTALE;

	if (directory < 0)
		return error;
	lines = load(archive, directory, &text, &size);
	if (lines)
		error = take_lines(lines, text + size, wanted);
	if (!archive_listing_sort(wanted->listing) && !error)
		error = -ESTALE;
	if (error)
		archive_listing_free(wanted->listing);
	free(text);
	close(directory);
	return error;
}

int archive_files_recent(const struct archive *archive,
			 const struct monitor_names *monitors,
			 struct archive_listing *listing)
{
	const struct wanted wanted = { .monitors = monitors,
				       .listing = listing };

	return take_list(archive, &wanted);
}

int archive_files_list(const struct archive *archive,
		       const struct monitor_names *monitors,
		       struct archive_listing *listing)
{
	const struct wanted wanted = { .monitors = monitors, .all = true,
				       .listing = listing };
	int error = monitors ? take_list(archive, &wanted) : -ESTALE;

	return error == -ESTALE ? archive_list(archive, monitors, listing) :
				  error;
}

/* " DATE", or " DATE..DATE" for those that the monitor's index has. */
static void write_dates(FILE *stream, const struct archive_file *first,
			const struct archive_file *last, bool is_indexed)
{
	char date[ARCHIVE_DATE_SIZE];

	archive_date_format(first, date);
	fprintf(stream, " %s", date);
	archive_date_format(last, date);
	if (is_indexed)
		fprintf(stream, "..%s", date);
}

static bool is_indexed(const struct archive_index *index, size_t *line,
		       const struct archive_file *file)
{
	const int64_t order = archive_date_order(file);

	while (*line < index->count && index->lines[*line].order < order)
		++*line;
	return *line < index->count && index->lines[*line].order == order;
}

/* Is a file the one of the next day, or the next month? */
static bool follows(const struct archive_file *file,
		    const struct archive_file *before)
{
	struct archive_file next = *before;

	move_on(&next);
	return archive_date_order(file) == archive_date_order(&next);
}

static int write_monitor(FILE *stream, const struct archive *archive,
			 const struct archive_file *files, size_t count)
{
	struct archive_index index;
	int error = archive_index_open(&index, archive, files->monitor,
				       INT32_MIN);
	size_t line = 0;
	size_t next;

	if (!error)
		fprintf(stream, "%s %zu", files->monitor, count);
	for (size_t at = 0; !error && at < count; at = next) {
		/* The last one is always told: the updater begins with it. */
		const bool has = at + 1 < count &&
				 is_indexed(&index, &line, &files[at]);

		for (next = at + 1; has && next + 1 < count &&
		     follows(&files[next], &files[next - 1]) &&
		     is_indexed(&index, &line, &files[next]);)
			next++;
		write_dates(stream, &files[at], &files[next - 1], has);
	}
	if (!error)
		fputc('\n', stream);
	archive_index_close(&index);
	return error;
}

static int write_list(FILE *stream, const struct archive *archive,
		      const struct archive_listing *listing, int64_t stamp)
{
	size_t count;
	int error = 0;

	fprintf(stream, "%" PRId64 "\n", stamp);
	for (size_t at = 0; !error && at < listing->count; at += count) {
		const char *monitor = listing->list[at].monitor;

		archive_files_of(listing, monitor, &count);
		error = write_monitor(stream, archive, &listing->list[at],
				      count);
	}
	if (!error && (fflush(stream) || ferror(stream)))
		error = errno ? -errno : -EIO;
	return error;
}

int archive_files_write(const struct archive *archive,
			const struct archive_listing *listing, int64_t stamp)
{
	int directory;
	int descriptor;
	int error = 0;
	FILE *stream;

	if (!stamp || stamp != changed(archive))
		return 0;
	directory = archive_index_directory(archive->directory);
	if (directory < 0)
		return directory;
	descriptor = archive_index_create(directory, FILES, "");
	stream = descriptor < 0 ? NULL : fdopen(descriptor, "w");
	if (stream) {
		error = write_list(stream, archive, listing, stamp);
		if (fclose(stream) && !error)
			error = -errno;
		if (!error)
			error = archive_index_replace(directory, FILES, "");
	} else {
		error = descriptor < 0 ? descriptor : -errno;
		if (descriptor >= 0)
			close(descriptor);
	}
	close(directory);
	return error;
}
