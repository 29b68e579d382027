// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct unit units[] = {
	{ "B", 0 },
	{ "KB", 1 }, { "MB", 2 }, { "GB", 3 }, { "TB", 4 }, { "PB", 5 },
	{ "KiB", 1 }, { "MiB", 2 }, { "GiB", 3 }, { "TiB", 4 }, { "PiB", 5 },
};

/* Where KB and PB are in the array. */
enum { SMALLEST = 1, LARGEST = 5 };

bool unit_parse(const char *word, struct unit *unit)
{
	for (size_t at = 0; at < sizeof(units) / sizeof(*units); at++) {
		if (strcasecmp(word, units[at].label) == 0) {
			*unit = units[at];
			return true;
		}
	}
	return false;
}

static void format(const struct unit *unit, uint64_t bytes, char *text)
{
	double number = (double)bytes;

	/* Exact: a power of two changes the exponent only. */
	for (int power = 0; power < unit->power; power++)
		number /= 1024;
	if (unit->power)
		snprintf(text, UNIT_TEXT_SIZE, "%.2f %s", number, unit->label);
	else
		snprintf(text, UNIT_TEXT_SIZE, "%" PRIu64 " %s", bytes,
			 unit->label);
}

void unit_format(const struct unit *unit, uint64_t bytes,
		 char text[UNIT_TEXT_SIZE])
{
	if (unit->label) {
		format(unit, bytes, text);
		return;
	}
	for (int at = SMALLEST; at <= LARGEST; at++) {
		/* What is printed decides, for it may be rounded up to 1024. */
		if (at < LARGEST && bytes >> (10 * (at + 1)))
			continue;
		format(&units[at], bytes, text);
		if (at == LARGEST || strncmp(text, "1024.00 ", 8) != 0)
			break;
	}
}
