// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "counting/counting.h"
#include "upkeep/doctor.h"

/* Commands are for a shell: nothing in them may disturb the terminal before. */
static void write_command(const char *command, FILE *output)
{
	for (; *command; command++)
		fputc((unsigned char)*command < ' ' || *command == 0x7f ?
		      '?' : *command, output);
	fputc('\n', output);
}

static bool holds(const struct counting_fault *faults, size_t count,
		  const char *monitor)
{
	for (size_t at = 0; at < count; at++) {
		if (strcmp(faults[at].monitor, monitor) == 0)
			return true;
	}
	return false;
}

/* " a b c", all of them if there is room. */
static void format_operands(const struct counting_fault *faults, size_t count,
			    char *text, size_t size)
{
	size_t length = 0;

	for (size_t at = 0; at < count; at++) {
		length += strlen(faults[at].monitor) + 1;
		if (length >= size) {
			strcpy(text, " MONITOR...");
			return;
		}
		strcpy(text + length - strlen(faults[at].monitor) - 1, " ");
		strcat(text, faults[at].monitor);
	}
}

/* Is it lost, of the first @count faults, which are of one cause? */
static bool is_wanted(const struct expected_rule *rule,
		      const struct counting_fault *faults, size_t count)
{
	return holds(faults, count, rule->monitor) &&
	       (rule->is_gone || faults->cause != COUNTING_FEWER_RULES);
}

/* What else there is to do of monitors that lost their rules. */
static void write_ways_out(const struct doctor_request *request,
			   const struct counting_fault *faults, size_t count)
{
	char operands[256];

	if (faults->cause == COUNTING_NO_MODULE)
		message_note(request->messages,
			     "after a kernel upgrade have the module built first, as by 'dkms autoinstall'");
	format_operands(faults, count, operands, sizeof(operands));
	message_note(request->messages,
		     "if it is meant that %s%s no more, run 'trafmetux retire%s'",
		     count == 1 ? "it counts" : "they count",
		     faults->cause == COUNTING_FEWER_RULES ? " so much" : "",
		     operands);
}

/* The rules of monitors that lost them, in the order in which they were found. */
static void write_rules(const struct doctor_request *request,
			const struct expected *expected,
			const struct counting_fault *faults, size_t count)
{
	const bool is_some = faults->cause == COUNTING_FEWER_RULES;
	bool any = false;

	if (!is_some && faults->cause != COUNTING_NO_MODULE &&
	    faults->cause != COUNTING_NO_RULE)
		return;
	for (size_t at = 0; at < expected->rule_count; at++)
		any |= is_wanted(&expected->rules[at], faults, count);
	message_note(request->messages,
		     any && is_some ?
			   "this is gone of what fed %s; as root, it is laid again by:" :
		     any ? "these rules fed %s; as root, these commands lay them again:" :
			   "which rules fed %s is not known; lay them as 'iptables -I CHAIN -j TRAFMETUX --monitor NAME'",
		     count == 1 ? "it" : "them");
	for (size_t at = 0; any && at < expected->rule_count; at++) {
		if (is_wanted(&expected->rules[at], faults, count))
			write_command(expected->rules[at].command,
				      request->output);
	}
	write_ways_out(request, faults, count);
	/* What was said on standard error comes before, and what will be after. */
	fflush(request->output);
}

static int note_names(const struct counting *counting,
		      const struct expected *expected,
		      struct monitor_names *names)
{
	int error = 0;

	for (size_t at = 0; !error && at < counting->count; at++)
		error = monitor_names_add(names, counting->list[at].monitor);
	for (size_t at = 0; !error && at < expected->count; at++) {
		if (expected->list[at].state == EXPECTED_RETIRED)
			error = monitor_names_add(names,
						  expected->list[at].monitor);
	}
	monitor_names_sort(names);
	return error;
}

/* Minutes that are not archived, the doctor finds by itself, and sooner. */
static bool is_own(const struct counting_fault *fault,
		   const struct expected *expected)
{
	return fault->cause == COUNTING_NO_UPDATE &&
	       fault->since != expected->updated;
}

struct monitor_names doctor_counting(const struct doctor_request *request,
				     bool *is_told)
{
	const struct counting_question question = {
		.source = request->source,
		.archive_path = request->archive_path,
		.present = request->present,
		.until = INT64_MAX,
	};
	struct monitor_names names = { .count = 0 };
	struct expected expected = { .known = false };
	struct counting counting = { .count = 0 };
	char text[COUNTING_WORDS_SIZE];
	size_t count;
	int error = 0;

	if (request->expects)
		error = counting_ask(&question, &expected, &counting);
	for (size_t at = 0; !error && at < counting.count; at += count) {
		count = counting_words(&counting.list[at], counting.count - at,
				       request->source, text);
		if (is_own(&counting.list[at], &expected))
			continue;
		*is_told = true;
		message_report(request->messages, "%s", text);
		write_rules(request, &expected, &counting.list[at], count);
	}
	if (!error)
		error = note_names(&counting, &expected, &names);
	if (error)
		message_report(request->messages, "%s", message_reason(-error));
	counting_free(&counting);
	expected_free(&expected);
	return names;
}
