// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int run(const struct import_request *request, int descriptor,
	       uint64_t hash, struct import_files *files,
	       struct progress *progress)
{
	const bool is_csv = strcmp(request->format, "csv") == 0;
	int error = import_files_open(files, request->archive_path,
				      request->calendar, hash, progress);

	if (!error)
		error = is_csv ? import_csv(request, descriptor, files) :
				 import_vnstat(request, descriptor, files);
	return error ? error : import_files_commit(files);
}

/* What is said while it is read is for one that is imported. */
static void run_told(struct import_request *request, int descriptor,
		     uint64_t hash)
{
	struct progress progress = progress_start(request->messages,
						  request->progress_output);
	FILE *output = request->output;
	char *words = NULL;
	size_t length = 0;
	struct import_files files;
	int error;

	request->output = open_memstream(&words, &length);
	if (!request->output) {
		message_report(request->messages, "%s", message_reason(ENOMEM));
		return;
	}
	error = run(request, descriptor, hash, &files, &progress);
	progress_end(&progress);
	if (fclose(request->output) && !error)
		error = -ENOMEM;
	request->output = output;
	if (!error) {
		fwrite(words, length, 1, output);
		print(request, &files);
	} else if (error != IMPORT_REPORTED) {
		message_report(request->messages, "%s: %s", request->path,
			       message_reason(-error));
	}
	free(words);
	import_files_close(&files);
}

void import_run(const struct import_request *request)
{
	struct import_request named = *request;
	uint64_t hash;
	int descriptor;

	named.is_standard_input = strcmp(request->path, "-") == 0;
	if (named.is_standard_input)
		named.path = "standard input";
	descriptor = import_input_open(&named, &hash);
	if (descriptor < 0)
		return;
	run_told(&named, descriptor, hash);
	close(descriptor);
}
