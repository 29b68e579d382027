/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of the archive's files: NAME-YYYY-MM-DD holds a day, NAME-YYYY-MM a month.
 * No name can be read as both.
 */
#ifndef TRAFMETUX_ARCHIVE_NAME_H
#define TRAFMETUX_ARCHIVE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/monitor_name.h"

/** Room for a file's name: a monitor's, "-YYYY-MM-DD" and a NUL. */
#define ARCHIVE_NAME_SIZE (MONITOR_NAME_SIZE + 11)

/** Room for a file's date, and a NUL. */
#define ARCHIVE_DATE_SIZE 11

/** A file by what its name says. */
struct archive_file {
	char monitor[MONITOR_NAME_SIZE];
	int32_t day;		/* local date, in days since 1970-01-01; of a month */
	bool is_month;		/* the first one */
};

/** archive_file_last_day - the last date that the file is of */
int32_t archive_file_last_day(const struct archive_file *file);

/** archive_file_covers - is @file a day of the month that @month is a file of? */
bool archive_file_covers(const struct archive_file *month,
			 const struct archive_file *file);

/**
 * archive_file_compare - the order of files: by monitor, then by date
 *
 * A month comes before its first day. Returns less than 0, 0 or more.
 */
int archive_file_compare(const struct archive_file *left,
			 const struct archive_file *right);

/** archive_date_order - a number by which one monitor's files are in this order */
int64_t archive_date_order(const struct archive_file *file);

/** archive_date_format - write YYYY-MM-DD or YYYY-MM; returns the length */
size_t archive_date_format(const struct archive_file *file,
			   char text[ARCHIVE_DATE_SIZE]);

/**
 * archive_date_parse - read YYYY-MM-DD or YYYY-MM and move on behind it
 * @file:	its monitor is left as it is
 *
 * Returns false when neither is there.
 */
bool archive_date_parse(const char **cursor, const char *end,
			struct archive_file *file);

/** archive_file_name - write NAME-YYYY-MM-DD or NAME-YYYY-MM */
void archive_file_name(const struct archive_file *file,
		       char name[ARCHIVE_NAME_SIZE]);

/** archive_file_parse - read such a name; false when it is none */
bool archive_file_parse(const char *name, struct archive_file *file);

#endif
