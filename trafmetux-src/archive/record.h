/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of an archive file; docs/archive-format.md is the specification. */
#ifndef TRAFMETUX_RECORD_H
#define TRAFMETUX_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sample.h"

/** The version of the format that this program reads and writes. */
#define RECORD_ARCHIVE_VERSION 1

/** Room for any line that record_format_*() writes, with newline and NUL. */
#define RECORD_TEXT_SIZE 128

enum record_kind {
	RECORD_NOTHING,		/* a comment or an empty line */
	RECORD_SERIES,		/* "@ SERIES packets bytes" */
	RECORD_SAMPLE,		/* "T packets bytes [SINCE]" */
	RECORD_DAMAGED,
};

struct record {
	enum record_kind kind;
	uint64_t series;	/* of RECORD_SERIES */
	struct sample sample;	/* of RECORD_SERIES only the counters */
};

/**
 * record_parse - read one line, without its newline
 *
 * Nothing is guessed: fields are parted by one space each, numbers are plain
 * decimals, and a line that is anything else is RECORD_DAMAGED.
 */
void record_parse(const char *text, size_t length, struct record *record);

/**
 * record_archive_version - the version that a file's first line names
 *
 * Returns the version, or 0 for a line that names none.
 */
uint64_t record_archive_version(const char *text, size_t length);

/** record_archive_thinned - does a file's first line say that it was thinned? */
bool record_archive_thinned(const char *text, size_t length);

/**
 * record_thin_header - say so in a first line
 * @size:	of @header, which has room for a NUL
 *
 * Returns false if that is too little.
 */
bool record_thin_header(char *header, size_t size);

/**
 * The line of a writer who found what was there gone: read as a damaged one, so that
 * who reads it says so. To a program that does not know it, it is a comment.
 */
#define RECORD_LOST "# lost"

/**
 * The comment that says where a series comes from: behind this its id, the kind of
 * source, "exact" or "about", and if it is not 0 the packets and bytes that the counter
 * had when the series began. Without one it is the kernel module's, or nothing is known.
 */
#define RECORD_SOURCE_PREFIX "# source "

/** record_parse_source - read such a comment; false when it is none */
bool record_parse_source(const char *text, size_t length, uint64_t *series,
			 struct origin *origin);

/** record_format_source - write one, with its newline; returns its length */
size_t record_format_source(char text[RECORD_TEXT_SIZE], uint64_t series,
			    const struct origin *origin);

/** What a damaged line begins with when it has become a comment. */
#define RECORD_DAMAGED_PREFIX "# damaged: "

/** Room for such a comment, with newline and NUL. */
#define RECORD_DAMAGED_SIZE 1040

/**
 * record_format_damaged - make a comment of a line, and return its length
 *
 * It has nothing that could disturb a terminal or a reader, and is cut off if need be.
 */
size_t record_format_damaged(char text[RECORD_DAMAGED_SIZE], const char *line,
			     size_t length);

/** record_format_series - "@ SERIES packets bytes\n"; returns its length */
size_t record_format_series(char text[RECORD_TEXT_SIZE], uint64_t series,
			    const struct counters *counters);

/** record_format_sample - "T packets bytes [SINCE]\n"; returns its length */
size_t record_format_sample(char text[RECORD_TEXT_SIZE],
			    const struct sample *sample);

#endif
