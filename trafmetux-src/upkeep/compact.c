// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/compact.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_directory.h"
#include "upkeep/archive_month.h"
#include "exchange/import_files.h"
#include "base/message.h"

/* So many days after its end a month is done with, even for those who come late. */
#define CLOSED_DAYS 31

/* Reports take less time, in seconds. */
#define READERS_SECONDS HOUR_SECONDS

#define SECOND_NANOSECONDS INT64_C(1000000000)

/* While the command runs. */
struct compact {
	const struct context *context;
	const struct monitor_names *wanted;
	int64_t keep_minutes;
	struct archive archive;
	int32_t today;
	struct progress progress;
};

/* What was done for one monitor. */
struct outcome {
	size_t joined;		/* months */
	size_t removed;		/* files of days */
	size_t thinned;		/* months */
	size_t left;		/* months that are not whole */
};

/* A month's part of a monitor's files. */
struct part {
	const struct archive_file *files;	/* all of them */
	size_t count;
	struct archive_file month;
	size_t at;			/* its days, */
	size_t days;			/* and how many there are */
};

/* How many files from the first on are days of the month. */
static size_t count_days(const struct archive_file *files, size_t count,
			 const struct archive_file *month)
{
	size_t days = 0;

	while (days < count && archive_file_covers(month, &files[days]))
		days++;
	return days;
}

/* Has the month ended more than so many days ago? */
static bool is_over(const struct compact *compact, const struct part *part,
		    int64_t days)
{
	return archive_file_last_day(&part->month) + days < compact->today;
}

/* The file that is read before @files[@at], if there is any. */
static int find_before(const struct compact *compact,
		       const struct archive_file *files, size_t at,
		       struct archive_file *file)
{
	if (!at)
		return 0;
	*file = files[at - 1];
	/* Its month may have been joined just now. */
	return archive_file_of_day(&compact->archive, file);
}

/* What is wrong with one month only need not stop what is done to others. */
static int judge(const struct compact *compact, const struct part *part,
		 int error, struct outcome *outcome)
{
	outcome->left += error == -EBADMSG;
	if (error == -EEXIST)
		archive_report(&compact->archive, &part->month,
			       "what bears its name and .new is in the way; move it out of the archive");
	return error == -EBADMSG || error == -EEXIST ? 0 : error;
}

static int join(struct compact *compact, const struct part *part,
		struct outcome *outcome)
{
	const struct archive *archive = &compact->archive;
	const size_t end = part->at + part->days;
	struct archive_file before;
	uint64_t size;
	int64_t changed;
	int error;

	if (!is_over(compact, part, CLOSED_DAYS))
		return 0;
	/* It was listed as no file of a month. */
	error = archive_file_state(archive, &part->month, &size, &changed);
	if (error != -ENOENT) {
		archive_report(archive, &part->month,
			       "in the way of a file for this month; move it out of the archive");
		return 0;
	}
	error = find_before(compact, part->files, part->at, &before);
	if (!error)
		error = archive_month_join(archive, part->files + part->at,
					   part->days,
					   part->at ? &before : NULL,
					   end < part->count ? &part->files[end] :
							       NULL);
	outcome->joined += !error;
	return judge(compact, part, error, outcome);
}

/* Has whoever had listed the days before the month's file came read them? */
static bool is_settled(const struct compact *compact,
		       const struct archive_file *month)
{
	uint64_t size;
	int64_t changed;

	return !archive_file_state(&compact->archive, month, &size, &changed) &&
	       changed / SECOND_NANOSECONDS + READERS_SECONDS <=
		       compact->context->present;
}

static int remove_days(struct compact *compact, const struct part *part,
		       struct outcome *outcome)
{
	const struct archive *archive = &compact->archive;
	const struct archive_file *days = part->files + part->at;
	char name[ARCHIVE_NAME_SIZE];
	int error = 0;

	if (!is_settled(compact, &part->month))
		return 0;
	for (size_t at = 0; !error && at < part->days; at++) {
		int holds = archive_month_check(archive, &part->month, &days[at]);

		if (holds < 0)
			error = holds;
		if (holds <= 0)
			continue;
		archive_file_name(&days[at], name);
		if (unlinkat(archive->directory, name, 0) < 0)
			error = -errno;
		else
			outcome->removed++;
	}
	return error;
}

/* A month's file that has no days beside it, at part->at - 1. */
static int thin(struct compact *compact, const struct part *part,
		struct outcome *outcome)
{
	const size_t at = part->at - 1;
	struct archive_file before;
	int result;

	if (compact->keep_minutes == COMPACT_KEEP_ALL ||
	    !is_over(compact, part, compact->keep_minutes))
		return 0;
	result = find_before(compact, part->files, at, &before);
	if (!result)
		result = archive_month_thin(&compact->archive, &part->month,
					    at ? &before : NULL,
					    part->at < part->count ?
						    &part->files[part->at] : NULL,
					    compact->context->calendar);
	outcome->thinned += result > 0;
	return judge(compact, part, result < 0 ? result : 0, outcome);
}

static int compact_files(struct compact *compact,
			 const struct archive_file *files, size_t count,
			 struct outcome *outcome)
{
	struct part part = { .files = files, .count = count };
	int error = 0;

	while (!error && part.at < count) {
		const bool is_listed = files[part.at].is_month;
		const int is_there = is_listed ?
			archive_month_stands(&compact->archive, &files[part.at]) : 0;

		if (is_there < 0)
			return is_there;
		progress_step(&compact->progress, files->monitor,
			      (unsigned int)(part.at * 100 / count));
		part.month = archive_month_of(&files[part.at]);
		part.at += is_listed;
		part.days = count_days(files + part.at, count - part.at,
				       &part.month);
		if (is_there && part.days)
			error = remove_days(compact, &part, outcome);
		else if (is_there)
			error = thin(compact, &part, outcome);
		else if (part.days)
			error = join(compact, &part, outcome);
		part.at += part.days;
	}
	return error;
}

static void print(const char *monitor, const struct outcome *outcome,
		  FILE *output)
{
	if (!outcome->joined && !outcome->removed && !outcome->thinned &&
	    !outcome->left)
		return;
	fprintf(output, "%s: %zu month%s put into a file, %zu file%s of days removed",
		monitor, outcome->joined, outcome->joined == 1 ? "" : "s",
		outcome->removed, outcome->removed == 1 ? "" : "s");
	if (outcome->thinned)
		fprintf(output, ", %zu month%s thinned to five minutes",
			outcome->thinned, outcome->thinned == 1 ? "" : "s");
	if (outcome->left)
		fprintf(output, "; %zu month%s as %s: damaged, or written on while the clock was set back",
			outcome->left, outcome->left == 1 ? " stays" : "s stay",
			outcome->left == 1 ? "it is" : "they are");
	fputc('\n', output);
}

static void compact_monitor(struct compact *compact, const char *monitor)
{
	const struct context *context = compact->context;
	struct monitor_names names = { 0 };
	struct archive_listing listing = { 0 };
	struct outcome outcome = { 0 };
	int lock = archive_lock_open(&compact->archive);
	int error = lock < 0 ? lock : archive_lock_wait(lock, monitor);

	if (!error)
		error = monitor_names_add(&names, monitor);
	if (!error)
		error = archive_list_all(&compact->archive, &names, &listing);
	if (!error)
		error = compact_files(compact, listing.list, listing.count,
				      &outcome);
	progress_end(&compact->progress);
	print(monitor, &outcome, context->output);
	if (lock < 0)
		archive_report_lock(context->messages, context->archive_path,
				    lock);
	else if (!error && !listing.count)
		message_report(context->messages,
			       "%s: no such monitor in %s; see 'trafmetux list'",
			       monitor, context->archive_path);
	else if (error == -EAGAIN)
		message_report(context->messages,
			       "%s: an update has been at work for seconds; run it again",
			       monitor);
	else if (error)
		message_report(context->messages, "%s: %s", monitor,
			       message_reason(-error));
	archive_listing_free(&listing);
	monitor_names_free(&names);
	/* This gives back the lock: updates of this monitor need not wait for others. */
	if (lock >= 0)
		close(lock);
}

static int find_names(struct compact *compact, struct monitor_names *names)
{
	const struct monitor_names *wanted = compact->wanted;
	struct archive_listing listing = { 0 };
	int error = 0;

	for (size_t at = 0; !error && at < wanted->count; at++)
		error = monitor_names_add(names, wanted->list[at]);
	if (wanted->count)
		return error;
	error = archive_list_all(&compact->archive, NULL, &listing);
	if (!error)
		error = archive_listing_names(&listing, names);
	archive_listing_free(&listing);
	return error;
}

static void compact_monitors(struct compact *compact)
{
	const struct context *context = compact->context;
	struct monitor_names names = { 0 };
	int error;

	/* What it has still to put there would be of months that have a file then. */
	if (faccessat(compact->archive.directory, IMPORT_DIRECTORY, F_OK, 0) == 0) {
		message_report(context->messages,
			       "%s/" IMPORT_DIRECTORY ": an import is at work, or was cut off; run the same import again, and then this",
			       context->archive_path);
		return;
	}
	/* Once, and not for each monitor. */
	error = archive_lock_open(&compact->archive);
	if (error < 0) {
		archive_report_lock(context->messages, context->archive_path,
				    error);
		return;
	}
	close(error);
	error = find_names(compact, &names);
	if (error)
		message_report(context->messages, "%s: %s",
			       context->archive_path, message_reason(-error));
	for (size_t at = 0; !error && at < names.count; at++)
		compact_monitor(compact, names.list[at]);
	monitor_names_free(&names);
}

void compact_run(const struct context *context, const struct monitor_names *names,
		 int64_t keep_minutes)
{
	struct compact compact = {
		.context = context, .wanted = names, .keep_minutes = keep_minutes,
		.today = calendar_day(context->calendar, context->present),
		.progress = progress_start(context->messages,
					   context->progress_output),
	};
	int error = archive_open(&compact.archive, context->archive_path,
				 context->messages);

	if (error) {
		archive_report_open(context->messages, context->archive_path,
				    error);
		return;
	}
	compact_monitors(&compact);
	archive_close(&compact.archive);
}
