/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files of the archive: read, written, and kept as they were. */
#ifndef TRAFMETUX_ARCHIVE_FILE_H
#define TRAFMETUX_ARCHIVE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "base/sample.h"

/** Room for the name of a copy, or of a file that is being written. */
#define ARCHIVE_COPY_NAME_SIZE (ARCHIVE_NAME_SIZE + 24)

/** archive_read_file - all of a file; 0 and @text, to be freed, or -errno */
int archive_read_file(int descriptor, char **text, size_t *length);

/** archive_read_text - likewise, of a file of the archive */
int archive_read_text(const struct archive *archive,
		      const struct archive_file *file, char **text,
		      size_t *length);

/** archive_text_holds - are whole lines of @text the lines of @part? */
bool archive_text_holds(const char *text, size_t length, const char *part,
			size_t part_length);

/**
 * archive_write_file - write a file that must not be there, and see it on the disk
 *
 * Returns 0 or -errno; then the file may be there in part.
 */
int archive_write_file(const struct archive *archive, const char *name,
		       const char *text, size_t length);

/**
 * archive_replace_file - put a new text in a file's place, and keep the old one
 * @old:	its text
 * @copy:	where this is kept, NAME.damaged, NAME.damaged-2 and so on
 *
 * Returns 0 or -errno; then the file is as it was.
 */
int archive_replace_file(const struct archive *archive, const char *name,
			 const char *old, size_t old_length, const char *text,
			 size_t length, char copy[ARCHIVE_COPY_NAME_SIZE]);

/* The last record of a monitor, without reading all of its files. */

struct archive_tail {
	int64_t time;		/* of the last record; 0: there is none */
	uint64_t series;
	struct counters counters;
};

/**
 * archive_tail_read - the last line that is a record, of the newest file that has one
 * @files:	of one monitor, oldest first
 * @present:	records of a later time are passed over
 *
 * Where a clock was set back, a record before it may be of a later time. Files without
 * a record are passed over, however many they are: bare "@" lines, damage, files of the
 * future. What can't be read tells nothing, and is not reported.
 *
 * For the time of a record that bears witness there is index/belief.h, for the state
 * that a series was archived up to index/archive_walk.h.
 */
void archive_tail_read(const struct archive *archive,
		       const struct archive_file *files, size_t count,
		       int64_t present, struct archive_tail *tail);

/*
 * Small text files beside the archive's, in which the program remembers something:
 * their names begin with a dot. Each is replaced as a whole, so that a reader sees
 * the old one or the new one.
 */

/**
 * Takes one line, which ends in NUL, or what is left of it if it is not whole: it was cut
 * off, holds a NUL, or is too long. Returns 0, or -errno that ends the reading.
 */
typedef int archive_note_sink(void *context, const char *line, bool is_whole);

/**
 * archive_note_read - hand out the lines
 *
 * Comments and empty lines are left out. Only a plain file is read.
 *
 * Returns 0, -ENOENT when there is no such file, what the sink returned, or -errno.
 */
int archive_note_read(const struct archive *archive, const char *name,
		      archive_note_sink *sink, void *context);

/** archive_note_write - replace the file, for anybody to read; 0 or -errno */
int archive_note_write(const struct archive *archive, const char *name,
		       const char *text, size_t length);

/**
 * archive_note_keep - keep a damaged file, or what is in its place, as NAME.damaged
 *
 * In the place of one that was kept before. Returns 0 or -errno.
 */
int archive_note_keep(const struct archive *archive, const char *name);

/** archive_note_remove - take the file away, if it is there; 0 or -errno */
int archive_note_remove(const struct archive *archive, const char *name);

/**
 * archive_note_lock - let no other process change a file; waits some seconds
 * @what:	no monitor's name
 *
 * Returns what close() gives back, -EAGAIN when another one has it, or -errno.
 */
int archive_note_lock(const struct archive *archive, const char *what);

#endif
