/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place that writes to standard error, and remembers that it did. */
#ifndef TRAFMETUX_MESSAGE_H
#define TRAFMETUX_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** So many lines are remembered, and not said twice. */
#define MESSAGES_SAID 64

/** Takes away the line that a terminal's cursor is in. */
#define MESSAGE_ERASE "\r\033[K"

/** Passed down to whatever may have to report; main owns it. */
struct messages {
	bool trouble;		/* something can't be known or done: exit status 1 */
	bool silent;		/* note the trouble only */
	bool is_update;	/* cron runs it: damage that is known is for reports to tell */
	bool is_partial;	/* not all was looked at: what is not said may be so */
	/* Is a line to be said, or was it lately? NULL: all are. */
	bool (*is_due)(void *context, const char *line);
	void *due_context;
	bool progress_shown;	/* progress has a line on the terminal */
	char *first;		/* a copy of the first line of trouble; or NULL */
	size_t first_size;
	uint64_t said[MESSAGES_SAID];	/* hashes of lines; 0: none yet */
	size_t said_count;
};

/**
 * message_report - write one line, "trafmetux: ...", and note the trouble
 *
 * The line says what is wrong and what to do. Bytes that could disturb a
 * terminal are shown as '?'. The same line is written once, also when several reports
 * of one run come upon the same thing.
 */
void message_report(struct messages *messages, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * message_note - write one line as message_report() does, without any trouble
 *
 * For what is known in full and changes no figure: a damaged line whose traffic the
 * next one tells. The line names the command that mends it. Status and figures stand.
 */
void message_note(struct messages *messages, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** message_reason - words for an errno (positive), with what to do about it */
const char *message_reason(int error);

/** message_reason_kept - the same of an update, after which the kernel has all still */
const char *message_reason_kept(int error);

/* A line that tells how far work has come which takes longer than a second. */

/** Nothing is shown before this, and then as often as this, in milliseconds. */
#define PROGRESS_FIRST 1000
#define PROGRESS_AGAIN 200

struct progress {
	struct messages *messages;
	FILE *output;		/* a terminal; NULL: nothing is shown */
	uint64_t due;		/* when the line is to be shown, milliseconds */
};

/**
 * progress_start - begin work of unknown length
 * @output:	a terminal, or NULL
 */
struct progress progress_start(struct messages *messages, FILE *output);

/**
 * progress_step - tell how far it is
 * @what:	is being read
 *
 * Reads the clock each time: not to be called for every record.
 */
void progress_step(struct progress *progress, const char *what,
		   unsigned int percent);

/** progress_step_at - the same at a given time, in milliseconds, for tests */
void progress_step_at(struct progress *progress, const char *what,
		      unsigned int percent, uint64_t now);

/** progress_end - take the line away */
void progress_end(struct progress *progress);

#endif
