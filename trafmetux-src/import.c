// SPDX-License-Identifier: GPL-2.0-or-later
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hash.h"

/* The file is read twice: its hash comes first. */
static int hash_file(int descriptor, uint64_t *hash)
{
	char buffer[65536];
	ssize_t got;

	*hash = HASH_START;
	while ((got = read(descriptor, buffer, sizeof(buffer))) != 0) {
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			*hash = hash_bytes(*hash, buffer, (size_t)got);
	}
	return lseek(descriptor, 0, SEEK_SET) < 0 ? -errno : 0;
}

static int open_file(const struct import_request *request, uint64_t *hash)
{
	int descriptor = open(request->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	int error = 0;

	if (descriptor < 0)
		error = -errno;
	else if (fstat(descriptor, &status) < 0)
		error = -errno;
	else if (!S_ISREG(status.st_mode))
		error = -ELOOP;
	if (!error)
		error = hash_file(descriptor, hash);
	if (!error)
		return descriptor;
	message_report(request->messages, "%s: %s", request->path,
		       error == -ELOOP ? "not a regular file; give one" :
					 strerror(-error));
	if (descriptor >= 0)
		close(descriptor);
	return -1;
}

static void print(const struct import_request *request,
		  const struct import_files *files)
{
	for (size_t at = 0; at < files->count; at++) {
		const struct import_monitor *monitor = &files->monitors[at];

		fprintf(request->output, "%s: ", monitor->name);
		if (!monitor->records)
			fputs("no traffic\n", request->output);
		else if (!monitor->new_files)
			fputs("imported before, nothing was added\n",
			      request->output);
		else
			fprintf(request->output,
				"%" PRIu64 " record%s in %" PRIu64 " file%s%s\n",
				monitor->records,
				monitor->records == 1 ? "" : "s",
				monitor->new_files + monitor->old_files,
				monitor->new_files + monitor->old_files == 1 ?
				"" : "s",
				monitor->old_files ?
				", some of which were there" : "");
	}
	if (files->count == 0)
		fputs("no traffic\n", request->output);
}

void import_run(const struct import_request *request)
{
	const bool is_csv = strcmp(request->format, "csv") == 0;
	struct progress progress = progress_start(request->messages,
						  request->progress_output);
	struct import_files files;
	uint64_t hash;
	int descriptor = open_file(request, &hash);
	int error;

	if (descriptor < 0)
		return;
	error = import_files_open(&files, request->archive_path,
				  request->calendar, hash, &progress);
	if (!error)
		error = is_csv ? import_csv(request, descriptor, &files) :
				 import_vnstat(request, descriptor, &files);
	if (!error)
		error = import_files_commit(&files);
	progress_end(&progress);
	if (!error)
		print(request, &files);
	else if (error != IMPORT_REPORTED)
		message_report(request->messages, "%s: %s", request->path,
			       message_reason(-error));
	import_files_close(&files);
	close(descriptor);
}
