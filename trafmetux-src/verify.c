// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive_month.h"
#include "archive_repair.h"
#include "history.h"

/* What was found of one monitor. */
struct findings {
	uint64_t files;
	uint64_t records;
	uint64_t damaged;		/* lines */
	uint64_t damaged_files;		/* those that have such lines */
	uint64_t empty_files;
	struct counters holes;
	uint64_t report;		/* see take() */
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

static void note_file(void *context, const struct archive_file *file,
		      const struct archive_scan *scan)
{
	struct findings *findings = context;
	int error = archive_repair_pieces(&findings->repair, file,
					  &scan->segments);

	findings->files++;
	findings->damaged += scan->damaged + scan->torn;
	for (size_t at = 0; at < scan->entries.count; at++)
		findings->records += !scan->entries.list[at].base &&
				     !scan->entries.list[at].damaged;
	findings->damaged_files += scan->damaged || scan->torn;
	findings->empty_files += scan->empty;
	if (!error && (scan->damaged || scan->torn || scan->empty))
		error = archive_repair_file(&findings->repair, file);
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

/* A number that a time has, and hardly another one: the end of splitmix64. */
static uint64_t scatter(uint64_t number)
{
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

/*
 * One number for all that reports tell: it is the same when the same traffic was
 * counted at the same times, in however many records.
 */
static int take(void *context, const struct growth *growth)
{
	struct findings *findings = context;
	const uint64_t time = (uint64_t)growth->time;

	findings->report += scatter(2 * time) * growth->counters.packets +
			    scatter(2 * time + 1) * growth->counters.bytes;
	return 0;
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
	error = history_read(&history, &all, NULL, take, findings);
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
	if (!findings->damaged_files && !findings->empty_files &&
	    !findings->holes.packets && !findings->holes.bytes) {
		fputs(": whole\n", output);
		return;
	}
	fprintf(output, ": %" PRIu64 " damaged line%s in %" PRIu64 " file%s",
		findings->damaged, findings->damaged == 1 ? "" : "s",
		findings->damaged_files,
		findings->damaged_files == 1 ? "" : "s");
	if (findings->empty_files)
		fprintf(output, ", %" PRIu64 " empty file%s",
			findings->empty_files,
			findings->empty_files == 1 ? "" : "s");
	if (findings->holes.packets || findings->holes.bytes)
		fprintf(output, ", missing records of %" PRIu64
			" bytes, whose minutes are guessed",
			findings->holes.bytes);
	fputc('\n', output);
}

static int repair_locked(const struct verify *verify, const char *monitor,
			 struct messages *messages, struct findings *findings)
{
	struct messages silent = { .silent = true };
	struct archive_repair repair;
	struct findings before;
	int error = examine(verify, monitor, &silent, &before);

	repair = before.repair;
	if (!error)
		error = archive_repair_run(&repair, &verify->archive,
					   verify->request->calendar, monitor);
	if (!error)
		error = examine(verify, monitor, &silent, findings);
	archive_repair_free(&findings->repair);
	if (!error && findings->report != before.report) {
		error = archive_repair_undo(&repair, &verify->archive);
		repair.done_count = 0;
	}
	for (size_t at = 0; at < repair.done_count; at++)
		fprintf(verify->request->output,
			"%s: repaired; as it was it is in %s\n",
			repair.done[at].name, repair.done[at].copy);
	archive_repair_free(&repair);
	return error ? error : examine(verify, monitor, messages, findings);
}

/*
 * Repairs in silence, and tells what it did; the last look says the rest. Where
 * damages hide each other, what is believed may depend on a line that is not, or
 * on a file's being damaged at all. A repair that would change a report by that
 * is taken back.
 */
static int repair(const struct verify *verify, const char *monitor,
		  struct messages *messages, struct findings *findings)
{
	int lock = archive_lock_open(&verify->archive);
	int error;

	*findings = (struct findings){ 0 };
	if (lock < 0) {
		archive_report_lock(messages, verify->request->archive_path,
				    lock);
		return 0;
	}
	error = archive_lock_wait(lock, monitor);
	if (!error)
		error = repair_locked(verify, monitor, messages, findings);
	close(lock);
	if (!error && (findings->damaged_files || findings->empty_files))
		message_report(messages,
			       "%s: this can't be repaired without changing what reports say, so it was left as it is, and they go on using what can be believed; delete the damaged lines if that is not to be told again",
			       monitor);
	return error;
}

/* Files that nobody reads, since that of their month is read in their place. */
static void verify_covered(const struct verify *verify,
			   const struct monitor_names *names)
{
	const struct verify_request *request = verify->request;
	const struct archive_file *month = NULL;
	struct archive_listing all = { 0 };
	int error = archive_list_all(&verify->archive, names, &all);

	for (size_t at = 0; !error && at < all.count; at++) {
		const struct archive_file *file = &all.list[at];

		if (file->is_month)
			month = archive_month_stands(&verify->archive, file) > 0 ?
				file : NULL;
		else if (month && archive_file_covers(month, file))
			error = archive_month_check(&verify->archive, month,
						    file) < 0 ? -ENOMEM : 0;
	}
	if (error)
		message_report(request->messages, "%s: %s",
			       request->archive_path, message_reason(-error));
	archive_listing_free(&all);
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
	const struct source source = source_none();
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
	if (!error)
		verify_covered(&verify, &names);
	monitor_names_free(&names);
	archive_listing_free(&verify.listing);
	archive_close(&verify.archive);
}
