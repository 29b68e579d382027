// SPDX-License-Identifier: GPL-2.0-or-later
/* Which values of TZ mean a zone: names of files, and POSIX's rules. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "time/zone.h"

#define DATABASE "/usr/share/zoneinfo"

/* A zone's file begins with four letters, RFC 8536 says. */
static bool is_zone_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char magic[4];
	bool found;

	if (!file)
		return false;
	found = fread(magic, sizeof(magic), 1, file) == 1 &&
		memcmp(magic, "TZif", sizeof(magic)) == 0;
	fclose(file);
	return found;
}

static bool is_in_database(const char *name)
{
	const char *database = getenv("TZDIR");
	char path[PATH_MAX];
	int length;

	if (*name == '/')
		return is_zone_file(name);
	length = snprintf(path, sizeof(path), "%s/%s",
			  database ? database : DATABASE, name);
	return length < (int)sizeof(path) && is_zone_file(path);
}

/* Three letters or more, or anything of letters, digits and signs in <>. */
static bool skip_name(const char **cursor)
{
	const char *at = *cursor;
	size_t length = 0;
	bool quoted = *at == '<';

	if (quoted)
		at++;
	while (isalpha((unsigned char)at[length]) ||
	       (quoted && (isdigit((unsigned char)at[length]) ||
			   at[length] == '+' || at[length] == '-')))
		length++;
	if (length < 3 || (quoted && at[length] != '>'))
		return false;
	*cursor = at + length + quoted;
	return true;
}

static bool skip_number(const char **cursor, int least, int most)
{
	int number = 0;
	int digits = 0;

	for (; digits < 3 && isdigit((unsigned char)**cursor); digits++)
		number = number * 10 + (*(*cursor)++ - '0');
	return digits && number >= least && number <= most;
}

/* [+-]hh[:mm[:ss]] */
static bool skip_time(const char **cursor, int most_hours)
{
	if (**cursor == '+' || **cursor == '-')
		++*cursor;
	if (!skip_number(cursor, 0, most_hours))
		return false;
	for (int part = 0; part < 2 && **cursor == ':'; part++) {
		++*cursor;
		if (!skip_number(cursor, 0, 59))
			return false;
	}
	return true;
}

/* ",Mm.w.d", ",Jn" or ",n", then perhaps "/time". */
static bool skip_change(const char **cursor)
{
	bool is_right;

	if (*(*cursor)++ != ',')
		return false;
	if (**cursor == 'M') {
		++*cursor;
		is_right = skip_number(cursor, 1, 12) &&
			   *(*cursor)++ == '.' && skip_number(cursor, 1, 5) &&
			   *(*cursor)++ == '.' && skip_number(cursor, 0, 6);
	} else if (**cursor == 'J') {
		++*cursor;
		is_right = skip_number(cursor, 1, 365);
	} else {
		is_right = skip_number(cursor, 0, 365);
	}
	if (!is_right || **cursor != '/')
		return is_right;
	++*cursor;
	/* Up to a week either way, as RFC 8536 allows. */
	return skip_time(cursor, 167);
}

/* As in EST5, EST5EDT and EST5EDT,M3.2.0,M11.1.0. */
static bool is_rule(const char *text)
{
	if (!skip_name(&text) || !skip_time(&text, 24))
		return false;
	if (*text == '\0')
		return true;
	if (!skip_name(&text))
		return false;
	if (*text != '\0' && *text != ',' && !skip_time(&text, 24))
		return false;
	return *text == '\0' ||
	       (skip_change(&text) && skip_change(&text) && *text == '\0');
}

bool zone_is_valid(const char *zone)
{
	if (*zone == ':')
		zone++;
	/* What UTC is needs no database. */
	return *zone == '\0' || strcmp(zone, "UTC") == 0 ||
	       is_in_database(zone) || is_rule(zone);
}
