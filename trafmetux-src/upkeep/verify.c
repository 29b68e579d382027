// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "upkeep/archive_month.h"
#include "upkeep/archive_repair.h"
#include "history/history.h"
#include "upkeep/archive_write.h"

/* So often one repair looks whether there is more to do. */
enum { PASSES_MAX = 8 };

/* What was found of one monitor. */
struct findings {
	const struct archive *archive;
	uint64_t files;
	uint64_t records;
	uint64_t damaged;		/* lines */
	uint64_t damaged_files;		/* those that have such lines */
	uint64_t empty_files;
	uint64_t foreign_files;		/* whose lines end as on Windows */
	struct counters holes;
	struct counters held;		/* missing, but the source has it */
	uint64_t report;		/* see take() */
	struct archive_repair *repair;	/* takes the holes; NULL while it is at work */
	int error;
};

/* While the command runs. */
struct verify {
	const struct context *context;
	bool repair;
	struct archive archive;
	struct archive_listing listing;
};

static bool is_damaged(const struct archive_scan *scan)
{
	return scan->damaged || scan->torn;
}

static void note_file(void *context, const struct archive_file *file,
		      const struct archive_scan *scan)
{
	struct findings *findings = context;

	findings->files++;
	findings->damaged += scan->damaged + scan->torn;
	for (size_t at = 0; at < scan->entries.count; at++)
		findings->records += !scan->entries.list[at].base &&
				     !scan->entries.list[at].damaged;
	findings->damaged_files += is_damaged(scan);
	findings->empty_files += archive_scan_is_emptied(findings->archive, file,
							 scan);
	findings->foreign_files += scan->has_returns;
}

static void note_hole(void *context, const struct growth *growth)
{
	struct findings *findings = context;

	counters_add(&findings->holes, &growth->counters);
	if (findings->repair &&
	    archive_repair_hole(findings->repair, growth, false))
		findings->error = -ENOMEM;
}

static void note_held(void *context, const struct growth *growth)
{
	struct findings *findings = context;

	counters_add(&findings->held, &growth->counters);
	if (findings->repair &&
	    archive_repair_hole(findings->repair, growth, true))
		findings->error = -ENOMEM;
}

/* A number that a time has, and hardly another one: the end of splitmix64. */
static uint64_t scatter(uint64_t number)
{
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

static uint64_t trace_of(const struct growth *growth)
{
	const uint64_t time = (uint64_t)growth->time;

	return scatter(2 * time) * growth->counters.packets +
	       scatter(2 * time + 1) * growth->counters.bytes;
}

/*
 * One number for all that reports tell: it is the same when the same traffic was
 * counted at the same times, in however many records.
 */
static int take(void *context, const struct growth *growth)
{
	struct findings *findings = context;

	findings->report += trace_of(growth);
	return 0;
}

/* This goes on meanwhile. */
static void note_live(void *context, const struct growth *growth)
{
	struct findings *findings = context;

	findings->report -= trace_of(growth);
}

static const struct history_observer examiner = {
	.file = note_file, .hole = note_hole, .held = note_held,
	.live = note_live,
};

static int read_all(const struct verify *verify, const char *monitor,
		    struct messages *messages,
		    const struct history_observer *observer,
		    growth_sink *sink, void *context)
{
	struct archive archive = verify->archive;
	const struct history_window all = HISTORY_WINDOW_ALL;
	struct history history;
	int error;

	archive.messages = messages;
	history_open(&history, monitor, verify->context->source, &archive,
		     &verify->listing);
	history.observer = observer;
	history.observer_context = context;
	error = history_read(&history, &all, NULL, sink, context);
	history_close(&history);
	return error;
}

static int examine(const struct verify *verify, const char *monitor,
		   struct messages *messages, struct archive_repair *repair,
		   struct findings *findings)
{
	int error;

	*findings = (struct findings){ .archive = &verify->archive,
				       .repair = repair };
	error = read_all(verify, monitor, messages, &examiner, take, findings);
	return error ? error : findings->error;
}

/* Damage that was found, and what the repair makes of it. */
struct work {
	struct archive_repair repair;
	int error;
};

static void mend_file(void *context, const struct archive_file *file,
		      const struct archive_scan *scan)
{
	struct work *work = context;

	if (!work->error)
		work->error = archive_repair_file(&work->repair, file, scan);
}

static int pass_by(void *context, const struct growth *growth)
{
	(void)growth;
	return ((const struct work *)context)->error;
}

static const struct history_observer mender = { .file = mend_file };

static bool has_holes(const struct findings *findings)
{
	return findings->holes.packets || findings->holes.bytes;
}

static bool has_held(const struct findings *findings)
{
	return findings->held.packets || findings->held.bytes;
}

static void print_count(FILE *output, const char *before, uint64_t count,
			const char *what)
{
	if (count)
		fprintf(output, "%s%" PRIu64 " %s%s", before, count, what,
			count == 1 ? "" : "s");
}

static void print(const struct verify *verify, const char *monitor,
		  const struct findings *findings)
{
	FILE *output = verify->context->output;

	fprintf(output, "%s: %" PRIu64 " file%s, %" PRIu64 " records", monitor,
		findings->files, findings->files == 1 ? "" : "s",
		findings->records);
	if (!findings->damaged_files && !findings->empty_files &&
	    !has_holes(findings) && !has_held(findings)) {
		fputs(": whole", output);
	} else {
		fprintf(output, ": %" PRIu64 " damaged line%s in %" PRIu64
			" file%s", findings->damaged,
			findings->damaged == 1 ? "" : "s",
			findings->damaged_files,
			findings->damaged_files == 1 ? "" : "s");
		print_count(output, ", ", findings->empty_files, "empty file");
	}
	if (has_holes(findings))
		fprintf(output, ", missing records of %" PRIu64
			" bytes, whose minutes are guessed",
			findings->holes.bytes);
	if (has_held(findings))
		fprintf(output, ", missing records of %" PRIu64
			" bytes, which the kernel still has",
			findings->held.bytes);
	print_count(output, ", ", findings->foreign_files, "Windows file");
	fputc('\n', output);
}

static int list_files(struct verify *verify)
{
	archive_listing_free(&verify->listing);
	return archive_list(&verify->archive, NULL, &verify->listing);
}

/* What the source has is written again; what came of it shows in the next look. */
static int refill(struct verify *verify, const char *monitor,
		  struct messages *messages)
{
	struct archive archive = verify->archive;
	struct archive_write write = {
		.archive = &archive, .calendar = verify->context->calendar,
		.sync = ARCHIVE_SYNC_ALWAYS,
	};
	int error;

	archive.messages = messages;
	error = refill_monitor(&write, verify->context->source, monitor,
			       &verify->listing);
	archive_write_end(&write);
	return error || !write.created ? error : list_files(verify);
}

/* Returns with what is to be said of the repair in @findings. */
static int mend(struct verify *verify, const char *monitor, struct work *work,
		struct findings *findings)
{
	struct messages silent = { .silent = true };
	struct findings before;
	int error = examine(verify, monitor, &silent, &work->repair, &before);

	if (!error)
		error = read_all(verify, monitor, &silent, &mender, pass_by, work);
	if (!error)
		error = work->error;
	if (!error)
		error = examine(verify, monitor, &silent, NULL, findings);
	/* Damages that hide each other may change what is believed. */
	if (error || findings->report != before.report) {
		work->error = archive_repair_undo(&work->repair);
		error = error ? error : work->error;
	}
	return error;
}

static bool is_left(const struct findings *findings)
{
	return findings->damaged_files || findings->empty_files ||
	       has_holes(findings) || has_held(findings);
}

/* One look at all files. Returns 1 when something was mended, 0, or -errno. */
static int mend_once(struct verify *verify, const char *monitor,
		     struct findings *findings)
{
	struct work work = {
		.repair = { .archive = &verify->archive,
			    .calendar = verify->context->calendar },
	};
	const int error = mend(verify, monitor, &work, findings);
	const bool is_done = work.repair.done_count;

	for (size_t at = 0; at < work.repair.done_count; at++)
		fprintf(verify->context->output,
			"%s: repaired; as it was it is in %s\n",
			work.repair.done[at].name, work.repair.done[at].copy);
	archive_repair_free(&work.repair);
	return error ? error : is_done;
}

/* Where damage is set aside, what it hid may show: a hole, or another one. */
static int repair_locked(struct verify *verify, const char *monitor,
			 struct messages *messages, struct findings *findings)
{
	int result = 1;

	for (int pass = 0; pass < PASSES_MAX && result > 0; pass++) {
		result = refill(verify, monitor, messages);
		if (!result)
			result = mend_once(verify, monitor, findings);
		if (!is_left(findings))
			break;
	}
	return result < 0 ? result :
			    examine(verify, monitor, messages, NULL, findings);
}

static int repair(struct verify *verify, const char *monitor,
		  struct messages *messages, struct findings *findings)
{
	int lock = archive_lock_open(&verify->archive);
	int error;

	*findings = (struct findings){ 0 };
	if (lock < 0) {
		archive_report_lock(messages, verify->context->archive_path,
				    lock);
		return 0;
	}
	error = archive_lock_wait(lock, monitor);
	/* An update may have made another file until now. */
	if (!error)
		error = list_files(verify);
	if (!error)
		error = repair_locked(verify, monitor, messages, findings);
	close(lock);
	if (!error && (findings->damaged_files || findings->empty_files))
		message_report(messages,
			       "%s: a repair would change what reports say, so all was left as it is; delete the damaged lines to be told of them no more",
			       monitor);
	return error;
}

/* Files that nobody reads, since that of their month is read in their place. */
static void verify_covered(const struct verify *verify,
			   const struct monitor_names *names)
{
	const struct context *context = verify->context;
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
		message_report(context->messages, "%s: %s",
			       context->archive_path, message_reason(-error));
	archive_listing_free(&all);
}

static void verify_monitor(struct verify *verify, const char *monitor)
{
	const struct context *context = verify->context;
	struct findings findings;
	int error = verify->repair ?
		    repair(verify, monitor, context->messages, &findings) :
		    examine(verify, monitor, context->messages, NULL, &findings);

	if (error)
		message_report(context->messages, "%s: %s", monitor,
			       message_reason(-error));
	else if (findings.files)
		print(verify, monitor, &findings);
	context->messages->trouble |= findings.damaged_files ||
				      findings.empty_files ||
				      has_holes(&findings) ||
				      has_held(&findings);
}

/* Those asked for, or all that have files. */
static int find_names(const struct verify *verify, const struct monitor_names *wanted,
		      struct monitor_names *names)
{
	int error = 0;

	for (size_t at = 0; !error && at < wanted->count; at++)
		error = monitor_names_add(names, wanted->list[at]);
	if (!wanted->count)
		error = archive_listing_names(&verify->listing, names);
	return error;
}

void verify_run(const struct context *context, const struct monitor_names *wanted,
		bool repair)
{
	struct verify verify = { .context = context, .repair = repair };
	struct monitor_names names = { 0 };
	int error = archive_open(&verify.archive, context->archive_path,
				 context->messages);

	if (!error)
		error = archive_list(&verify.archive, NULL, &verify.listing);
	if (error)
		archive_report_open(context->messages, context->archive_path,
				    error);
	else
		error = find_names(&verify, wanted, &names);
	for (size_t at = 0; !error && at < names.count; at++)
		verify_monitor(&verify, names.list[at]);
	if (!error)
		verify_covered(&verify, &names);
	if (!error && !wanted->count)
		verify_plans(context, &verify.archive, repair);
	monitor_names_free(&names);
	archive_listing_free(&verify.listing);
	archive_close(&verify.archive);
}
