/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line, read by the tables of commands and options, and described by them. */
#ifndef TRAFMETUX_COMMAND_LINE_H
#define TRAFMETUX_COMMAND_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/message.h"
#include "cli/command.h"
#include "cli/options.h"

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
