// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/check_range.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/quantity.h"

enum { TEXT_SIZE = 48 };

/* "%" at the end of it, or at the end of the other. */
static bool is_percentage(const char *text)
{
	return strchr(text, '%') != NULL;
}

/* The unit of a number: what is left of it after its digits. */
static const char *unit_of(const char *text)
{
	return text + strspn(text, "0123456789. \t");
}

static bool parse_number(const char *text, const char *other, bool is_si,
			 bool is_percent, uint64_t *value)
{
	char whole[2 * TEXT_SIZE];
	uint32_t hundredths;

	snprintf(whole, sizeof(whole), "%s%s", text,
		 *unit_of(text) ? "" : unit_of(other));
	if (!is_percent)
		return quantity_parse_figure(whole, is_si, value);
	if (!is_percentage(whole) ||
	    !quantity_parse_percent(whole, &hundredths))
		return false;
	*value = hundredths;
	return true;
}

bool check_range_parse(const char *text, bool is_si, struct check_range *range)
{
	const char *colon;
	char start[TEXT_SIZE] = "";
	char end[TEXT_SIZE] = "";

	*range = (struct check_range){ .is_inside = *text == '@' };
	text += range->is_inside;
	colon = strchr(text, ':');
	if (strlen(text) >= TEXT_SIZE)
		return false;
	if (colon)
		memcpy(start, text, (size_t)(colon - text));
	strcpy(end, colon ? colon + 1 : text);
	range->is_percent = is_percentage(text);
	range->has_start = strcmp(start, "~") != 0;
	range->has_end = *end;
	if (!colon && !*end)
		return false;
	if (range->has_start && *start &&
	    !parse_number(start, end, is_si, range->is_percent, &range->start))
		return false;
	if (range->has_end &&
	    !parse_number(end, range->has_start ? start : "", is_si,
			  range->is_percent, &range->end))
		return false;
	return !range->has_start || !range->has_end ||
	       range->start <= range->end;
}

bool check_range_alerts(const struct check_range *range, uint64_t value)
{
	const bool is_in = (!range->has_start || value >= range->start) &&
			   (!range->has_end || value <= range->end);

	return is_in == range->is_inside;
}

static int put_number(const struct check_range *range, uint64_t number,
		      char *text, size_t size)
{
	if (!range->is_percent)
		return snprintf(text, size, "%" PRIu64, number);
	if (number % 100 == 0)
		return snprintf(text, size, "%" PRIu64, number / 100);
	return snprintf(text, size, "%" PRIu64 ".%02" PRIu64, number / 100,
			number % 100);
}

void check_range_format(const struct check_range *range,
			char text[CHECK_RANGE_SIZE])
{
	char *at = text;
	char *const end = text + CHECK_RANGE_SIZE;

	if (range->is_inside)
		*at++ = '@';
	if (!range->has_start)
		*at++ = '~';
	else if (range->start || !range->has_end)
		at += put_number(range, range->start, at, (size_t)(end - at));
	if (!range->has_start || range->start || !range->has_end)
		*at++ = ':';
	*at = '\0';
	if (range->has_end)
		put_number(range, range->end, at, (size_t)(end - at));
}
