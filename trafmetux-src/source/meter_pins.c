// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/meter_pins.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/machine.h"

int meter_pins_folder(char path[METER_PIN_SIZE])
{
	uint64_t number;
	const bool has_cookie = network_cookie(&number);

	if (!has_cookie)
		number = network_inode();
	if (!number)
		return -errno;
	snprintf(path, METER_PIN_SIZE, METER_PINS_ROOT "/%s-%" PRIu64,
		 has_cookie ? "net" : "inode", number);
	return 0;
}

static void change(char *text, char from, char to)
{
	for (; *text; text++) {
		if (*text == from)
			*text = to;
	}
}

void meter_pin_path(char path[METER_PIN_SIZE], const char *folder, const char *monitor,
		    const char *kind, const char *device)
{
	snprintf(path, METER_PIN_SIZE, "%s/%s%s%s%s", folder, monitor, *kind ? "/" : "",
		 kind, device);
	change(path + strlen(folder), '.', '%');
}

int meter_pins_list(const char *folder, struct monitor_names *names)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	int error = 0;

	if (!directory)
		return -errno;
	while (!error && (errno = 0, entry = readdir(directory))) {
		char name[sizeof(entry->d_name)];

		snprintf(name, sizeof(name), "%s", entry->d_name);
		change(name, '%', '.');
		/* What is being made or taken away begins with '~'. */
		if (monitor_name_valid(name))
			error = monitor_names_add(names, name);
	}
	if (!error && errno)
		error = -errno;
	closedir(directory);
	monitor_names_sort(names);
	return error;
}

int meter_pins_attached(const char *folder, const char *monitor, meter_pins_sink *sink,
			void *context)
{
	static const char *const kinds[2] = { METER_PIN_LINK, METER_PIN_FILTER };
	char path[METER_PIN_SIZE];
	const struct dirent *entry;
	DIR *directory;
	int result = 0;

	meter_pin_path(path, folder, monitor, "", "");
	directory = opendir(path);
	if (!directory)
		return -errno;
	while (!result && (entry = readdir(directory))) {
		for (size_t at = 0; !result && at < 2; at++) {
			const size_t length = strlen(kinds[at]);
			char device[IF_NAMESIZE];

			if (strncmp(entry->d_name, kinds[at], length) != 0 ||
			    strlen(entry->d_name + length) >= sizeof(device))
				continue;
			strcpy(device, entry->d_name + length);
			change(device, '%', '.');
			result = sink(context, kinds[at], device);
		}
	}
	closedir(directory);
	return result;
}
