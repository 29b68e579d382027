// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/check.h"

#include <inttypes.h>
#include <string.h>

#include "index/belief.h"
#include "plan/plan_words.h"
#include "base/quantity.h"

/* Both ranges. */
struct ranges {
	struct check_range warning;
	struct check_range critical;
};

/* The line ends where its text could be taken for performance data. */
static void write_text(FILE *output, const char *text)
{
	for (; *text; text++)
		fputc(*text == '|' || *text == '\n' ? '/' : *text, output);
}

enum check_status check_unknown(FILE *output, const char *reason)
{
	fputs("TRAFMETUX UNKNOWN: ", output);
	write_text(output, reason);
	fputc('\n', output);
	return CHECK_UNKNOWN;
}

/* What is above so many hundredths of a percent. */
static struct check_range above(uint32_t hundredths)
{
	return (struct check_range){ .is_percent = true, .has_start = true,
				     .has_end = true, .end = hundredths };
}

static bool find_ranges(const struct check_request *request,
			struct ranges *ranges, char *reason)
{
	const struct plan *plan = request->plan;

	ranges->warning = above(plan->warning_count ? plan->warnings[0] :
						      8000);
	ranges->critical = above(QUANTITY_WHOLE);
	if (request->warning &&
	    !check_range_parse(request->warning, plan->is_si,
			       &ranges->warning)) {
		snprintf(reason, CHECK_REASON_SIZE,
			 "-w '%.100s' is no range; give %s",
			 request->warning, CHECK_RANGE_FORMS);
		return false;
	}
	if (request->critical &&
	    !check_range_parse(request->critical, plan->is_si,
			       &ranges->critical)) {
		snprintf(reason, CHECK_REASON_SIZE,
			 "-c '%.100s' is no range; give %s",
			 request->critical, CHECK_RANGE_FORMS);
		return false;
	}
	return true;
}

static bool alerts(const struct check_range *range, const struct ledger_row *row,
		   uint32_t percent)
{
	return check_range_alerts(range, range->is_percent ? percent :
							     row->used);
}

/* One value's thresholds: those that were given in its unit. */
static void write_thresholds(const struct ranges *ranges, bool of_percent,
			     FILE *output)
{
	const struct check_range *const both[] = { &ranges->warning,
						   &ranges->critical };
	char text[CHECK_RANGE_SIZE];

	for (size_t at = 0; at < sizeof(both) / sizeof(*both); at++) {
		*text = '\0';
		if (both[at]->is_percent == of_percent)
			check_range_format(both[at], text);
		fprintf(output, ";%s", text);
	}
}

static void write_data(const struct ledger_row *row, uint32_t percent,
		       const struct ranges *ranges, FILE *output)
{
	fprintf(output, " | used=%" PRIu64 "B", row->used);
	write_thresholds(ranges, false, output);
	fprintf(output, ";0;%" PRIu64 " percent=", ledger_available(row));
	/* "U" is for what can't be told. */
	if (percent == UINT32_MAX)
		fputs("U", output);
	else
		fprintf(output, "%" PRIu32 ".%02" PRIu32 "%%", percent / 100,
			percent % 100);
	write_thresholds(ranges, true, output);
	fputs(";0;\n", output);
}

static enum check_status judge(const struct ledger_row *row,
			       const struct ranges *ranges)
{
	const uint32_t percent = quantity_percent(row->used,
						  ledger_available(row));

	if (alerts(&ranges->critical, row, percent))
		return CHECK_CRITICAL;
	return alerts(&ranges->warning, row, percent) ? CHECK_WARNING :
							CHECK_OK;
}

/* @reason: why there may be more, or "". */
static enum check_status write_line(const struct check_request *request,
				    const struct ledger_row *row,
				    const struct ranges *ranges,
				    const char *reason)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL" };
	const uint32_t percent = quantity_percent(row->used,
						  ledger_available(row));
	const struct unit unit =
		plan_words_unit(request->plan, &(struct unit){ .label = NULL });
	const enum check_status status = judge(row, ranges);
	char text[PLAN_WORDS_SIZE];

	plan_words_short(row, &unit, text);
	fprintf(request->output, "TRAFMETUX %s: %s: ", words[status],
		request->plan->name);
	write_text(request->output, text);
	if (*reason)
		fputs("; ", request->output);
	write_text(request->output, reason);
	write_data(row, percent, ranges, request->output);
	return status;
}

/* Is it critical, and would be if there were more than is known? */
static bool is_critical(const struct plan_view *view,
			const struct ranges *ranges)
{
	struct check_range range = ranges->critical;

	if (!view->row || judge(view->row, ranges) != CHECK_CRITICAL)
		return false;
	if (range.is_inside)
		return !range.has_end;
	/* Is it for being too low? */
	range.has_start = false;
	return judge(view->row, &(struct ranges){ range, range }) ==
	       CHECK_CRITICAL;
}

/* Is the clock not believed? Then the period may be over. */
static bool find_doubt(const struct plan_view *view, char *reason)
{
	struct messages messages = { .silent = true, .first = reason,
				     .first_size = CHECK_REASON_SIZE };

	if (view->request->is_past || plan_is_sure(view->request))
		return false;
	belief_report(view->request->source->belief, &messages);
	return true;
}

enum check_status check_run(const struct check_request *request)
{
	char reason[CHECK_REASON_SIZE] = "";
	/* What is wrong goes into the line, and nowhere else. */
	struct messages messages = { .silent = true, .first = reason,
				     .first_size = sizeof(reason) };
	struct plan_request own = *request->request;
	enum check_status status;
	struct plan_view view;
	struct ranges ranges;

	if (!find_ranges(request, &ranges, reason))
		return check_unknown(request->output, reason);
	own.messages = &messages;
	plan_view_open(&view, &own, request->plan);
	if (messages.trouble)
		status = check_unknown(request->output, reason);
	else if ((find_doubt(&view, reason) ||
		  check_find_stale(&view, request->stale, reason,
				   sizeof(reason))) &&
		 !is_critical(&view, &ranges))
		status = check_unknown(request->output, reason);
	else if (!view.row)
		status = check_unknown(request->output,
				       "the plan has no period at present");
	else
		status = write_line(request, view.row, &ranges, reason);
	plan_view_close(&view);
	return status;
}
