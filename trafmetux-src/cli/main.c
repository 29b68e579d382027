// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/message.h"
#include "cli/command.h"
#include "cli/invocation.h"
#include "plan/check.h"

#define OUTPUT_BUFFER_SIZE 65536

/* A file of the archive must never be taken for a closed stream. */
static void fill_streams(void)
{
	int descriptor;

	do
		descriptor = open("/dev/null", O_RDONLY);
	while (descriptor >= 0 && descriptor <= STDERR_FILENO);
	if (descriptor > STDERR_FILENO)
		close(descriptor);
}

/*
 * Sets right what was inherited: closed streams, the umask, signals. To be called before
 * anything is opened.
 */
static void process_start(void)
{
	sigset_t none;

	fill_streams();
	/* Files of the archive are for anybody to read, whatever cron's umask is. */
	umask(022);
	/* These kill without a word where a write could say what is wrong. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	/* A blocked one would stop no check that takes too long. */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

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

static int run(struct command_line *line, struct messages *messages)
{
	struct invocation invocation;
	int status;

	switch (line->wants) {
	case COMMAND_LINE_HELP:
		command_line_help(stdout);
		return STATUS_DONE;
	case COMMAND_LINE_VERSION:
		puts("trafmetux " TRAFMETUX_VERSION);
		return STATUS_DONE;
	case COMMAND_LINE_COMMAND:
		break;
	}
	/* A plugin has one line, and that on standard output. */
	if (*line->options.note && !line->is_plugin)
		message_note(messages, "%s", line->options.note);
	invocation_open(&invocation, line->command, &line->options, messages);
	status = line->command->run(&invocation);
	invocation_close(&invocation);
	return status;
}

int main(int count, char **arguments)
{
	struct messages messages = { .trouble = false };
	char fault[OPTIONS_FAULT_SIZE];
	struct command_line line;
	int status;

	/* It is given the process as it was given to us. */
	if (outside_command_run(arguments, &messages))
		return STATUS_TROUBLE;
	process_start();
	tzset();
	enlarge_output();
	if (command_line_parse(count, arguments, &line, fault)) {
		if (line.is_plugin)
			return (int)check_unknown(stdout, fault);
		message_report(&messages, "%s; try 'trafmetux --help'", fault);
		return STATUS_USAGE;
	}
	status = run(&line, &messages);
	finish_output(&messages);
	/* The guidelines for plugins want it so: help is no state either. */
	if (line.is_plugin && line.wants != COMMAND_LINE_COMMAND)
		return CHECK_UNKNOWN;
	if (status)
		return status;
	return messages.trouble ? STATUS_TROUBLE : STATUS_DONE;
}
