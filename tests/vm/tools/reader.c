// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads monitors' files over and over, in ways that no sensible program would,
 * and checks that each text makes sense.
 *
 *	reader whole|byte|pread|held|random FOLDER
 *
 * whole: in large reads; byte: a read() for each byte; pread: a pread() for each;
 * held: a byte at a time, from a file that stays open and is wound back; random:
 * single bytes of anywhere, which are not checked. Files may come and go.
 *
 * It ends at SIGTERM, prints "reads N gone N": texts read to their end, and files
 * that vanished meanwhile. The status is 1 as soon as a text makes no sense, or a
 * monitor's totals shrink within a series.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	TEXT_MAX = 1 << 20,
	MONITORS_MAX = 1024,
	HELD_READS = 20,
	RANDOM_READS = 200,
	RANDOM_REACH = 4096,
};

struct totals {
	unsigned long long packets;
	unsigned long long bytes;
};

/* What was last read of a monitor. */
struct known {
	char name[32];
	char series[17];
	struct totals totals;
};

static struct known known[MONITORS_MAX];
static unsigned int known_count;
static char text[TEXT_MAX];
static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void die(const char *what, const char *name)
{
	fprintf(stderr, "reader: %s: %s%s%s\n", name, what, errno ? ": " : "",
		errno ? strerror(errno) : "");
	exit(1);
}

static void senseless(const char *what, const char *name)
{
	fprintf(stderr, "%s\n", text);
	errno = 0;
	die(what, name);
}

/* Each value may grow on its own; neither may shrink. */
static bool has_shrunk(const struct totals *from, const struct totals *to)
{
	return to->packets < from->packets || to->bytes < from->bytes;
}

/* Compares with what was known of the monitor, and remembers. */
static void check_series(const char *name, const char *series, const struct totals *totals)
{
	struct known *entry = known;

	while (entry < known + known_count && strcmp(entry->name, name))
		entry++;
	if (entry == known + MONITORS_MAX)
		die("too many monitors", name);
	if (entry == known + known_count) {
		known_count++;
		strcpy(entry->name, name);
	} else if (!strcmp(entry->series, series) && has_shrunk(&entry->totals, totals)) {
		senseless("the totals have shrunk", name);
	}
	strcpy(entry->series, series);
	entry->totals = *totals;
}

/* The whole text: the head's lines in their order, then samples that only fall. */
static void check_text(const char *name)
{
	char monitor[33], series[18], limit[22];
	struct totals totals, newer;
	const char *line;
	int head = 0;

	if (sscanf(text,
		   "version 1\nmonitor %32s\nseries %17[0-9a-f]\nreferences %*u\n"
		   "rules %*u\nmeters %*u\n"
		   "created %*u.%*6[0-9]\ndropped %*u\ntime %*u.%*6[0-9]\n"
		   "packets %llu\nbytes %llu\nlimit %21[0-9none]\n%n",
		   monitor, series, &totals.packets, &totals.bytes, limit, &head) != 5 || !head)
		senseless("the head makes no sense", name);
	if (strcmp(monitor, name))
		senseless("it is of another monitor", name);
	if (strlen(series) != 16)
		senseless("the series makes no sense", name);
	if (strcmp(limit, "none") && limit[strspn(limit, "0123456789")])
		senseless("the limit makes no sense", name);

	newer = totals;
	for (line = text + head; *line; line = strchr(line, '\n') + 1) {
		struct totals sample;
		int length = 0;

		if (sscanf(line, "sample %*u %llu %llu%n", &sample.packets, &sample.bytes,
			   &length) != 2 ||
		    !strchr(line, '\n') || (line[length] != '\n' && line[length] != ' '))
			senseless("a sample makes no sense", name);
		if (has_shrunk(&sample, &newer))
			senseless("a sample is above a newer one", name);
		if (line != text + head && !has_shrunk(&newer, &sample))
			senseless("a sample is there twice", name);
		newer = sample;
	}
	check_series(name, series, &totals);
}

/*
 * Reads from @fd to the end, @size bytes at a time. Returns false where the
 * monitor went away meanwhile.
 */
static bool read_text(int fd, const char *name, size_t size, bool positioned)
{
	size_t length = 0;

	for (;;) {
		ssize_t got;

		if (length + size >= sizeof(text))
			senseless("it has no end", name);
		got = positioned ? pread(fd, text + length, size, length) :
				   read(fd, text + length, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EIO)
			return false;
		if (got < 0)
			die("read", name);
		if (!got)
			break;
		length += got;
	}
	text[length] = '\0';
	check_text(name);
	return true;
}

/* Returns false where the monitor went away meanwhile. */
static bool read_anywhere(int fd, const char *name)
{
	char byte;

	for (int i = 0; i < RANDOM_READS; i++) {
		if (pread(fd, &byte, 1, random() % RANDOM_REACH) >= 0 || errno == EINTR)
			continue;
		if (errno == EIO)
			return false;
		die("pread", name);
	}
	return true;
}

/* Reads an open file as the mode wants it; adds to the counts. */
static void read_file(int fd, const char *mode, const char *name, unsigned long *reads,
		      unsigned long *gone)
{
	int times = strcmp(mode, "held") ? 1 : HELD_READS;
	bool there = true;

	for (int i = 0; there && i < times && !ended; i++) {
		/* procfs has EINVAL for a file that is gone. */
		if (i && lseek(fd, 0, SEEK_SET) && errno != EINVAL)
			die("lseek", name);
		if (!strcmp(mode, "whole"))
			there = read_text(fd, name, 65536, false);
		else if (!strcmp(mode, "pread"))
			there = read_text(fd, name, 1, true);
		else if (!strcmp(mode, "random"))
			there = read_anywhere(fd, name);
		else
			there = read_text(fd, name, 1, false);
		++*(there ? reads : gone);
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = end };
	unsigned long reads = 0, gone = 0;

	if (argc != 3 || !strstr(" whole byte pread held random ", argv[1])) {
		fputs("usage: reader whole|byte|pread|held|random FOLDER\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	while (!ended) {
		/* The folder itself goes with the module. */
		DIR *folder = opendir(argv[2]);
		struct dirent *entry;

		while (folder && !ended && (entry = readdir(folder))) {
			int fd;

			/* Those of hosts are other texts. */
			if (entry->d_name[0] == '.' || strchr(entry->d_name, '~'))
				continue;
			fd = openat(dirfd(folder), entry->d_name, O_RDONLY);
			if (fd < 0) {
				gone++;
				continue;
			}
			read_file(fd, argv[1], entry->d_name, &reads, &gone);
			close(fd);
		}
		if (folder)
			closedir(folder);
	}
	printf("reads %lu gone %lu\n", reads, gone);
	return 0;
}
