// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "plan/calibrate.h"
#include "base/quantity.h"

/*
 * Headers that ISPs count for each packet, in bytes. Ethernet: IEEE 802.3, clause
 * 3: 14, and 4 of check sequence; 802.1Q: 4 of tag. PPPoE: RFC 2516, section 4: 6,
 * and 2 of PPP. Preamble and gap: 8 and 12.
 */
static const struct {
	unsigned int bytes;
	const char *words;
	const char *setting;
} headers[] = {
	{ 14, "Ethernet headers, 14 bytes a packet", "overhead = 14" },
	{ 18, "Ethernet headers and check sequences (or VLAN tags), 18 bytes a packet", "overhead = 18" },
	{ 22, "Ethernet and PPPoE headers, 22 bytes a packet", "overhead = 22" },
	{ 26, "Ethernet and PPPoE headers and check sequences, 26 bytes a packet", "overhead = 26" },
	{ 38, "Ethernet frames with preamble and gap, 38 bytes a packet", "overhead = 38" },
	{ 8, "PPPoE headers, 8 bytes a packet", "overhead = 8" },
};

bool calibrate_parse_figure(const char *text, bool is_si,
			    struct calibrate_figure *figure)
{
	const char *unit_text = text + strspn(text, "0123456789. \t");
	const char *point = strchr(text, '.');
	struct unit unit = { .label = NULL };
	char word[8] = "";
	uint64_t scale = 1;
	size_t length;

	*figure = (struct calibrate_figure){ .rounding = 1 };
	if (!quantity_parse_figure(text, is_si, &figure->bytes))
		return false;
	length = strcspn(unit_text, " \t");
	if (length && length < sizeof(word)) {
		memcpy(word, unit_text, length);
		unit_parse(word, &unit);
		figure->is_named_binary = is_si && !unit_make_si(&unit);
		figure->is_named_binary |= strchr(unit.label, 'i') != NULL;
	}
	figure->power = unit.power;
	for (int power = 0; power < unit.power; power++)
		scale *= unit.is_si ? 1000 : 1024;
	for (size_t digits = point ? strspn(point + 1, "0123456789") : 0;
	     digits; digits--)
		scale /= 10;
	if (scale / 2 > 1)
		figure->rounding = scale / 2;
	return true;
}

bool calibrate_fits(const struct calibrate_figure *figure, uint64_t other)
{
	const uint64_t difference = figure->bytes > other ?
		figure->bytes - other : other - figure->bytes;

	return difference <= figure->rounding + other / 1000;
}

static void add(struct calibrate_cause causes[], size_t *count,
		const char *words, const char *setting, uint64_t figure)
{
	if (*count < CALIBRATE_CAUSES_MAX)
		causes[(*count)++] = (struct calibrate_cause){ words, setting,
							       figure };
}

/* @number times 1024/1000, or the other way round, for each step of the unit. */
static uint64_t change_steps(uint64_t number, int power, bool is_up)
{
	for (; power > 0; power--)
		number = quantity_scale(number, is_up ? 1024 : 1000,
					is_up ? 1000 : 1024);
	return number;
}

/* What is no matter of a factor. */
static void add_far(struct calibrate_cause causes[], size_t *count,
		    uint64_t bytes, const struct calibrate_figure *figure,
		    bool is_si)
{
	const uint64_t step = is_si ? 1000 : 1024;

	if (figure->power && !figure->is_named_binary) {
		add(causes, count, is_si ?
		    "it counts twice what the plan's monitors do, in steps of 1024" :
		    "it counts twice what the plan's monitors do, in steps of 1000",
		    NULL, change_steps(quantity_scale(bytes, 2, 1),
				       figure->power, !is_si));
		add(causes, count, is_si ?
		    "it counts half of what the plan's monitors do, in steps of 1024" :
		    "it counts half of what the plan's monitors do, in steps of 1000",
		    NULL, change_steps(bytes / 2, figure->power, !is_si));
	}
	add(causes, count, "bits: the figure is of bits, and was given as bytes",
	    NULL, quantity_scale(bytes, 8, 1));
	add(causes, count, "bits: the figure is an eighth, as of bytes that were taken for bits",
	    NULL, bytes / 8);
	add(causes, count, "units: the figure's unit is one too large, such as GB for MB",
	    NULL, quantity_scale(bytes, step, 1));
	add(causes, count, "units: the figure's unit is one too small, such as MB for GB",
	    NULL, bytes / step);
}

size_t calibrate_causes(uint64_t packets, uint64_t bytes,
			const struct calibrate_figure *figure, bool is_si,
			struct calibrate_cause causes[CALIBRATE_CAUSES_MAX])
{
	size_t count = 0;

	add(causes, &count, "none: both count the same", NULL,
	    bytes);
	if (figure->power && !figure->is_named_binary)
		add(causes, &count, is_si ?
		    "units: the ISP's steps are of 1024, and not of 1000" :
		    "units: the ISP's steps are of 1000, and not of 1024",
		    is_si ? "steps = 1024" : "steps = 1000",
		    change_steps(bytes, figure->power, !is_si));
	for (size_t at = 0; at < sizeof(headers) / sizeof(*headers); at++)
		add(causes, &count, headers[at].words, headers[at].setting,
		    bytes + packets * headers[at].bytes);
	/* ATM cells: 48 of 53 bytes are the packet's; ITU-T I.361. */
	add(causes, &count, "ATM cells, 53 bytes for each 48, as on old DSL",
	    NULL, quantity_scale(bytes, 53, 48));
	add(causes, &count, "it counts twice what the plan's monitors do: perhaps both directions, and they one",
	    NULL, quantity_scale(bytes, 2, 1));
	add(causes, &count, "it counts half of what the plan's monitors do: perhaps one direction, and they both",
	    NULL, bytes / 2);
	add_far(causes, &count, bytes, figure, is_si);
	return count;
}
