// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive_repair.h"
#include "history.h"

/* What was found of one monitor. */
struct findings {
	uint64_t files;
	uint64_t records;
	uint64_t damaged;		/* lines */
	uint64_t damaged_files;
	struct counters holes;
	struct archive_repair repair;
	int error;
};

/* While the command runs. */
struct verify {
	const struct verify_request *request;
	struct archive archive;
	struct archive_listing listing;
	const struct source *source;
};

/* No monitor is live here: the archive is judged by itself. */
static int list_none(const struct source *source, struct monitor_names *names)
{
	(void)source;
	(void)names;
	return 0;
}

static int open_none(const struct source *source, const char *monitor,
		     struct source_reading *reading)
{
	(void)source;
	(void)monitor;
	(void)reading;
	return -ENOENT;
}

static const struct source_operations no_operations = {
	.list = list_none,
	.open = open_none,
};

static void note_file(void *context, const struct archive_file *file,
		      const struct archive_scan *scan)
{
	struct findings *findings = context;
	int error = 0;

	findings->files++;
	findings->damaged += scan->damaged + scan->torn;
	for (size_t at = 0; at < scan->entries.count; at++)
		findings->records += !scan->entries.list[at].base &&
				     !scan->entries.list[at].damaged;
	if (scan->damaged || scan->torn || scan->empty) {
		findings->damaged_files++;
		error = archive_repair_file(&findings->repair, file->day);
	}
	if (error)
		findings->error = error;
}

static void note_hole(void *context, const struct growth *growth)
{
	struct findings *findings = context;
	int error = archive_repair_hole(&findings->repair, growth);

	counters_add(&findings->holes, &growth->counters);
	if (error)
		findings->error = error;
}

static const struct history_observer observer = {
	.file = note_file,
	.hole = note_hole,
};

static int examine(const struct verify *verify, const char *monitor,
		   struct messages *messages, struct findings *findings)
{
	struct archive archive = verify->archive;
	const struct history_window all = HISTORY_WINDOW_ALL;
	struct history history;
	int error;

	*findings = (struct findings){ 0 };
	archive.messages = messages;
	history_open(&history, monitor, verify->source, &archive,
		     &verify->listing);
	history.observer = &observer;
	history.observer_context = findings;
	error = history_read(&history, &all, NULL, history_pass_by, NULL);
	history_close(&history);
	return error ? error : findings->error;
}

static void print(const struct verify *verify, const char *monitor,
		  const struct findings *findings)
{
	FILE *output = verify->request->output;

	fprintf(output, "%s: %" PRIu64 " file%s, %" PRIu64 " records", monitor,
		findings->files, findings->files == 1 ? "" : "s",
		findings->records);
	if (!findings->damaged_files && !findings->holes.packets &&
	    !findings->holes.bytes) {
		fputs(": whole\n", output);
		return;
	}
	fprintf(output, ": %" PRIu64 " damaged line%s in %" PRIu64 " file%s",
		findings->damaged, findings->damaged == 1 ? "" : "s",
		findings->damaged_files,
		findings->damaged_files == 1 ? "" : "s");
	if (findings->holes.packets || findings->holes.bytes)
		fprintf(output, ", missing records of %" PRIu64
			" bytes, whose minutes are guessed",
			findings->holes.bytes);
	fputc('\n', output);
}

/* Repairs in silence, and tells what it did; the last look says the rest. */
static int repair(const struct verify *verify, const char *monitor,
		  struct messages *messages, struct findings *findings)
{
	struct messages silent = { .silent = true };
	int error = examine(verify, monitor, &silent, findings);

	if (!error)
		error = archive_repair_run(&findings->repair, &verify->archive,
					   verify->request->calendar, monitor,
					   verify->request->output);
	archive_repair_free(&findings->repair);
	return error ? error : examine(verify, monitor, messages, findings);
}

static void verify_monitor(const struct verify *verify, const char *monitor)
{
	const struct verify_request *request = verify->request;
	struct findings findings;
	int error = request->repair ?
		    repair(verify, monitor, request->messages, &findings) :
		    examine(verify, monitor, request->messages, &findings);

	if (error)
		message_report(request->messages, "%s: %s", monitor,
			       message_reason(-error));
	else if (findings.files)
		print(verify, monitor, &findings);
	if (findings.holes.packets || findings.holes.bytes)
		request->messages->trouble = true;
	archive_repair_free(&findings.repair);
}

/* Those asked for, or all that have files. */
static int find_names(const struct verify *verify, struct monitor_names *names)
{
	const struct monitor_names *wanted = verify->request->names;
	int error = 0;

	for (size_t at = 0; !error && at < wanted->count; at++)
		error = monitor_names_add(names, wanted->list[at]);
	if (!wanted->count)
		error = archive_listing_names(&verify->listing, names);
	return error;
}

void verify_run(const struct verify_request *request)
{
	const struct source source = { .operations = &no_operations };
	struct verify verify = { .request = request, .source = &source };
	struct monitor_names names = { 0 };
	int error = archive_open(&verify.archive, request->archive_path,
				 request->messages);

	if (!error)
		error = archive_list(&verify.archive, NULL, &verify.listing);
	if (error)
		archive_report_open(request->messages, request->archive_path,
				    error);
	else
		error = find_names(&verify, &names);
	for (size_t at = 0; !error && at < names.count; at++)
		verify_monitor(&verify, names.list[at]);
	monitor_names_free(&names);
	archive_listing_free(&verify.listing);
	archive_close(&verify.archive);
}
