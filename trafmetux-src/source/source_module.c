// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the kernel module's files, as they are in /proc/trafmetux. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "source/source_module.h"

/* What TRAFMETUX_SOURCE_PATH leads to, where it is hidden itself. */
static const char own_path[] = "/proc/self/net/trafmetux";

static int module_list(const struct source *source, struct monitor_names *names)
{
	DIR *directory = opendir(source->path);
	const struct dirent *entry;
	int error = 0;

	if (!directory)
		return -errno;
	while (!error && (errno = 0, entry = readdir(directory))) {
		if (monitor_name_valid(entry->d_name))
			error = monitor_names_add(names, entry->d_name);
	}
	if (!error && errno)
		error = -errno;
	closedir(directory);
	monitor_names_sort(names);
	return error;
}

/* The next whole line: 1, 0 at the end, -errno. */
static int next_line(struct source_reading *reading, struct line *line)
{
	int more = line_reader_next(&reading->lines, line);

	if (more > 0 && (!line->complete || line->too_long))
		return source_module_malformed(reading,
					       source_module_fault_line,
					       line->number);
	/* The kernel's way to say that the monitor went while it was read. */
	return more == -EIO || more == -ENODEV ? -ENOENT : more;
}

static int read_head(struct source_reading *reading)
{
	unsigned int seen = 0;
	struct line line;
	int error;
	int more;

	while (!reading->pending) {
		more = next_line(reading, &line);
		if (more < 0)
			return more;
		if (more == 0)
			break;
		error = line.number == 1 ? source_module_version(reading, &line) : 0;
		if (!error)
			error = source_module_line(reading, &line, &seen);
		if (error)
			return error;
	}
	return source_module_complete(reading, seen);
}

/* Opens a monitor's file; its descriptor or -errno. */
static int open_file(const struct source *source, const char *monitor, int flags)
{
	char path[4096];
	int descriptor;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", source->path,
			     monitor) >= sizeof(path))
		return -ENAMETOOLONG;
	descriptor = open(path, flags | O_CLOEXEC | O_NONBLOCK);
	return descriptor < 0 ? -errno : descriptor;
}

static int module_open(const struct source *source, const char *monitor,
		       struct source_reading *reading)
{
	struct stat status;
	int error = 0;

	reading->source = source;
	reading->monitor = monitor;
	reading->live = (struct live){ .references = LIVE_UNKNOWN,
				       .created = LIVE_UNKNOWN,
				       .dropped = LIVE_UNKNOWN };
	reading->pending = false;
	reading->any = false;
	reading->descriptor = open_file(source, monitor, O_RDONLY);
	if (reading->descriptor < 0)
		return reading->descriptor;
	line_reader_start(&reading->lines, reading->descriptor);
	if (fstat(reading->descriptor, &status) < 0)
		error = -errno;
	else if (!S_ISREG(status.st_mode))
		error = -ELOOP;
	else
		error = read_head(reading);
	if (error)
		close(reading->descriptor);
	return error;
}

static int module_next(struct source_reading *reading, struct sample *sample)
{
	unsigned int seen = 0;
	struct sample before = reading->next;
	struct line line;
	int error;
	int more;

	while (!reading->pending) {
		more = next_line(reading, &line);
		if (more <= 0)
			return more;
		error = source_module_line(reading, &line, &seen);
		if (error)
			return error;
	}
	reading->pending = false;
	/* Newest first: going down, both numbers do. */
	if (reading->any &&
	    (!counters_may_follow(&before.counters, &reading->next.counters) ||
	     counters_compare(&before.counters, &reading->next.counters) == 0))
		return source_module_malformed(reading, source_module_fault_line,
					       reading->lines.number);
	reading->any = true;
	*sample = reading->next;
	return 1;
}

static void module_close(struct source_reading *reading)
{
	close(reading->descriptor);
}

/* The kernel takes what one write() brings. */
static int module_limit(const struct source *source, const char *monitor,
			uint64_t bytes)
{
	int descriptor = open_file(source, monitor, O_WRONLY);
	char text[32];
	int length;
	int error = 0;

	if (descriptor < 0)
		return descriptor;
	length = snprintf(text, sizeof(text), "%" PRIu64 "\n", bytes);
	if (write(descriptor, text, (size_t)length) < 0)
		error = -errno;
	if (close(descriptor) < 0 && !error)
		error = -errno;
	return error;
}

static const struct source_operations module_operations = {
	.list = module_list,
	.open = module_open,
	.next = module_next,
	.close = module_close,
	.limit = module_limit,
};

/*
 * Of a /proc with the option subset=pid (ProcSubset=pid of systemd), only what belongs
 * to processes can be seen. So does the directory that the path leads to.
 */
struct source source_module(const char *path)
{
	if (strcmp(path, TRAFMETUX_SOURCE_PATH) == 0 && access(path, F_OK) &&
	    errno == ENOENT && access(own_path, F_OK) == 0)
		path = own_path;
	return (struct source){ .operations = &module_operations,
				.path = path };
}
