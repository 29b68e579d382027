// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

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

void process_start(void)
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
