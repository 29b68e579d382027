/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of commands. To add one: a file command_WORD.c with its function, a
 * declaration here, a row in command.c, its part of docs/trafmetux.8. Usage and the
 * check of options come from the row; docs/ARCHITECTURE.md says more.
 */
#ifndef TRAFMETUX_COMMAND_H
#define TRAFMETUX_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/message.h"
#include "cli/options.h"
#include "time/period.h"

struct invocation;

/** In struct command: no end. */
#define OPERANDS_ANY ((size_t)-1)

/** Exit statuses; docs/trafmetux.8 promises them. */
enum {
	STATUS_DONE = 0,
	STATUS_TROUBLE = 1,
	STATUS_USAGE = 2,
};

/** What a command has to do with the present time, and what must bear witness of it. */
enum command_time {
	COMMAND_TIME_FULL,	/* the archive's and the kernel's records */
	COMMAND_TIME_REPORT,	/* the archive's: figures of one monitor decide nothing */
	COMMAND_TIME_WHOLE,	/* those too that can't contradict the clock */
	COMMAND_TIME_NONE,	/* it is not asked for */
};

struct command {
	const char *word;
	/*
	 * Runs it. Returns STATUS_USAGE, a plugin's state, or STATUS_DONE: the
	 * messages tell then whether there was trouble.
	 */
	int (*run)(struct invocation *invocation);
	const char *usage;	/* lines of it; NULL: as of the next one */
	const char *help;	/* what it is for, likewise */
	const char *options;	/* names of those that it takes, between spaces */
	size_t least, most;	/* operands it takes */
	const char *lacks;	/* "the name of a monitor", if any lacks */
	/* What the table can't say of its options, or NULL; as struct option_rule. */
	int (*check)(struct options *options, char *fault);
	enum command_time time;
	enum period_kind period;	/* of show-PERIOD */
};

extern const struct command commands[];
extern const size_t command_count;

int command_calibrate(struct invocation *invocation);
int command_check(struct invocation *invocation);
int command_clock(struct invocation *invocation);
int command_compact(struct invocation *invocation);
int command_doctor(struct invocation *invocation);
int command_explain(struct invocation *invocation);
int command_export(struct invocation *invocation);
int command_import(struct invocation *invocation);
int command_ledger(struct invocation *invocation);
int command_list(struct invocation *invocation);
int command_meter(struct invocation *invocation);
int command_plan(struct invocation *invocation);
int command_read(struct invocation *invocation);
int command_retire(struct invocation *invocation);
int command_show(struct invocation *invocation);
int command_summary(struct invocation *invocation);
int command_unmeter(struct invocation *invocation);
int command_update(struct invocation *invocation);
int command_verify(struct invocation *invocation);

/* Checks of their options. */
int command_explain_check(struct options *options, char *fault);
int command_import_check(struct options *options, char *fault);
int command_meter_check(struct options *options, char *fault);
int command_unmeter_check(struct options *options, char *fault);
int command_plan_check(struct options *options, char *fault);
int command_show_check(struct options *options, char *fault);
int command_show_total_check(struct options *options, char *fault);

/* The command line, read by the tables of commands and options, and described by them. */

struct command_line {
	enum {
		COMMAND_LINE_COMMAND,
		COMMAND_LINE_HELP,
		COMMAND_LINE_VERSION,
	} wants;
	const struct command *command;	/* if it wants one */
	struct options options;		/* of the command */
	bool is_plugin;			/* the word is check; of a wrong line too */
};

/**
 * command_line_parse - read the command line
 * @arguments:	as given to main(); reordered
 * @fault:	what is wrong, in words
 *
 * Returns 0, or -EINVAL with @fault filled.
 */
int command_line_parse(int count, char **arguments, struct command_line *line,
		       char fault[OPTIONS_FAULT_SIZE]);

/** command_line_help - the text of --help */
void command_line_help(FILE *output);

/* Commands that are programs of their own, in a folder beside the program's. */

/**
 * outside_command_run - become the program that a first word names, if there is one
 * @arguments:	as given to main(), ending with NULL; that after the word go to it
 *
 * Only words of letters, digits and dashes are looked for, only before any option, and
 * only those that are no command of this program. The folder is LIBEXECDIR, found from
 * where this program is: no variable and no option can name another.
 *
 * Returns if there is none, with 0; or -errno of one that could not be started, which
 * was reported.
 */
int outside_command_run(char **arguments, struct messages *messages);

#endif
