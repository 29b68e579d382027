// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plan/check.h"
#include "cli/command_run.h"
#include "base/message.h"
#include "cli/options.h"
#include "cli/outside_command.h"
#include "base/process.h"

#define OUTPUT_BUFFER_SIZE 65536

/* Of a stream that failed before its last piece: is its reader gone? */
static int find_lost_error(void)
{
	struct pollfd output = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)))
		return EPIPE;
	return EIO;
}

/* Output that did not arrive is trouble; a reader that left knows why. */
static void finish_output(struct messages *messages)
{
	int error = 0;

	errno = 0;
	if (fflush(stdout) || ferror(stdout))
		error = errno ? errno : find_lost_error();
	if (fclose(stdout) && !error)
		error = errno ? errno : EIO;
	if (error == EPIPE)
		messages->trouble = true;
	else if (error)
		message_report(messages, "standard output: %s",
			       error == EIO ?
			       "not all of it could be written; is the disk full?" :
			       message_reason(error));
}

/* Whole reports in few pieces; for a terminal line by line, as ever. */
static void enlarge_output(void)
{
	static char buffer[OUTPUT_BUFFER_SIZE];

	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

int main(int count, char **arguments)
{
	struct messages messages = { .trouble = false };
	char fault[OPTIONS_FAULT_SIZE];
	struct options options;
	int status;

	/* It is given the process as it was given to us. */
	if (outside_command_run(arguments, &messages))
		return STATUS_TROUBLE;
	process_start();
	tzset();
	enlarge_output();
	if (options_parse(count, arguments, &options, fault)) {
		if (options.is_plugin)
			return (int)check_unknown(stdout, fault);
		message_report(&messages, "%s; try 'trafmetux --help'", fault);
		return STATUS_USAGE;
	}
	/* A plugin has one line, and that on standard output. */
	if (*options.note && !options.is_plugin)
		message_note(&messages, "%s", options.note);
	status = command_run(&options, &messages);
	finish_output(&messages);
	/* The guidelines for plugins want it so: help is no state either. */
	if (options.is_plugin && options.command != COMMAND_CHECK)
		return CHECK_UNKNOWN;
	if (status)
		return status;
	return messages.trouble ? STATUS_TROUBLE : STATUS_DONE;
}
