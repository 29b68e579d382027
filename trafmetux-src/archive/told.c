// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/told.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_file.h"
#include "base/array.h"
#include "base/hash.h"
#include "base/number.h"

static const char name[] = ".told";

/* No monitor's name, so that it locks none. */
static const char lock_name[] = " told";

/* Of keys that are lines. */
static const char line_prefix[] = "line:";

/* The file is small; what has more lines than this is not ours. */
#define NOTICES_MAX 100000

static struct told_notice *find(const struct told *told, const char *key)
{
	for (size_t at = 0; at < told->count; at++) {
		if (strcmp(told->list[at].key, key) == 0)
			return &told->list[at];
	}
	return NULL;
}

static struct told_notice *add(struct told *told, const char *key,
			       size_t length)
{
	struct told_notice *notice;

	if (length == 0 || length >= TOLD_KEY_SIZE ||
	    told->count == NOTICES_MAX ||
	    array_reserve((void **)&told->list, &told->capacity,
			  told->count + 1, sizeof(*told->list)))
		return NULL;
	notice = &told->list[told->count++];
	memset(notice, 0, sizeof(*notice));
	memcpy(notice->key, key, length);
	return notice;
}

/* What can't be read was not told. */
static int take_line(void *context, const char *line, bool is_whole)
{
	const char *cursor = line + strcspn(line, " ");
	const char *const end = line + strlen(line);
	const size_t length = (size_t)(cursor - line);
	struct told *told = context;
	struct told_notice *notice;
	int64_t first;
	int64_t last;

	if (!is_whole || *cursor++ != ' ' ||
	    !number_parse_time(&cursor, end, &first) ||
	    *cursor++ != ' ' || !number_parse_time(&cursor, end, &last) ||
	    cursor != end)
		return 0;
	notice = add(told, line, length);
	if (notice) {
		notice->first = first;
		notice->last = last;
	}
	return 0;
}

/*
 * Opens the spare folder, which is ours alone: not a link that another one planted, nor
 * what others may write to.
 */
static int open_spare(const char *path, struct archive *spare,
		      struct messages *silent)
{
	struct stat opened;
	struct stat named;
	int error = path ? archive_open(spare, path, silent) : -ENOENT;

	if (error)
		return error;
	if (!fstat(spare->directory, &opened) && !lstat(path, &named) &&
	    opened.st_dev == named.st_dev && opened.st_ino == named.st_ino &&
	    opened.st_uid == geteuid() && !(opened.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	archive_close(spare);
	return -EPERM;
}

/* It is there only if the archive could not be written, and then it is the newer one. */
static void read_notices(struct told *told)
{
	struct messages silent = { .silent = true };
	struct archive spare;

	if (!open_spare(told->spare_path, &spare, &silent)) {
		told->is_spare = !archive_note_read(&spare, name, take_line,
						    told);
		archive_close(&spare);
	}
	if (!told->is_spare && told->archive)
		archive_note_read(told->archive, name, take_line, told);
}

void told_open(struct told *told, const struct archive *archive,
	       const char *spare_path, int64_t present)
{
	*told = (struct told){ .archive = archive, .spare_path = spare_path,
			       .present = present };
	read_notices(told);
}

bool told_due(struct told *told, const char *key)
{
	struct told_notice *notice = find(told, key);

	if (notice && notice->state != TOLD_OVER &&
	    notice->last <= told->present &&
	    told->present - notice->last < TOLD_AGAIN_SECONDS) {
		if (notice->state == TOLD_BEFORE)
			notice->state = TOLD_STILL;
		return false;
	}
	if (!notice)
		notice = add(told, key, strlen(key));
	if (!notice)
		return true;
	if (notice->state == TOLD_OVER || !notice->first)
		notice->first = told->present;
	notice->last = told->present;
	notice->state = TOLD_NOW;
	return true;
}

bool told_line_due(void *context, const char *line)
{
	struct told *told = context;
	char key[TOLD_KEY_SIZE];

	if (told->is_decided)
		return true;
	snprintf(key, sizeof(key), "%s%016" PRIx64, line_prefix,
		 hash_bytes(HASH_START, line, strlen(line)));
	return told_due(told, key);
}

bool told_over(struct told *told, const char *key, int64_t *first)
{
	const size_t length = strlen(key);
	bool was_told = false;

	for (size_t at = 0; at < told->count; at++) {
		struct told_notice *notice = &told->list[at];

		if (notice->state == TOLD_OVER ||
		    strncmp(notice->key, key, length) != 0 ||
		    (notice->key[length] && notice->key[length] != '#'))
			continue;
		if (first && (!was_told || notice->first < *first))
			*first = notice->first;
		notice->state = TOLD_OVER;
		was_told = true;
	}
	return was_told;
}

/* Takes over into @now what became of a notice; true if that is another thing. */
static bool merge(const struct told *told, const struct told_notice *notice,
		  struct told *now)
{
	struct told_notice *other = find(now, notice->key);
	const bool is_over = notice->state == TOLD_OVER ||
			     (notice->state == TOLD_BEFORE && told->is_whole &&
			      strncmp(notice->key, line_prefix,
				      sizeof(line_prefix) - 1) == 0);

	if (is_over && other) {
		*other = now->list[--now->count];
		return true;
	}
	if (notice->state != TOLD_NOW)
		return false;
	if (!other)
		other = add(now, notice->key, strlen(notice->key));
	if (other)
		*other = *notice;
	return other;
}

static int write_notices(const struct told *told, const struct archive *archive)
{
	FILE *file;
	char *text;
	size_t size;
	int error;

	file = open_memstream(&text, &size);
	if (!file)
		return -ENOMEM;
	fputs("# trafmetux told version 1\n", file);
	for (size_t at = 0; at < told->count; at++)
		fprintf(file, "%s %" PRId64 " %" PRId64 "\n",
			told->list[at].key, told->list[at].first,
			told->list[at].last);
	if (fclose(file))
		return -ENOMEM;
	error = archive_note_write(archive, name, text, size);
	free(text);
	return error;
}

/*
 * Of two that tell at once, each has told its own. Into the @spare one goes all, also if
 * that is nothing any more, for the archive's may be older.
 */
static int write_changes(const struct told *told, const struct archive *archive,
			 bool is_spare)
{
	const int lock = archive_note_lock(archive, lock_name);
	bool is_changed = false;
	struct told now;
	int error = 0;

	told_open(&now, told->archive, told->spare_path, told->present);
	for (size_t at = 0; at < told->count; at++)
		is_changed |= merge(told, &told->list[at], &now);
	is_changed |= now.is_spare != is_spare;
	if (is_changed)
		error = now.count || is_spare ? write_notices(&now, archive) :
			archive_note_remove(archive, name);
	array_free((void **)&now.list, &now.capacity);
	if (lock >= 0)
		close(lock);
	return error;
}

/* Where the archive can't be written: until it can be, or the machine goes down. */
static int write_spare(const struct told *told)
{
	struct messages silent = { .silent = true };
	struct archive spare;
	int error = open_spare(told->spare_path, &spare, &silent);

	if (error == -ENOENT && told->spare_path &&
	    !mkdir(told->spare_path, 0700))
		error = open_spare(told->spare_path, &spare, &silent);
	if (error)
		return error;
	error = write_changes(told, &spare, true);
	archive_close(&spare);
	return error;
}

static void remove_spare(const struct told *told)
{
	struct messages silent = { .silent = true };
	struct archive spare;

	if (!told->is_spare ||
	    open_spare(told->spare_path, &spare, &silent))
		return;
	archive_note_remove(&spare, name);
	archive_close(&spare);
}

int told_close(struct told *told)
{
	int error = told->archive || !told->spare_path ? 0 : -ENOENT;
	bool is_changed = told->is_spare;

	for (size_t at = 0; at < told->count; at++)
		is_changed |= told->list[at].state == TOLD_BEFORE ?
			      told->is_whole :
			      told->list[at].state != TOLD_STILL;
	if (is_changed && told->archive)
		error = write_changes(told, told->archive, false);
	if (!error)
		remove_spare(told);
	else if (told->spare_path)
		error = is_changed ? write_spare(told) : 0;
	array_free((void **)&told->list, &told->capacity);
	told->count = 0;
	return error;
}
