// SPDX-License-Identifier: GPL-2.0-or-later
#include "check.h"

#include <inttypes.h>
#include <string.h>

#include "plan_words.h"
#include "quantity.h"

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

static enum check_status write_line(const struct check_request *request,
				    const struct ledger_row *row,
				    const struct ranges *ranges)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL" };
	const uint32_t percent = quantity_percent(row->used,
						  ledger_available(row));
	const struct unit unit =
		plan_words_unit(request->plan, &(struct unit){ .label = NULL });
	enum check_status status = CHECK_OK;
	char text[PLAN_WORDS_SIZE];

	if (alerts(&ranges->warning, row, percent))
		status = CHECK_WARNING;
	if (alerts(&ranges->critical, row, percent))
		status = CHECK_CRITICAL;
	plan_words_short(row, &unit, text);
	fprintf(request->output, "TRAFMETUX %s: %s: ", words[status],
		request->plan->name);
	write_text(request->output, text);
	write_data(row, percent, ranges, request->output);
	return status;
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
	else if (check_find_stale(&view, request->stale, reason, sizeof(reason)))
		status = check_unknown(request->output, reason);
	else if (!view.row)
		status = check_unknown(request->output,
				       "the plan has no period at present");
	else
		status = write_line(request, view.row, &ranges);
	plan_view_close(&view);
	return status;
}
