// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/unit.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"

/* In each array: where the units are that figures choose from. */
enum { SMALLEST = 1, LARGEST = 5 };

static const struct unit units[] = {
	{ "B", 0, false },
	{ "KB", 1, false }, { "MB", 2, false }, { "GB", 3, false },
	{ "TB", 4, false }, { "PB", 5, false },
	{ "KiB", 1, false }, { "MiB", 2, false }, { "GiB", 3, false },
	{ "TiB", 4, false }, { "PiB", 5, false },
};

static const struct unit si_units[] = {
	{ "B", 0, true },
	{ "kB", 1, true }, { "MB", 2, true }, { "GB", 3, true },
	{ "TB", 4, true }, { "PB", 5, true },
};

/* 1000 to the power of 0 to LARGEST. */
static const uint64_t si_scales[] = {
	1, 1000, 1000000, 1000000000, 1000000000000, 1000000000000000,
};

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

bool unit_make_si(struct unit *unit)
{
	if (!unit->label) {
		unit->is_si = true;
		return true;
	}
	for (size_t at = 0; at < sizeof(si_units) / sizeof(*si_units); at++) {
		if (strcasecmp(unit->label, si_units[at].label) == 0) {
			*unit = si_units[at];
			return true;
		}
	}
	return false;
}

/*
 * Parts of so many bytes that fit; @rest is what is left. Reports have a figure in
 * each field, and a processor takes long to divide by what the compiler can't know.
 */
static uint64_t divide(const struct unit *unit, uint64_t bytes, uint64_t *rest)
{
	const int bits = unit->power * 10;

	if (!unit->is_si) {
		*rest = bytes & ((UINT64_C(1) << bits) - 1);
		return bytes >> bits;
	}
	*rest = bytes % si_scales[unit->power];
	return bytes / si_scales[unit->power];
}

/*
 * With two decimals, rounded to the nearest; from the middle to the even one.
 * Returns the whole number that was written.
 */
static uint64_t format(const struct unit *unit, uint64_t bytes, char *text)
{
	uint64_t rest;
	uint64_t whole = divide(unit, bytes, &rest);
	const uint64_t scale = unit->is_si ? si_scales[unit->power] :
					     UINT64_C(1) << unit->power * 10;
	uint64_t left;
	/* At most 2^50, so that a hundred times as much fits. */
	uint64_t decimals = divide(unit, rest * 100, &left);

	if (left * 2 > scale || (left * 2 == scale && decimals % 2))
		decimals++;
	whole += decimals / 100;
	text += number_format(text, whole);
	if (unit->power) {
		*text++ = '.';
		number_format_pair(text, (unsigned int)(decimals % 100));
		text += 2;
	}
	*text++ = ' ';
	strcpy(text, unit->label);
	return whole;
}

void unit_format(const struct unit *unit, uint64_t bytes, char *text)
{
	const struct unit *choice = unit->is_si ? si_units : units;
	const uint64_t step = unit->is_si ? 1000 : 1024;
	int at = SMALLEST;

	if (unit->label) {
		format(unit, bytes, text);
		return;
	}
	while (at < LARGEST &&
	       bytes >= (unit->is_si ? si_scales[at + 1] :
				       UINT64_C(1) << (at + 1) * 10))
		at++;
	/* What is printed decides, for it may be rounded up to a whole step. */
	if (format(&choice[at], bytes, text) >= step && at < LARGEST)
		format(&choice[at + 1], bytes, text);
}

void unit_format_amount(const struct unit *unit, struct amount bytes,
			char text[UNIT_TEXT_SIZE])
{
	*text = '-';
	unit_format(unit, bytes.size, text + bytes.is_negative);
}

void unit_format_rate(struct amount bits, char text[UNIT_TEXT_SIZE])
{
	static const char *const labels[] = {
		"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s", "Pbit/s",
	};
	const char *sign = bits.is_negative ? "-" : "";
	double number = (double)bits.size;
	int at = 0;

	if (bits.size < 1000) {
		snprintf(text, UNIT_TEXT_SIZE, "%s%" PRIu64 " bit/s", sign,
			 bits.size);
		return;
	}
	/* 999.995 would be printed as 1000.00. */
	for (; at < LARGEST && number >= 999.995; at++)
		number /= 1000;
	snprintf(text, UNIT_TEXT_SIZE, "%s%.2f %s", sign, number, labels[at]);
}
