// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/calibrate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/quantity.h"
#include "plan/plan_words.h"

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

/*
 * Bytes in the period, with so much for each packet. Twice asked, the difference
 * tells the packets.
 */
static int count(const struct context *context, const struct plan *plan,
		 bool is_now, uint64_t overhead, struct ledger_row *found)
{
	struct plan plain = *plan;
	const struct ledger *ledger;
	struct plan_view view;
	int error;

	plain.calibration = PLAN_CALIBRATION_ONE;
	plain.overhead = overhead;
	error = plan_view_open(&view, context, &plain, true);
	ledger = &view.ledger;
	if (!error && is_now && view.row) {
		*found = *view.row;
	} else if (!error) {
		size_t at = ledger->count;

		while (at > 0 && ledger->rows[at - 1].period.end >
		       context->present)
			at--;
		if (is_now || at == 0)
			error = -ENODATA;
		else
			*found = ledger->rows[at - 1];
	}
	plan_view_close(&view);
	return error;
}

/*
 * What was counted in the period that is meant.
 *
 * Returns 0, -ENODATA when there is no such period, or -errno.
 */
static int calibrate_count(const struct context *context, const struct plan *plan,
			   bool is_now, struct calibrate_counted *counted)
{
	struct ledger_row without;
	struct ledger_row with;
	int error = count(context, plan, is_now, 0, &without);

	if (!error)
		error = count(context, plan, is_now, 1, &with);
	if (error)
		return error;
	counted->period = without.period;
	counted->bytes = without.used;
	counted->packets = with.used > without.used ?
			   with.used - without.used : 0;
	return 0;
}

/* The monitors of a plan, each once. */
static size_t find_monitors(const struct context *context,
			    const struct plan *plan,
			    char names[CALIBRATE_MONITORS_MAX][MONITOR_NAME_SIZE])
{
	const struct selection *selection;
	struct plan_view view;
	size_t count = 0;
	int error;

	error = plan_view_open(&view, context, plan, false);
	selection = &view.selection;
	for (size_t at = 0; !error && at < selection->history_count; at++) {
		if (count < CALIBRATE_MONITORS_MAX)
			strcpy(names[count++],
			       selection->histories[at].monitor);
	}
	plan_view_close(&view);
	return count;
}

/*
 * What the ISP would say if it billed one of several monitors, as where it bills a
 * direction.
 * @room:	what @causes point to
 *
 * What fails is left out. Returns how many @causes were filled in.
 */
static size_t calibrate_alone(const struct context *context,
			      const struct plan *whole, bool is_now,
			      struct calibrate_monitor room[CALIBRATE_MONITORS_MAX],
			      struct calibrate_cause causes[CALIBRATE_MONITORS_MAX])
{
	char names[CALIBRATE_MONITORS_MAX][MONITOR_NAME_SIZE];
	/* What there is to say was said of them together. */
	struct messages messages = { .silent = true };
	struct context silent = *context;
	struct plan plan = *whole;
	size_t count;
	size_t found = 0;

	silent.messages = &messages;
	count = find_monitors(&silent, whole, names);
	plan.column_count = 1;
	for (size_t at = 0; count > 1 && at < count; at++) {
		struct calibrate_counted counted;

		plan.columns[0] = names[at];
		if (calibrate_count(&silent, &plan, is_now, &counted) ||
		    !counted.bytes)
			continue;
		snprintf(room[found].words, sizeof(room[found].words),
			 "one direction, or one part, is billed: that of %.*s",
			 MONITOR_NAME_SIZE - 1, names[at]);
		snprintf(room[found].setting, sizeof(room[found].setting),
			 "monitors = %.*s", MONITOR_NAME_SIZE - 1, names[at]);
		causes[found] = (struct calibrate_cause){ room[found].words,
							  room[found].setting,
							  counted.bytes };
		found++;
	}
	return found;
}

static int count_or_say(const struct context *context, const struct plan *plan,
			bool is_now, struct calibrate_counted *counted)
{
	const char *name = plan->name;
	int error = calibrate_count(context, plan, is_now, counted);

	if (error == -ENODATA)
		message_report(context->messages, is_now ?
			       "%s: the plan has no period at present; leave --now out" :
			       "%s: no period of the plan is over yet; with --now the present one is taken",
			       name);
	if (error || counted->bytes)
		return error;
	message_report(context->messages,
		       "%s: nothing was counted in that period; give the figure of another one with --at",
		       name);
	return -ENODATA;
}

/* The nearest cause that fits and was not taken before; or NULL. */
static struct calibrate_cause *find_nearest(struct calibrate_cause causes[],
					    size_t count,
					    const struct calibrate_figure *figure)
{
	struct calibrate_cause *nearest = NULL;
	uint64_t least = UINT64_MAX;

	for (size_t at = 0; at < count; at++) {
		const uint64_t other = causes[at].figure;
		const uint64_t difference = other > figure->bytes ?
			other - figure->bytes : figure->bytes - other;

		if (causes[at].words && difference < least &&
		    calibrate_fits(figure, other)) {
			nearest = &causes[at];
			least = difference;
		}
	}
	return nearest;
}

/* What may be the matter where no cause fits. */
static void write_none(const struct calibrate_counted *counted,
		       const struct calibrate_figure *figure, bool is_far,
		       FILE *output)
{
	fputs("likely cause: none of the usual ones fits; look at the zone and the days of the ISP's period, and at which traffic the rules see\n",
	      output);
	if (is_far)
		fputs(figure->bytes < counted->bytes ?
		      "  less is billed than was counted: counted twice, by two rules or monitors of the same packets; or one direction billed, or not all hours or sites\n" :
		      "  more is billed than was counted: rules miss one direction, IPv6, another interface or offloaded connections; see 'trafmetux doctor'\n",
		      output);
}

/* The usual causes that fit, the nearest first. */
static void write_causes(const struct context *context, const struct plan *plan,
			 bool is_now, const struct calibrate_counted *counted,
			 const struct calibrate_figure *figure, bool is_far)
{
	struct calibrate_cause causes[CALIBRATE_CAUSES_MAX +
				      CALIBRATE_MONITORS_MAX];
	struct calibrate_monitor room[CALIBRATE_MONITORS_MAX];
	struct calibrate_cause *nearest;
	bool any = false;
	size_t found = calibrate_causes(counted->packets, counted->bytes,
					figure, plan->is_si, causes);

	found += calibrate_alone(context, plan, is_now, room, causes + found);
	while ((nearest = find_nearest(causes, found, figure))) {
		fprintf(context->output, any ? "  or: %s" : "likely cause: %s",
			nearest->words);
		if (nearest->setting)
			fprintf(context->output, "; '%s' is truer than a factor",
				nearest->setting);
		fputc('\n', context->output);
		nearest->words = NULL;
		any = true;
	}
	if (!any)
		write_none(counted, figure, is_far, context->output);
}

/* By how much the figure is off, in hundredths of a percent of what was counted. */
static uint32_t find_difference(const struct calibrate_counted *counted,
				const struct calibrate_figure *figure)
{
	return quantity_percent(figure->bytes > counted->bytes ?
				figure->bytes - counted->bytes :
				counted->bytes - figure->bytes, counted->bytes);
}

int calibrate_run(const struct context *context, const struct plan *plan,
		  const struct calibrate_options *options)
{
	struct calibrate_counted counted;
	struct calibrate_figure figure;
	char label[SCHEDULE_LABEL_SIZE];
	const char *fault;
	uint32_t difference;
	uint64_t factor;
	bool is_far;
	int error;

	if (!calibrate_parse_figure(options->text, plan->is_si, &figure)) {
		fault = quantity_fault(options->text, plan->is_si);
		message_report(context->messages, "'%.100s' %s", options->text,
			       fault ? fault :
			       "is no figure; give " QUANTITY_FORMS);
		return -EINVAL;
	}
	error = count_or_say(context, plan, options->is_now, &counted);
	if (error)
		return error;
	schedule_label(&counted.period, label);
	difference = find_difference(&counted, &figure);
	is_far = difference > CALIBRATE_FAR;
	factor = (uint64_t)((double)figure.bytes * PLAN_CALIBRATION_ONE /
			    (double)counted.bytes + 0.5);
	fprintf(context->output, "%s, %s: counted %" PRIu64 " bytes in %" PRIu64
		" packets, the ISP %" PRIu64 " bytes\n", plan->name,
		label, counted.bytes, counted.packets, figure.bytes);
	if (!is_far || options->is_forced)
		fprintf(context->output, "calibration = %" PRIu64 ".%06" PRIu64
			"\n", factor / PLAN_CALIBRATION_ONE,
			factor % PLAN_CALIBRATION_ONE);
	write_causes(context, plan, options->is_now, &counted, &figure, is_far);
	if (!is_far || options->is_forced)
		return 0;
	message_report(context->messages,
		       "%s: the ISP's figure is %" PRIu32 " %% %s than what was counted, too far for a factor; find out why, or have one with --force",
		       plan->name, difference / 100,
		       figure.bytes > counted.bytes ? "more" : "less");
	return -EDOM;
}
