// SPDX-License-Identifier: GPL-2.0-or-later
/* A zone's name, for people. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "time/zone.h"

/* Copies a name of printable characters; false when it is empty or is not one. */
static bool copy_name(const char *name, char zone[ZONE_NAME_SIZE])
{
	size_t length = strcspn(name, "\n");

	if (length == 0 || length >= ZONE_NAME_SIZE)
		return false;
	for (size_t at = 0; at < length; at++) {
		if (name[at] <= ' ' || name[at] >= 0x7f)
			return false;
	}
	memcpy(zone, name, length);
	zone[length] = '\0';
	return true;
}

/* A path into the zone database stands for the name of the zone. */
static const char *strip_database(const char *path)
{
	static const char database[] = "/zoneinfo/";
	const char *inside = strstr(path, database);

	return inside ? inside + sizeof(database) - 1 : NULL;
}

static bool zone_from_value(const char *name, char zone[ZONE_NAME_SIZE])
{
	const char *inside;

	if (*name == ':')
		name++;
	if (*name == '\0')
		name = "UTC";
	inside = *name == '/' ? strip_database(name) : NULL;
	return copy_name(inside ? inside : name, zone);
}

static bool zone_from_link(char zone[ZONE_NAME_SIZE])
{
	char target[PATH_MAX];
	ssize_t length = readlink("/etc/localtime", target, sizeof(target) - 1);
	const char *inside;

	if (length < 0)
		return false;
	target[length] = '\0';
	inside = strip_database(target);
	return inside && copy_name(inside, zone);
}

static bool zone_from_file(char zone[ZONE_NAME_SIZE])
{
	FILE *file = fopen("/etc/timezone", "re");
	char name[ZONE_NAME_SIZE + 1];
	bool found;

	if (!file)
		return false;
	found = fgets(name, sizeof(name), file) && copy_name(name, zone);
	fclose(file);
	return found;
}

void zone_name(struct zone *zone, int64_t instant, char name[ZONE_NAME_SIZE])
{
	const char *value = zone->name ? zone->name : getenv("TZ");
	int minutes;

	if (value) {
		if (zone_from_value(value, name))
			return;
	} else if (zone_from_link(name) || zone_from_file(name)) {
		return;
	}
	minutes = (int)(zone_span(zone, instant)->offset / 60);
	snprintf(name, ZONE_NAME_SIZE, "UTC%c%02d:%02d",
		 minutes < 0 ? '-' : '+', abs(minutes) / 60,
		 abs(minutes) % 60);
}
