// SPDX-License-Identifier: GPL-2.0-or-later
#include "meter/meter_pin.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/bpf.h"
#include "source/meter_pins.h"

/* As links below /proc show a network namespace: its word and its number. */
#define SHOWN_SIZE 32

/* Beside a folder, a symbolic link that leads nowhere: what its namespace is shown as. */
static void note_path(char path[METER_PIN_SIZE], const char *folder)
{
	const char *name = strrchr(folder, '/') + 1;

	snprintf(path, METER_PIN_SIZE, METER_PINS_ROOT "/~%s", name);
}

static bool read_link(const char *path, char text[SHOWN_SIZE])
{
	const ssize_t length = readlink(path, text, SHOWN_SIZE - 1);

	text[length > 0 ? length : 0] = '\0';
	return length > 0;
}

void meter_namespaces_note(const char *folder)
{
	char path[METER_PIN_SIZE];
	char shown[SHOWN_SIZE];

	note_path(path, folder);
	if (read_link("/proc/self/ns/net", shown) && symlink(shown, path))
		return;
}

void meter_namespaces_forget(const char *folder)
{
	char path[METER_PIN_SIZE];

	note_path(path, folder);
	unlink(path);
}

/* Has any of a process' open files it? */
static bool has_open(const char *process, const char *shown)
{
	char path[64];
	char found[SHOWN_SIZE];
	const struct dirent *entry;
	bool has = false;
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", process);
	directory = opendir(path);
	while (directory && !has && (entry = readdir(directory))) {
		snprintf(path, sizeof(path), "/proc/%.20s/fd/%.20s", process,
			 entry->d_name);
		has = read_link(path, found) && strcmp(found, shown) == 0;
	}
	if (directory)
		closedir(directory);
	return has;
}

/* As "ip netns" has it. */
static bool has_mounted(const char *process, const char *shown)
{
	char path[64];
	char *line = NULL;
	size_t size = 0;
	bool has = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/mountinfo", process);
	file = fopen(path, "re");
	while (file && !has && getline(&line, &size, file) > 0)
		has = strstr(line, shown) != NULL;
	free(line);
	if (file)
		fclose(file);
	return has;
}

static bool is_in(const char *process, const char *shown)
{
	char path[64];
	char found[SHOWN_SIZE];

	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", process);
	return (read_link(path, found) && strcmp(found, shown) == 0) ||
	       has_mounted(process, shown) || has_open(process, shown);
}

/* Where that can't be seen it may be. */
static bool is_alive(const char *shown)
{
	DIR *directory = opendir("/proc");
	const struct dirent *entry;
	bool is = !directory;

	while (directory && !is && (entry = readdir(directory)))
		is = isdigit((unsigned char)entry->d_name[0]) &&
		     is_in(entry->d_name, shown);
	if (directory)
		closedir(directory);
	return is;
}

/** Links of a folder. */
struct links {
	const char *folder;
	const char *monitor;
	size_t lost;
	size_t others;
};

static int look_at(void *context, const char *kind, const char *name)
{
	struct links *links = context;
	char path[METER_PIN_SIZE];
	unsigned int device = 1;
	int link;

	meter_pin_path(path, links->folder, links->monitor, kind, name);
	link = strcmp(kind, METER_PIN_LINK) == 0 ? bpf_get(path, false) : -1;
	if (link >= 0) {
		if (bpf_link_device(link, &device))
			device = 1;
		close(link);
	}
	if (device)
		links->others++;
	else
		links->lost++;
	return 0;
}

static bool has_lost_all(const char *folder, const struct monitor_names *names)
{
	struct links links = { .folder = folder };

	for (size_t at = 0; at < names->count; at++) {
		links.monitor = names->list[at];
		if (meter_pins_attached(folder, links.monitor, look_at, &links))
			return false;
	}
	return links.lost && !links.others;
}

static void clean(const char *folder)
{
	struct monitor_names names = { 0 };
	char path[METER_PIN_SIZE];
	char shown[SHOWN_SIZE];

	note_path(path, folder);
	if (read_link(path, shown) && !meter_pins_list(folder, &names) &&
	    has_lost_all(folder, &names) && !is_alive(shown)) {
		for (size_t at = 0; at < names.count; at++)
			meter_maps_remove(folder, names.list[at]);
	}
	monitor_names_free(&names);
}

void meter_namespaces_clean(const char *own)
{
	const char *name = strrchr(own, '/') + 1;
	DIR *directory = opendir(METER_PINS_ROOT);
	const struct dirent *entry;
	char path[METER_PIN_SIZE];

	while (directory && (entry = readdir(directory))) {
		if (!strchr(entry->d_name, '-') || entry->d_name[0] == '~' ||
		    strcmp(entry->d_name, name) == 0)
			continue;
		snprintf(path, sizeof(path), METER_PINS_ROOT "/%.200s", entry->d_name);
		clean(path);
	}
	if (directory)
		closedir(directory);
}
