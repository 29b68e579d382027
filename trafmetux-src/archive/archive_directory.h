/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directory of the archive: which files there are, and opening them safely. */
#ifndef TRAFMETUX_ARCHIVE_DIRECTORY_H
#define TRAFMETUX_ARCHIVE_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/message.h"
#include "base/monitor_name.h"

/*
 * Names of the archive's files: NAME-YYYY-MM-DD holds a day, NAME-YYYY-MM a month.
 * No name can be read as both.
 */

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

/** An open archive. */
struct archive {
	int directory;
	const char *path;	/* for messages; owned by the caller */
	struct messages *messages;
	bool is_unread;	/* it is there, and can't be read: what it holds is unknown */
};

/** Files in the order of archive_file_compare(); archive_listing_free() releases it. */
struct archive_listing {
	struct archive_file *list;
	size_t count;
	size_t capacity;
};

/** archive_open - open the directory; 0 or -errno. archive_close() it. */
int archive_open(struct archive *archive, const char *path,
		 struct messages *messages);

/** archive_close - close the directory */
void archive_close(struct archive *archive);

/**
 * archive_list_all - find the files of the archive
 * @wanted:	only these monitors; NULL for all
 * @listing:	empty; the caller frees it
 *
 * Returns 0 or -errno.
 */
int archive_list_all(const struct archive *archive,
		     const struct monitor_names *wanted,
		     struct archive_listing *listing);

/**
 * archive_list - find those that are to be read
 *
 * As archive_list_all(), without the days of months that have a file: of these the
 * month's file tells. Beside days, what does not begin as the archive's files do is
 * none.
 */
int archive_list(const struct archive *archive,
		 const struct monitor_names *wanted,
		 struct archive_listing *listing);

/**
 * archive_files_of - one monitor's files, the oldest first
 *
 * Returns where they are in the listing; @count may become 0.
 */
const struct archive_file *archive_files_of(const struct archive_listing *listing,
					    const char *monitor, size_t *count);

/** archive_listing_names - add each monitor of the listing once; 0 or -ENOMEM */
int archive_listing_names(const struct archive_listing *listing,
			  struct monitor_names *names);

/** archive_listing_sort - bring it into order; false if a file is in it twice */
bool archive_listing_sort(struct archive_listing *listing);

/** archive_listing_free - release the listing; it is empty afterwards */
void archive_listing_free(struct archive_listing *listing);

/**
 * archive_open_file - open a file of the archive
 * @flags:	O_RDONLY; or O_RDWR | O_APPEND, perhaps with O_CREAT | O_EXCL
 *
 * Links are not followed, and nothing but a plain file is opened.
 *
 * Returns a descriptor, -ELOOP when it is no plain file, or -errno.
 */
int archive_open_file(const struct archive *archive,
		      const struct archive_file *file, int flags);

/** archive_month_begins - does a text begin with a whole line as a month's file must? */
bool archive_month_begins(const char *text, size_t length);

/**
 * archive_month_stands - is a month's file read in place of its days?
 *
 * Returns 1, 0 or -errno.
 */
int archive_month_stands(const struct archive *archive,
			 const struct archive_file *month);

/**
 * archive_file_of_day - which file is a day's?
 * @file:	the day's; it becomes that of the month if there is one
 *
 * Returns 0 or -errno.
 */
int archive_file_of_day(const struct archive *archive,
			struct archive_file *file);

/** archive_changed - when it was changed last, in nanoseconds since 1970, modulo 2^64 */
int64_t archive_changed(const struct stat *status);

/**
 * archive_file_state - by what a file that was changed is known
 * @size:	of the file, in bytes
 * @changed:	when anything of it was changed last, nanoseconds since 1970;
 *		nobody can set this time
 *
 * Returns 0, -ELOOP when it is no plain file, or -errno.
 */
int archive_file_state(const struct archive *archive,
		       const struct archive_file *file, uint64_t *size,
		       int64_t *changed);

/** archive_report - report one file in one line, with words of the caller's */
void archive_report(const struct archive *archive,
		    const struct archive_file *file, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** archive_tell - the same of what changes no figure, see message_note() */
void archive_tell(const struct archive *archive,
		  const struct archive_file *file, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** archive_report_open - report in one line why the directory can't be used */
void archive_report_open(struct messages *messages, const char *path, int error);

/** archive_report_lock - report why archive_lock_open() failed */
void archive_report_lock(struct messages *messages, const char *path, int error);

/**
 * archive_lock_open - open the file that updaters lock; a descriptor or -errno
 */
int archive_lock_open(const struct archive *archive);

/**
 * archive_lock - take one monitor's lock, without waiting
 *
 * Monitors are locked apart, so that updaters of different ones don't shut
 * each other out. Closing the descriptor gives back all of its locks.
 *
 * Returns 0, -EAGAIN when another process has it, or -errno.
 */
int archive_lock(int descriptor, const char *monitor);

/** archive_lock_wait - likewise, but wait for some seconds before -EAGAIN */
int archive_lock_wait(int descriptor, const char *monitor);

/**
 * archive_is_recent - was something changed a moment ago, and perhaps still is?
 * @changed:	nanoseconds since 1970; later than now if the clock was set back
 */
bool archive_is_recent(int64_t changed);

/**
 * archive_is_settled - was something changed long enough ago?
 * @changed:	when, in nanoseconds since 1970
 *
 * What was changed just now may be changed again at what its file system takes
 * for the same time. The coarsest ones count in two seconds.
 */
bool archive_is_settled(int64_t changed);

#endif
