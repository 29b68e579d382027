// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/calibrate.h"

#include <errno.h>
#include <inttypes.h>

#include "plan/plan_words.h"
#include "base/quantity.h"

/*
 * Bytes in the period, with so much for each packet. Twice asked, the difference
 * tells the packets.
 */
static int count(const struct calibrate_request *request,
		 const struct plan *plan, uint64_t overhead,
		 struct ledger_row *found)
{
	struct plan_request anew = *request->request;
	struct plan plain = *plan;
	const struct ledger *ledger;
	struct plan_view view;
	int error;

	anew.recompute = true;
	plain.calibration = PLAN_CALIBRATION_ONE;
	plain.overhead = overhead;
	error = plan_view_open(&view, &anew, &plain);
	ledger = &view.ledger;
	if (!error && request->is_now && view.row) {
		*found = *view.row;
	} else if (!error) {
		size_t at = ledger->count;

		while (at > 0 && ledger->rows[at - 1].period.end >
				 anew.present)
			at--;
		if (request->is_now || at == 0)
			error = -ENODATA;
		else
			*found = ledger->rows[at - 1];
	}
	plan_view_close(&view);
	return error;
}

int calibrate_count(const struct calibrate_request *request,
		    const struct plan *plan, struct calibrate_counted *counted)
{
	struct ledger_row without;
	struct ledger_row with;
	int error = count(request, plan, 0, &without);

	if (!error)
		error = count(request, plan, 1, &with);
	if (error)
		return error;
	counted->period = without.period;
	counted->bytes = without.used;
	counted->packets = with.used > without.used ?
			   with.used - without.used : 0;
	return 0;
}

static int count_or_say(const struct calibrate_request *request,
			struct calibrate_counted *counted)
{
	struct messages *messages = request->request->messages;
	const char *name = request->plan->name;
	int error = calibrate_count(request, request->plan, counted);

	if (error == -ENODATA)
		message_report(messages, request->is_now ?
			       "%s: the plan has no period at present; leave --now out" :
			       "%s: no period of the plan is over yet; with --now the present one is taken",
			       name);
	if (error || counted->bytes)
		return error;
	message_report(messages,
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
static void write_causes(const struct calibrate_request *request,
			 const struct calibrate_counted *counted,
			 const struct calibrate_figure *figure, bool is_far)
{
	struct calibrate_cause causes[CALIBRATE_CAUSES_MAX +
				      CALIBRATE_MONITORS_MAX];
	struct calibrate_monitor room[CALIBRATE_MONITORS_MAX];
	struct calibrate_cause *nearest;
	bool any = false;
	size_t found = calibrate_causes(counted->packets, counted->bytes,
					figure, request->plan->is_si, causes);

	found += calibrate_alone(request, room, causes + found);
	while ((nearest = find_nearest(causes, found, figure))) {
		fprintf(request->output, any ? "  or: %s" : "likely cause: %s",
			nearest->words);
		if (nearest->setting)
			fprintf(request->output, "; '%s' is truer than a factor",
				nearest->setting);
		fputc('\n', request->output);
		nearest->words = NULL;
		any = true;
	}
	if (!any)
		write_none(counted, figure, is_far, request->output);
}

/* By how much the figure is off, in hundredths of a percent of what was counted. */
static uint32_t find_difference(const struct calibrate_counted *counted,
				const struct calibrate_figure *figure)
{
	return quantity_percent(figure->bytes > counted->bytes ?
				figure->bytes - counted->bytes :
				counted->bytes - figure->bytes, counted->bytes);
}

int calibrate_run(const struct calibrate_request *request)
{
	struct messages *messages = request->request->messages;
	struct calibrate_counted counted;
	struct calibrate_figure figure;
	char label[SCHEDULE_LABEL_SIZE];
	const char *fault;
	uint32_t difference;
	uint64_t factor;
	bool is_far;
	int error;

	if (!calibrate_parse_figure(request->text, request->plan->is_si,
				    &figure)) {
		fault = quantity_fault(request->text, request->plan->is_si);
		message_report(messages, "'%.100s' %s", request->text,
			       fault ? fault :
				       "is no figure; give " QUANTITY_FORMS);
		return -EINVAL;
	}
	error = count_or_say(request, &counted);
	if (error)
		return error;
	schedule_label(&counted.period, label);
	difference = find_difference(&counted, &figure);
	is_far = difference > CALIBRATE_FAR;
	factor = (uint64_t)((double)figure.bytes * PLAN_CALIBRATION_ONE /
			    (double)counted.bytes + 0.5);
	fprintf(request->output, "%s, %s: counted %" PRIu64 " bytes in %" PRIu64
		" packets, the ISP %" PRIu64 " bytes\n", request->plan->name,
		label, counted.bytes, counted.packets, figure.bytes);
	if (!is_far || request->is_forced)
		fprintf(request->output, "calibration = %" PRIu64 ".%06" PRIu64
			"\n", factor / PLAN_CALIBRATION_ONE,
			factor % PLAN_CALIBRATION_ONE);
	write_causes(request, &counted, &figure, is_far);
	if (!is_far || request->is_forced)
		return 0;
	message_report(messages,
		       "%s: the ISP's figure is %" PRIu32 " %% %s than what was counted, too far for a factor; find out why, or have one with --force",
		       request->plan->name, difference / 100,
		       figure.bytes > counted.bytes ? "more" : "less");
	return -EDOM;
}
