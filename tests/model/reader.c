// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reader of whole archives, by docs/archive-format.md and nothing else: how far each
 * series has come by the lines that are whole.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"
#include "reader.h"

int __real_fstat64(int descriptor, struct stat *status);

char *reader_text(const char *path, size_t *length)
{
	const int descriptor = open(path, O_RDONLY);
	struct stat status;
	ssize_t got;
	char *text;

	if (descriptor < 0)
		return NULL;
	if (__real_fstat64(descriptor, &status))
		abort();
	text = malloc((size_t)status.st_size + 1);
	if (!text)
		abort();
	got = read(descriptor, text, (size_t)status.st_size);
	*length = got > 0 ? (size_t)got : 0;
	text[*length] = '\0';
	close(descriptor);
	return text;
}

/* Does "YYYY-MM" or "YYYY-MM-DD" follow the monitor's name and a dash? */
bool reader_is_of(const char *name, const char *monitor, bool *is_month)
{
	const size_t length = strlen(monitor);
	const char *date;

	if (strncmp(name, monitor, length) || name[length] != '-')
		return false;
	date = name + length + 1;
	for (size_t at = 0; date[at]; at++) {
		if (at == 4 || at == 7 ? date[at] != '-' :
					 date[at] < '0' || date[at] > '9')
			return false;
	}
	*is_month = strlen(date) == 7;
	return *is_month || strlen(date) == 10;
}

static struct reached *find(struct reached *list, size_t *count, uint64_t id)
{
	for (size_t at = 0; at < *count; at++) {
		if (list[at].id == id)
			return &list[at];
	}
	if (*count == READER_SERIES_MAX)
		abort();
	list[*count] = (struct reached){ .id = id, .first_packets = UINT64_MAX };
	return &list[(*count)++];
}

static bool is_end(const char *text)
{
	return !*text || (*text == ' ' && text[1] && !text[1 + strspn(text + 1, "0123456789")]);
}

static void read_lines(char *text, struct reached *list, size_t *count)
{
	struct reached *current = NULL;
	char *end;

	for (; (end = strchr(text, '\n')); text = end + 1) {
		unsigned long long time, packets, bytes, id;
		int length = 0;

		*end = '\0';
		if (sscanf(text, "@ %16llx %llu %llu%n", &id, &packets, &bytes,
			   &length) == 3 && !text[length]) {
			current = find(list, count, id);
			if (packets < current->first_packets) {
				current->first_packets = packets;
				current->first_bytes = bytes;
			}
		} else if (current && text[0] != '#' &&
			 sscanf(text, "%llu %llu %llu%n", &time, &packets, &bytes,
				&length) == 3 &&
			 is_end(text + length) &&
			 packets > current->packets) {
			current->packets = packets;
			current->bytes = bytes;
		}
	}
}

/* Is there a file for the month of this day's? */
static bool has_month(const char *folder, const char *name)
{
	char path[1200];

	snprintf(path, sizeof(path), "%s/%.*s", folder, (int)strlen(name) - 3, name);
	return access(path, F_OK) == 0;
}

size_t reader_read(const char *folder, const char *monitor, struct reached *list)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	size_t count = 0;

	while (directory && (entry = readdir(directory))) {
		char path[1200];
		bool is_month;
		size_t length;
		char *text;

		if (!reader_is_of(entry->d_name, monitor, &is_month) ||
		    (!is_month && has_month(folder, entry->d_name)))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		text = reader_text(path, &length);
		if (text)
			read_lines(text, list, &count);
		free(text);
	}
	if (directory)
		closedir(directory);
	return count;
}
