// SPDX-License-Identifier: GPL-2.0-or-later
/* The local zone's name. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calendar.h"

/* Copies a name of printable characters; false when it is empty or is not one. */
static bool copy_name(const char *name, char zone[CALENDAR_ZONE_SIZE])
{
	size_t length = strcspn(name, "\n");

	if (length == 0 || length >= CALENDAR_ZONE_SIZE)
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

static bool zone_from_environment(char zone[CALENDAR_ZONE_SIZE])
{
	const char *name = getenv("TZ");
	const char *inside;

	if (!name)
		return false;
	if (*name == ':')
		name++;
	if (*name == '\0')
		name = "UTC";
	inside = *name == '/' ? strip_database(name) : NULL;
	return copy_name(inside ? inside : name, zone);
}

static bool zone_from_link(char zone[CALENDAR_ZONE_SIZE])
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

static bool zone_from_file(char zone[CALENDAR_ZONE_SIZE])
{
	FILE *file = fopen("/etc/timezone", "re");
	char name[CALENDAR_ZONE_SIZE + 1];
	bool found;

	if (!file)
		return false;
	found = fgets(name, sizeof(name), file) && copy_name(name, zone);
	fclose(file);
	return found;
}

void calendar_zone(struct calendar *calendar, int64_t instant,
		   char zone[CALENDAR_ZONE_SIZE])
{
	int minutes;

	if (getenv("TZ")) {
		if (zone_from_environment(zone))
			return;
	} else if (zone_from_link(zone) || zone_from_file(zone)) {
		return;
	}
	minutes = (int)(calendar_hour(calendar, instant)->offset / 60);
	snprintf(zone, CALENDAR_ZONE_SIZE, "UTC%c%02d:%02d",
		 minutes < 0 ? '-' : '+', abs(minutes) / 60,
		 abs(minutes) % 60);
}
