// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/quantity.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"

#define BITS_PER_BYTE 8

void amount_add(struct amount *sum, struct amount more)
{
	if (sum->is_negative == more.is_negative) {
		sum->size = more.size > UINT64_MAX - sum->size ?
			UINT64_MAX : sum->size + more.size;
	} else if (sum->size >= more.size) {
		sum->size -= more.size;
		sum->is_negative = sum->is_negative && sum->size;
	} else {
		sum->size = more.size - sum->size;
		sum->is_negative = more.is_negative;
	}
}

int amount_compare(struct amount left, struct amount right)
{
	int order = (left.size > right.size) - (left.size < right.size);

	if (left.is_negative != right.is_negative)
		return left.is_negative ? -1 : 1;
	return left.is_negative ? -order : order;
}

struct amount amount_rate(struct amount bytes, uint64_t seconds)
{
	/* In two parts, so that nothing overflows that need not. */
	const uint64_t whole = bytes.size / seconds;
	const uint64_t rest = bytes.size % seconds * BITS_PER_BYTE;
	const uint64_t rounded = rest / seconds +
				 (rest % seconds >= (seconds + 1) / 2);

	bytes.size = whole > (UINT64_MAX - rounded) / BITS_PER_BYTE ?
		UINT64_MAX : whole * BITS_PER_BYTE + rounded;
	bytes.is_negative = bytes.is_negative && bytes.size;
	return bytes;
}

/* So that with the largest unit, 2^50, all fits into 64 bits. */
#define DECIMALS 4
#define DECIMALS_SCALE 10000

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

bool quantity_parse_decimal(const char **cursor, int decimals, uint64_t *whole,
			    uint64_t *rest)
{
	const char *end = *cursor + strlen(*cursor);
	int given;

	*rest = 0;
	if (!number_parse(cursor, end, whole))
		return false;
	if (**cursor != '.')
		return true;
	++*cursor;
	for (given = 0; **cursor >= '0' && **cursor <= '9'; given++) {
		if (given == decimals)
			return false;
		*rest = *rest * 10 + (uint64_t)(*(*cursor)++ - '0');
	}
	for (int at = given; at < decimals; at++)
		*rest *= 10;
	return given > 0;
}

/* The unit's bytes; 0 when there is no such unit. */
static uint64_t unit_bytes(const char *text, bool is_si)
{
	const size_t length = strcspn(text, " \t");
	uint64_t scale = 1;
	char word[8];
	struct unit unit;

	if (length == 0)
		return *skip_blanks(text) ? 0 : 1;
	if (length >= sizeof(word) || *skip_blanks(text + length))
		return 0;
	memcpy(word, text, length);
	word[length] = '\0';
	if (!unit_parse(word, &unit))
		return 0;
	if (is_si)
		unit_make_si(&unit);
	for (int power = 0; power < unit.power; power++)
		scale *= unit.is_si ? 1000 : 1024;
	return scale;
}

bool quantity_parse_figure(const char *text, bool is_si, uint64_t *bytes)
{
	const char *cursor = skip_blanks(text);
	uint64_t whole;
	uint64_t rest;
	uint64_t scale;

	if (!quantity_parse_decimal(&cursor, DECIMALS, &whole, &rest))
		return false;
	scale = unit_bytes(skip_blanks(cursor), is_si);
	if (!scale || (scale == 1 && rest))
		return false;
	rest = (rest * scale + DECIMALS_SCALE / 2) / DECIMALS_SCALE;
	if (whole > (UINT64_MAX - rest) / scale)
		return false;
	*bytes = whole * scale + rest;
	return true;
}

static bool lacks_unit(const char *text)
{
	const char *cursor = skip_blanks(text);
	uint64_t whole;
	uint64_t rest;

	return quantity_parse_decimal(&cursor, DECIMALS, &whole, &rest) &&
	       !*skip_blanks(cursor);
}

bool quantity_parse(const char *text, bool is_si, uint64_t *bytes)
{
	return !lacks_unit(text) &&
	       quantity_parse_figure(text, is_si, bytes);
}

const char *quantity_fault(const char *text, bool is_si)
{
	const char *cursor = skip_blanks(text);
	const size_t digits = strspn(cursor, "0123456789");
	size_t decimals = 0;
	uint64_t scale;

	cursor += digits;
	if (*cursor == '.') {
		decimals = strspn(cursor + 1, "0123456789");
		cursor += decimals ? decimals + 1 : 0;
	}
	cursor = skip_blanks(cursor);
	scale = unit_bytes(cursor, is_si);
	if (!digits || !scale)
		return NULL;
	if (!*cursor)
		return "has no unit; give one, such as GB";
	if (scale == 1 && decimals)
		return "is no whole number of bytes; leave out the decimals";
	if (decimals > DECIMALS)
		return "has more than four decimals; give a smaller unit, such as MB";
	return "is more than can be counted; give 16383 PB at most";
}

bool quantity_parse_percent(const char *text, uint32_t *hundredths)
{
	const char *cursor = skip_blanks(text);
	uint64_t whole;
	uint64_t rest;

	if (!quantity_parse_decimal(&cursor, 2, &whole, &rest) ||
	    whole > QUANTITY_PERCENT_MAX / 100)
		return false;
	cursor = skip_blanks(cursor);
	if (*cursor == '%')
		cursor++;
	*hundredths = (uint32_t)(whole * 100 + rest);
	return !*skip_blanks(cursor) && *hundredths <= QUANTITY_PERCENT_MAX;
}

uint32_t quantity_percent(uint64_t part, uint64_t whole)
{
	uint64_t share;

	if (whole == 0)
		return part ? UINT32_MAX : 0;
	/* From 2 PB on, a few bytes do not show in a hundredth of a percent. */
	while (whole >> 50) {
		whole >>= 1;
		part >>= 1;
	}
	if (part / whole > UINT32_MAX / QUANTITY_WHOLE)
		return UINT32_MAX;
	share = part / whole * QUANTITY_WHOLE +
		part % whole * QUANTITY_WHOLE / whole;
	return share > UINT32_MAX ? UINT32_MAX : (uint32_t)share;
}

uint64_t quantity_scale(uint64_t number, uint64_t factor, uint64_t divisor)
{
	const uint64_t rest = (number % divisor * factor + divisor / 2) /
			      divisor;

	number /= divisor;
	if (factor && number > (UINT64_MAX - rest) / factor)
		return UINT64_MAX;
	return number * factor + rest;
}

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
