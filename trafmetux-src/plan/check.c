// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/check.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/quantity.h"
#include "counting/counting.h"
#include "index/archive_walk.h"
#include "index/belief.h"
#include "plan/plan_words.h"

/*
 * Ranges of monitoring plugins, as -w and -c take them; see "Threshold and
 * Ranges" of the Monitoring Plugins Development Guidelines.
 */

/* What to say when check_range_parse() fails. */
#define CHECK_RANGE_FORMS \
	"[@][START:][END] in % or in bytes, such as 80%, ~:2.5GB, 10%: or @90%:100%"

/* Room for check_range_format(). */
#define CHECK_RANGE_SIZE 64

/* Alerts are raised outside of [start, end]; if is_inside, in it. */
struct check_range {
	bool is_inside;		/* "@" */
	bool is_percent;	/* in hundredths of a percent; else in bytes */
	bool has_start;		/* false: "~", nothing is too low */
	bool has_end;		/* false: nothing is too high */
	uint64_t start;
	uint64_t end;
};

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

/*
 * Reads a range.
 * @is_si:	KB to PB are of 1000s
 *
 *	range  = ["@"] (end / start ":" [end])
 *	start  = number / "~" / ""		"" is 0
 *	number = an amount or a percentage, see quantity.h
 *
 * Both ends are of one kind: where only one has a unit, it is the other's too.
 * Returns false for anything else, and when start is above end.
 */
static bool check_range_parse(const char *text, bool is_si, struct check_range *range)
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

/* Is an alert to be raised at @value? */
static bool check_range_alerts(const struct check_range *range, uint64_t value)
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

/* As performance data has it; percentages as "80". */
static void check_range_format(const struct check_range *range,
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

/* The time of the oldest sample that the archive lacks; 0: it lacks none. */
static int64_t find_unarchived(const struct history *history)
{
	const struct live *live = &history->live;
	const struct counters *known;
	struct archive_walk walk;
	int64_t found = 0;

	if (archive_walk_start(&walk, history->archive, history->files,
			       history->count, live->series, &live->counters))
		return 0;
	archive_walk_newest(&walk);
	known = &walk.state.counters;
	for (size_t at = 0; at < history->samples.count && !found; at++) {
		const struct sample *sample = &history->samples.list[at];

		if (counters_compare(&sample->counters, known) > 0)
			found = sample->time;
	}
	archive_walk_end(&walk);
	return found;
}

static bool is_stale(const struct history *history, bool is_excused,
		     int64_t present, uint64_t stale, char *reason, size_t size)
{
	int64_t oldest;

	if (!history->is_live && is_excused)
		return false;
	if (!history->is_live) {
		snprintf(reason, size,
			 "%s is not counted: no rule has fed it since the kernel started, or the module is not loaded",
			 history->monitor);
		return true;
	}
	if (history->live.time + (int64_t)stale < present) {
		snprintf(reason, size,
			 "%s was read %" PRId64 " minutes ago: its file is a copy that is not kept up",
			 history->monitor, (present - history->live.time) / 60);
		return true;
	}
	oldest = find_unarchived(history);
	if (!oldest || oldest + (int64_t)stale >= present)
		return false;
	snprintf(reason, size,
		 "%s was not archived for %" PRId64 " minutes: see what 'trafmetux update' says, and have cron run it",
		 history->monitor, (present - oldest) / 60);
	return true;
}

/* What should count by what updates have seen; @expected tells that. */
static bool find_lost(const struct plan_view *view, uint64_t stale,
		      struct expected *expected, char *reason, size_t size)
{
	const struct context *context = view->selection.context;
	struct counting counting = { .count = 0 };
	struct monitor_names wanted = { 0 };
	char text[COUNTING_WORDS_SIZE];
	int error = counting_wanted(view->plan->columns,
				    view->plan->column_count, &wanted);
	bool found;

	if (!error)
		error = counting_ask(context, &wanted, INT64_MAX, expected,
				     &counting);
	found = counting.count &&
		(counting.list->cause != COUNTING_NO_UPDATE ||
		 counting.list->since + (int64_t)stale < context->present);
	if (error) {
		snprintf(reason, size, "%s", message_reason(-error));
	} else if (found) {
		counting_words(counting.list, counting.count, context->source,
			       text);
		if (size < sizeof(text))
			text[size - 1] = '\0';
		memcpy(reason, text, strlen(text) + 1);
	}
	counting_free(&counting);
	monitor_names_free(&wanted);
	return error || found;
}

/*
 * Are the figures of a plan those of now?
 * @reason:	why not, in words
 *
 * They are not if the kernel does not count a monitor that is expected to count,
 * or if what it counted was not archived for so long.
 */
static bool check_find_stale(const struct plan_view *view, uint64_t stale,
			     char *reason, size_t size)
{
	const struct selection *selection = &view->selection;
	const uint64_t machine = place_find().machine;
	struct expected expected = { .known = false };
	bool found = selection->context->expects &&
		     find_lost(view, stale, &expected, reason, size);

	for (size_t at = 0; !found && at < selection->history_count; at++) {
		const struct history *history = &selection->histories[at];

		found = is_stale(history,
				 expected_excuses(&expected, machine,
						  history->monitor),
				 selection->context->present, stale, reason, size);
	}
	expected_free(&expected);
	return found;
}

static void give_up(int signal_number)
{
	static const char line[] =
		"TRAFMETUX UNKNOWN: the answer took too long; allow more time with -t\n";

	(void)signal_number;
	/* The status says it too, if nobody reads the line. */
	if (write(STDOUT_FILENO, line, sizeof(line) - 1) < 0)
		_exit(CHECK_UNKNOWN);
	_exit(CHECK_UNKNOWN);
}

void check_limit_time(unsigned int seconds)
{
	const struct sigaction action = { .sa_handler = give_up };

	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
}

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

static bool find_ranges(const struct plan *plan,
			const struct check_options *options,
			struct ranges *ranges, char *reason)
{
	ranges->warning = above(plan->warning_count ? plan->warnings[0] :
						      8000);
	ranges->critical = above(QUANTITY_WHOLE);
	if (options->warning &&
	    !check_range_parse(options->warning, plan->is_si,
			       &ranges->warning)) {
		snprintf(reason, CHECK_REASON_SIZE,
			 "-w '%.100s' is no range; give %s",
			 options->warning, CHECK_RANGE_FORMS);
		return false;
	}
	if (options->critical &&
	    !check_range_parse(options->critical, plan->is_si,
			       &ranges->critical)) {
		snprintf(reason, CHECK_REASON_SIZE,
			 "-c '%.100s' is no range; give %s",
			 options->critical, CHECK_RANGE_FORMS);
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
static enum check_status write_line(const struct plan_view *view,
				    const struct ranges *ranges,
				    const char *reason)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL" };
	const struct ledger_row *row = view->row;
	FILE *output = view->selection.context->output;
	const uint32_t percent = quantity_percent(row->used,
						  ledger_available(row));
	const struct unit unit =
		plan_words_unit(view->plan, &(struct unit){ .label = NULL });
	const enum check_status status = judge(row, ranges);
	char text[PLAN_WORDS_SIZE];

	plan_words_short(row, &unit, text);
	fprintf(output, "TRAFMETUX %s: %s: ", words[status], view->plan->name);
	write_text(output, text);
	if (*reason)
		fputs("; ", output);
	write_text(output, reason);
	write_data(row, percent, ranges, output);
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
	const struct context *context = view->selection.context;
	struct messages messages = { .silent = true, .first = reason,
				     .first_size = CHECK_REASON_SIZE };

	if (context->is_past || plan_is_sure(context))
		return false;
	belief_report(context->source->belief, &messages);
	return true;
}

enum check_status check_run(const struct context *context, const struct plan *plan,
			    const struct check_options *options)
{
	char reason[CHECK_REASON_SIZE] = "";
	/* What is wrong goes into the line, and nowhere else. */
	struct messages messages = { .silent = true, .first = reason,
				     .first_size = sizeof(reason) };
	struct context own = *context;
	enum check_status status;
	struct plan_view view;
	struct ranges ranges;

	if (!find_ranges(plan, options, &ranges, reason))
		return check_unknown(context->output, reason);
	own.messages = &messages;
	plan_view_open(&view, &own, plan, false);
	if (messages.trouble)
		status = check_unknown(context->output, reason);
	else if ((find_doubt(&view, reason) ||
		  check_find_stale(&view, options->stale, reason,
				   sizeof(reason))) &&
		 !is_critical(&view, &ranges))
		status = check_unknown(context->output, reason);
	else if (!view.row)
		status = check_unknown(context->output,
				       "the plan has no period at present");
	else
		status = write_line(&view, &ranges, reason);
	plan_view_close(&view);
	return status;
}
