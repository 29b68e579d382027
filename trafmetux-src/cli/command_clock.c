// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"

/* May what can't be read contradict the clock, or bear it out? */
static bool is_unread(const struct belief *belief)
{
	return belief->unread && (belief_is_sure(belief) ||
				  belief->doubt == BELIEF_AHEAD);
}

static void write_facts(const struct belief *belief, FILE *output)
{
	char time[CLOCK_TEXT_SIZE];

	clock_format(belief->clock.now, time);
	if (is_unread(belief))
		fprintf(output,
			"The clock says %s, and whether that is believed can't be told.\n",
			time);
	else
		fprintf(output, "The clock says %s, and that is %sbelieved.\n",
			time, belief_is_sure(belief) ? "" : "not ");
	fprintf(output, "  The kernel %s that it is synchronised.\n",
		belief->clock.is_synchronised ? "says" : "does not say");
	clock_format(belief->release, time);
	fprintf(output, "  This release is of %s: it can't be earlier.\n",
		time);
	if (belief->newest) {
		clock_format(belief->newest, time);
		fprintf(output,
			"  The newest record is of %s (%s): it can't be 26 hours earlier.\n",
			time, belief->newest_of);
	}
	if (belief->doubt == BELIEF_AHEAD)
		fputs("  No more than 42 days later can be believed, unless it is synchronised or accepted.\n",
		      output);
	if (belief->future) {
		clock_format(belief->future, time);
		fprintf(output,
			"  Records of the future, up to %s, tell nothing of the time.\n",
			time);
	}
	if (belief_may_be_right(belief) && !belief->unread)
		fputs("  If it is right, run 'trafmetux clock --accept'.\n",
		      output);
}

/* The last one of the records and files that are of the future, if the clock is right. */
static int64_t find_future(const struct belief *belief)
{
	int64_t future = belief->memory.future;

	if (belief->doubt == BELIEF_BEFORE_NEWEST && belief->newest > future)
		future = belief->newest;
	if (belief->future > future)
		future = belief->future;
	return belief->dated > future ? belief->dated : future;
}

static void accept(struct invocation *invocation)
{
	struct belief *belief = &invocation->belief;
	const char *archive_path = invocation->options->archive_path;
	const int64_t future = find_future(belief);
	unsigned int changes = CLOCK_DISBELIEVED;
	struct archive archive;
	char time[CLOCK_TEXT_SIZE];
	int error;

	if (belief_is_sure(belief) && future <= belief->memory.future &&
	    !belief->memory.is_lost) {
		fputs("There is nothing to accept: the clock is believed.\n",
		      invocation->context.output);
		return;
	}
	if (belief->memory.is_lost)
		changes |= CLOCK_LOST;
	changes |= belief_mark(belief);
	belief->memory.disbelieved = 0;
	if (belief->doubt == BELIEF_BEFORE_NEWEST ||
	    future > belief->memory.future) {
		belief->memory.accepted = belief->clock.now;
		belief->memory.future = future;
		changes |= CLOCK_ACCEPTED;
	}
	error = archive_open(&archive, archive_path, invocation->context.messages);
	if (error) {
		archive_report_open(invocation->context.messages, archive_path, error);
		return;
	}
	error = clock_memory_write(&belief->memory, &archive, changes);
	archive_close(&archive);
	if (error) {
		message_report(invocation->context.messages, "%s/.clock: %s",
			       archive_path, message_reason(-error));
		return;
	}
	if (changes & CLOCK_LOST)
		fputs("Accepted: what .clock has lost is gone.\n",
		      invocation->context.output);
	if (belief_is_sure(belief) && !(changes & CLOCK_ACCEPTED))
		return;
	if (!(changes & CLOCK_ACCEPTED)) {
		fputs("Accepted: the clock is believed from now on.\n",
		      invocation->context.output);
		return;
	}
	clock_format(belief->memory.future, time);
	fprintf(invocation->context.output,
		"Accepted: records of the future, up to %s, tell nothing of the time.\n",
		time);
}

static void report_early(const struct belief *belief,
			 struct messages *messages)
{
	char now[CLOCK_TEXT_SIZE];
	char release[CLOCK_TEXT_SIZE];

	clock_format(belief->clock.now, now);
	clock_format(belief->release, release);
	message_report(messages,
		       "the clock says %s, before this release (%s): that can't be accepted; set the clock",
		       now, release);
}

int command_clock(struct invocation *invocation)
{
	const struct belief *belief = &invocation->belief;
	const bool is_accepted = invocation->options->accept;

	if (is_accepted && belief->doubt == BELIEF_BEFORE_RELEASE) {
		report_early(belief, invocation->context.messages);
		return STATUS_DONE;
	}
	if (is_accepted && !belief->unread) {
		accept(invocation);
		return STATUS_DONE;
	}
	if (!is_accepted)
		write_facts(belief, invocation->context.output);
	if (is_accepted || is_unread(belief))
		message_report(invocation->context.messages,
			       "%s: the archive can't be read: %s",
			       invocation->options->archive_path,
			       message_reason(-belief->unread));
	else if (!belief_is_sure(belief))
		belief_report(belief, invocation->context.messages);
	clock_memory_report(&belief->memory, invocation->options->archive_path,
			    invocation->context.messages);
	return STATUS_DONE;
}
