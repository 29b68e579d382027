// SPDX-License-Identifier: GPL-2.0-or-later
#include "calibrate.h"

#include <errno.h>
#include <inttypes.h>

#include "plan_words.h"
#include "quantity.h"

/* What was counted in a period, as it was on the wire. */
struct counted {
	struct schedule_period period;
	uint64_t packets;
	uint64_t bytes;
};

/*
 * Bytes in the period, with so much for each packet. Twice asked, the difference
 * tells the packets.
 */
static int count(const struct plan_request *request, const struct plan *plan,
		 uint64_t overhead, bool is_now, struct ledger_row *found)
{
	struct plan_request anew = *request;
	struct plan plain = *plan;
	const struct ledger *ledger;
	struct plan_view view;
	int error;

	anew.recompute = true;
	plain.calibration = PLAN_CALIBRATION_ONE;
	plain.overhead = overhead;
	error = plan_view_open(&view, &anew, &plain);
	ledger = &view.ledger;
	if (!error && is_now && view.row) {
		*found = *view.row;
	} else if (!error) {
		size_t at = ledger->count;

		while (at > 0 && ledger->rows[at - 1].period.end >
				 request->present)
			at--;
		if (is_now || at == 0)
			error = -ENODATA;
		else
			*found = ledger->rows[at - 1];
	}
	plan_view_close(&view);
	return error;
}

static int count_both(const struct plan_request *request,
		      const struct plan *plan, bool is_now,
		      struct counted *counted)
{
	struct ledger_row without;
	struct ledger_row with;
	int error = count(request, plan, 0, is_now, &without);

	if (!error)
		error = count(request, plan, 1, is_now, &with);
	if (error == -ENODATA) {
		message_report(request->messages, is_now ?
			       "%s: the plan has no period at present; leave --now out" :
			       "%s: no period of the plan is over yet; with --now the present one is taken",
			       plan->name);
		return error;
	}
	if (error)
		return error;
	counted->period = without.period;
	counted->bytes = without.used;
	counted->packets = with.used > without.used ?
			   with.used - without.used : 0;
	if (counted->bytes)
		return 0;
	message_report(request->messages,
		       "%s: nothing was counted in that period; give the figure of another one with --at",
		       plan->name);
	return -ENODATA;
}

/* The usual causes that fit, the nearest first. */
static void write_causes(const struct counted *counted, const struct plan *plan,
			 const struct calibrate_figure *figure, FILE *output)
{
	struct calibrate_cause causes[CALIBRATE_CAUSES_MAX];
	const size_t found = calibrate_causes(counted->packets, counted->bytes,
					      figure, plan->is_si, causes);
	bool any = false;

	for (;;) {
		struct calibrate_cause *nearest = NULL;
		uint64_t least = UINT64_MAX;

		for (size_t at = 0; at < found; at++) {
			const uint64_t other = causes[at].figure;
			const uint64_t difference = other > figure->bytes ?
				other - figure->bytes : figure->bytes - other;

			if (causes[at].words && difference < least &&
			    calibrate_fits(figure, other)) {
				nearest = &causes[at];
				least = difference;
			}
		}
		if (!nearest)
			break;
		fprintf(output, any ? "  or: %s" : "likely cause: %s",
			nearest->words);
		if (nearest->setting)
			fprintf(output, "; '%s' is truer than a factor",
				nearest->setting);
		fputc('\n', output);
		nearest->words = NULL;
		any = true;
	}
	if (!any)
		fputs("likely cause: none of the usual ones fits; look at the zone and the days of the ISP's period, and at which traffic the rules see\n",
		      output);
}

int calibrate_run(const struct plan_request *request, const struct plan *plan,
		  const char *text, bool is_now, FILE *output)
{
	struct calibrate_figure figure;
	char label[SCHEDULE_LABEL_SIZE];
	struct counted counted;
	uint64_t factor;
	int error;

	if (!calibrate_parse_figure(text, plan->is_si, &figure)) {
		message_report(request->messages,
			       "'%s' is no figure; give " QUANTITY_FORMS, text);
		return -EINVAL;
	}
	error = count_both(request, plan, is_now, &counted);
	if (error)
		return error;
	schedule_label(&counted.period, label);
	factor = (uint64_t)((double)figure.bytes * PLAN_CALIBRATION_ONE /
			    (double)counted.bytes + 0.5);
	fprintf(output, "%s, %s: counted %" PRIu64 " bytes in %" PRIu64
		" packets, the ISP %" PRIu64 " bytes\n", plan->name, label,
		counted.bytes, counted.packets, figure.bytes);
	fprintf(output, "calibration = %" PRIu64 ".%06" PRIu64 "\n",
		factor / PLAN_CALIBRATION_ONE, factor % PLAN_CALIBRATION_ONE);
	write_causes(&counted, plan, &figure, output);
	return 0;
}
