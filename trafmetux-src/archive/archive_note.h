/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small text files beside the archive's, in which the program remembers something:
 * their names begin with a dot. Each is replaced as a whole, so that a reader sees
 * the old one or the new one.
 */
#ifndef TRAFMETUX_ARCHIVE_NOTE_H
#define TRAFMETUX_ARCHIVE_NOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "archive/archive_directory.h"

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
