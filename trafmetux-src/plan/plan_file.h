/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that remember a plan: plans/NAME.KIND in the archive's directory, of
 * lines that are only ever added to. docs/plans.md has their form.
 */
#ifndef TRAFMETUX_PLAN_FILE_H
#define TRAFMETUX_PLAN_FILE_H

#include <stdbool.h>
#include <stddef.h>

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

/**
 * Takes one line, which ends in NUL; comments and empty lines are left out.
 * Returns 0, -EBADMSG when the line is not as it should be, or -ENOMEM.
 */
typedef int plan_file_sink(void *context, const char *line);

/**
 * plan_file_read - hand out the lines
 *
 * No file is an empty one. Damaged lines are reported and passed over, each file
 * in one message.
 *
 * Returns 0, -ENOMEM, or -errno when the file can't be read, or is of a later
 * version: that was reported.
 */
int plan_file_read(const struct plan_file *file, plan_file_sink *sink,
		   void *context);

/**
 * plan_file_append - add whole lines in one write, and sync
 *
 * Makes the directory and the file, which begins with its header, as needed.
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
