/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two files of a monitor's index, as whole texts. */
#ifndef TRAFMETUX_ARCHIVE_INDEX_FILE_H
#define TRAFMETUX_ARCHIVE_INDEX_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/monitor_name.h"

/** The directory of the index inside the archive's. */
#define ARCHIVE_INDEX_DIRECTORY ".index"

/** Which file of the index; also the end of its name. */
#define ARCHIVE_INDEX_DAYS ".days"
#define ARCHIVE_INDEX_HOURS ".hours"

/** The end of its name while a file is written anew. No monitor's file has it. */
#define ARCHIVE_INDEX_NEW ".new"

/** Room for a file's name. */
#define ARCHIVE_INDEX_NAME_SIZE (MONITOR_NAME_SIZE + 12)

/** The first line of every file of the index, with its newline. */
extern const char archive_index_heading[];

/**
 * archive_index_directory - open the index's directory
 * @archive:	descriptor of the archive's
 *
 * Returns a descriptor or -errno.
 */
int archive_index_directory(int archive);

/** archive_index_name - write the name of a file of the index */
void archive_index_name(const char *monitor, const char *kind,
			char name[ARCHIVE_INDEX_NAME_SIZE]);

/**
 * archive_index_open_file - open a file of the index for reading
 * @directory:	of the index
 *
 * Only a plain file that begins with the line of this version is taken.
 *
 * Returns a descriptor or -errno.
 */
int archive_index_open_file(int directory, const char *monitor,
			    const char *kind, uint64_t *size);

/** archive_index_read - read a part of a file; false when it isn't all there */
bool archive_index_read(int descriptor, char *text, uint64_t size, uint64_t at);

/**
 * archive_index_load - read a file of the index
 *
 * Returns the text, to be freed, or NULL.
 */
char *archive_index_load(int directory, const char *monitor, const char *kind,
			 uint64_t *size);

/**
 * archive_index_append - add to a file of the index; made anew if it is no such
 * @at:		where in the file the text is then; or NULL
 *
 * Returns 0 or -errno.
 */
int archive_index_append(int directory, const char *monitor, const char *kind,
			 const char *text, size_t length, uint64_t *at);

/**
 * archive_index_create - begin to write a file anew
 *
 * It is written beside the old one, under a first line of its own.
 *
 * Returns a descriptor or -errno.
 */
int archive_index_create(int directory, const char *monitor, const char *kind);

/** archive_index_write_text - write all of a text; 0 or -errno */
int archive_index_write_text(int descriptor, const char *text, size_t length);

/** archive_index_replace - put the new file in the old one's place; 0 or -errno */
int archive_index_replace(int directory, const char *monitor, const char *kind);

/** archive_index_remove - remove both files of a monitor's index */
void archive_index_remove(int directory, const char *monitor);

#endif
