// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/archive_repair.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"

int archive_repair_hole(struct archive_repair *repair,
			const struct growth *hole, bool is_held)
{
	int error = array_reserve((void **)&repair->holes,
				  &repair->hole_capacity,
				  repair->hole_count + 1,
				  sizeof(*repair->holes));

	if (!error)
		repair->holes[repair->hole_count++] = (struct archive_missing){
			.growth = *hole, .is_held = is_held,
		};
	return error;
}

/* Does one go on from where another one ends? */
static bool goes_on(const struct growth *next, const struct growth *before)
{
	struct counters end = before->from;

	counters_add(&end, &before->counters);
	return next->series == before->series &&
	       counters_compare(&next->from, &end) == 0;
}

static bool is_of_date(struct calendar *calendar, const struct archive_file *file,
		       const struct growth *growth)
{
	const int32_t day = calendar_day(calendar, growth->time - 1);

	return day >= file->day && day <= archive_file_last_day(file);
}

/* The last line of a file that tells the state before missing records; 0: none. */
static size_t find_place(const struct archive_scan *scan,
			 const struct growth *hole)
{
	const struct archive_entries *entries = &scan->entries;
	const struct archive_series *series =
		archive_entries_series(entries, hole->series);
	size_t place = 0;

	for (size_t at = series ? series->first : 0; at;
	     at = entries->list[at - 1].next) {
		const struct archive_entry *entry = &entries->list[at - 1];

		if (!entry->damaged &&
		    counters_compare(&entry->sample.counters, &hole->from) == 0)
			place = at;
	}
	return place;
}

static int compare_places(const void *left, const void *right)
{
	const struct archive_missing *first = left;
	const struct archive_missing *second = right;

	if (first->entry != second->entry)
		return first->entry < second->entry ? -1 : 1;
	return counters_compare(&first->growth.from, &second->growth.from);
}

/* Takes those missing records that belong into the file. */
static size_t take_missing(struct archive_repair *repair,
			   const struct archive_file *file,
			   const struct archive_scan *scan,
			   struct archive_missing *missing)
{
	size_t count = 0;
	size_t left = 0;

	for (size_t at = 0; at < repair->hole_count; at++) {
		struct archive_missing hole = repair->holes[at];
		const struct growth *growth = &hole.growth;
		const bool is_next = count &&
			goes_on(growth, &missing[count - 1].growth);

		hole.entry = is_next ? missing[count - 1].entry :
				       find_place(scan, growth);
		if (hole.entry && (!hole.is_held ||
				   is_of_date(repair->calendar, file, growth)))
			missing[count++] = hole;
		else
			repair->holes[left++] = hole;
	}
	repair->hole_count = left;
	qsort(missing, count, sizeof(*missing), compare_places);
	return count;
}

/* Puts the new text in the old one's place. */
static int replace_file(struct archive_repair *repair, const char *name,
			const char *old, size_t old_length, const char *text,
			size_t length)
{
	struct archive_repair_done *done;
	int error = array_reserve((void **)&repair->done,
				  &repair->done_capacity,
				  repair->done_count + 1, sizeof(*done));

	if (error)
		return error;
	done = &repair->done[repair->done_count];
	strcpy(done->name, name);
	error = archive_replace_file(repair->archive, name, old, old_length,
				     text, length, done->copy);
	repair->done_count += !error;
	return error;
}

static int rewrite(struct archive_repair *repair,
		   const struct archive_file *file,
		   const struct archive_scan *scan,
		   const struct archive_missing *missing, size_t count)
{
	char header[ARCHIVE_HEADER_SIZE];
	char name[ARCHIVE_NAME_SIZE];
	size_t old_length = 0;
	size_t length = 0;
	char *old = NULL;
	char *text = NULL;
	int error = archive_read_text(repair->archive, file, &old, &old_length);

	if (!error) {
		archive_rewrite_header(repair->calendar, file, old, old_length,
				       header);
		text = archive_rewrite(header, old, old_length, scan, missing,
				       count, &length);
		error = text ? 0 : -ENOMEM;
	}
	archive_file_name(file, name);
	if (!error)
		error = replace_file(repair, name, old, old_length, text, length);
	free(text);
	free(old);
	return error;
}

int archive_repair_file(struct archive_repair *repair,
			const struct archive_file *file,
			const struct archive_scan *scan)
{
	struct archive_missing *missing =
		calloc(repair->hole_count + 1, sizeof(*missing));
	size_t count;
	int error = 0;

	if (!missing)
		return -ENOMEM;
	count = take_missing(repair, file, scan, missing);
	if (count || scan->damaged || scan->torn || scan->empty ||
	    scan->has_returns)
		error = rewrite(repair, file, scan, missing, count);
	free(missing);
	return error;
}

int archive_repair_undo(struct archive_repair *repair)
{
	const int directory = repair->archive->directory;
	int error = 0;

	for (; repair->done_count; repair->done_count--) {
		const struct archive_repair_done *done =
			&repair->done[repair->done_count - 1];

		if (renameat(directory, done->copy, directory, done->name) < 0)
			error = -errno;
	}
	disk_sync(directory);
	return error;
}

void archive_repair_free(struct archive_repair *repair)
{
	array_free((void **)&repair->holes, &repair->hole_capacity);
	array_free((void **)&repair->done, &repair->done_capacity);
	repair->hole_count = 0;
	repair->done_count = 0;
}
