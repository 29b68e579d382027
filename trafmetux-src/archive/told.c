// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/told.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_note.h"
#include "base/array.h"
#include "base/number.h"

static const char name[] = ".told";

/* No monitor's name, so that it locks none. */
static const char lock_name[] = " told";

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
static int take_line(void *context, const char *line)
{
	const char *cursor = line + strcspn(line, " ");
	const char *const end = line + strlen(line);
	const size_t length = (size_t)(cursor - line);
	struct told *told = context;
	struct told_notice *notice;
	int64_t first;
	int64_t last;

	if (*cursor++ != ' ' || !number_parse_time(&cursor, end, &first) ||
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

void told_open(struct told *told, const struct archive *archive,
	       int64_t present)
{
	*told = (struct told){ .archive = archive, .present = present,
			       .lock = -1 };
	if (!archive)
		return;
	told->lock = archive_note_lock(archive, lock_name);
	archive_note_read(archive, name, take_line, told);
}

bool told_due(struct told *told, const char *key)
{
	struct told_notice *notice = find(told, key);

	if (notice && notice->last <= told->present &&
	    told->present - notice->last < TOLD_AGAIN_SECONDS)
		return false;
	told->changed = true;
	if (!notice) {
		notice = add(told, key, strlen(key));
		if (notice)
			notice->first = told->present;
	}
	if (notice)
		notice->last = told->present;
	return true;
}

bool told_over(struct told *told, const char *key, int64_t *first)
{
	struct told_notice *notice = find(told, key);

	if (!notice)
		return false;
	if (first)
		*first = notice->first;
	*notice = told->list[--told->count];
	told->changed = true;
	return true;
}

static int write_notices(const struct told *told)
{
	FILE *file;
	char *text;
	size_t size;
	int error;

	if (!told->count)
		return archive_note_remove(told->archive, name);
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
	error = archive_note_write(told->archive, name, text, size);
	free(text);
	return error;
}

int told_close(struct told *told)
{
	int error = 0;

	if (told->archive && told->changed)
		error = write_notices(told);
	if (told->lock >= 0)
		close(told->lock);
	array_free((void **)&told->list, &told->capacity);
	told->count = 0;
	return error;
}
