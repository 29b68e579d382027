// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/quantity.h"

#include <string.h>

#include "base/number.h"
#include "base/unit.h"

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
