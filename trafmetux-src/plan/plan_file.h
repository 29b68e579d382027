/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that remember a plan: plans/NAME.KIND in the archive's directory, of
 * lines that are only ever added to. docs/plans.md has their form.
 */
#ifndef TRAFMETUX_PLAN_FILE_H
#define TRAFMETUX_PLAN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_file.h"
#include "archive/archive_directory.h"

/** The directory inside the archive's. */
#define PLAN_FILE_DIRECTORY "plans"

/** Longest line that is written, its newline and a NUL included. */
#define PLAN_FILE_LINE_SIZE 320

struct plan_file {
	const struct archive *archive;
	const char *plan;
	const char *kind;	/* "ledger" or "hooks" */
};

/** What is wrong with the lines of a file. */
struct plan_file_found {
	uint64_t damaged;	/* how many lines are, and which the first is */
	uint64_t first;
	bool has_returns;	/* a line ends in a carriage return */
};

/**
 * Takes one line, which ends in NUL, or in part what can't be read: then @is_whole is
 * false. Empty lines are left out.
 *
 * Returns 0, -EBADMSG when the line is not as it should be, or -ENOMEM.
 */
typedef int plan_file_sink(void *context, const char *line, bool is_whole);

/**
 * plan_file_read - hand out the lines
 *
 * No file has no lines. One that is empty is a damaged line: what was in it is lost.
 * Damaged lines are passed over; plan_file_tell() says so.
 *
 * Returns 0, -ENOMEM, or -errno when the file can't be read, or is of a later
 * version: that was reported.
 */
int plan_file_read(const struct plan_file *file, plan_file_sink *sink,
		   void *context, struct plan_file_found *found);

enum plan_file_loss {
	PLAN_FILE_KNOWN,	/* none: reports tell, and cron's mails do not */
	PLAN_FILE_MINOR,	/* no figure's, and no report reads the file */
	PLAN_FILE_TROUBLE,
};

/**
 * plan_file_tell - say what is wrong with the lines, if anything is
 * @meaning:	of damaged ones, ending in "; ", or ""
 * @loss:	of damaged ones
 */
void plan_file_tell(const struct plan_file *file,
		    const struct plan_file_found *found, const char *meaning,
		    enum plan_file_loss loss);

/**
 * plan_file_repair - make comments of damaged lines, and write the others without returns
 * @sink:	as of plan_file_read()
 * @copy:	the name of the file as it was, in the archive's directory
 *
 * The caller holds the plan's lock. Returns 0 or -errno; nothing was changed then.
 */
int plan_file_repair(const struct plan_file *file, plan_file_sink *sink,
		     void *context, char copy[ARCHIVE_COPY_NAME_SIZE]);

/**
 * plan_file_append - add whole lines in one write, and sync
 *
 * Makes the directory and the file, which begins with its header, as needed. What
 * could be written in part only is taken away again.
 *
 * Returns 0, or -errno that was reported.
 */
int plan_file_append(const struct plan_file *file, const char *lines);

/**
 * plan_file_lock - let no other update work on the plan
 *
 * Returns what close() gives back, -EAGAIN when another one has it, or -errno.
 */
int plan_file_lock(const struct archive *archive, const char *plan);

#endif
