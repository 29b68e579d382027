// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/outside_command.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "cli/command.h"

static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

	return *word && *word != '-' && !word[strspn(word, plain)];
}

/* Where a command of that name would be; false if that can't be known. */
static bool find_path(const char *word, char path[PATH_MAX])
{
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program));
	int written;

	while (length > 0 && program[length - 1] != '/')
		length--;
	if (length <= 0)
		return false;
	if (*TRAFMETUX_LIBEXECDIR == '/')
		length = 0;
	written = snprintf(path, PATH_MAX, "%.*s%s/%s", (int)length, program,
			   TRAFMETUX_LIBEXECDIR, word);
	return written > 0 && written < PATH_MAX;
}

int outside_command_run(char **arguments, struct messages *messages)
{
	const char *word = arguments[0] ? arguments[1] : NULL;
	char path[PATH_MAX];
	struct stat status;
	int error;

	if (!word || !is_plain(word) || command_find(word) ||
	    !find_path(word, path))
		return 0;
	if (stat(path, &status) || !S_ISREG(status.st_mode) ||
	    !(status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return 0;
	execv(path, arguments + 1);
	error = errno;
	message_report(messages, "%s: can't be run: %s", path,
		       message_reason(error));
	return -error;
}
