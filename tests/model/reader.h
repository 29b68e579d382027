/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define READER_SERIES_MAX 256

/* How far a series has come. */
struct reached {
	uint64_t id;
	uint64_t packets;
	uint64_t bytes;
	uint64_t first_packets;		/* the lowest state of an "@" */
	uint64_t first_bytes;
};

/* Of all series of a monitor in a folder; how many there are. */
size_t reader_read(const char *folder, const char *monitor, struct reached *list);

/* A whole file, NUL-terminated, for the caller to free; NULL if there is none. */
char *reader_text(const char *path, size_t *length);

/* Is it the name of one of the monitor's files? */
bool reader_is_of(const char *name, const char *monitor, bool *is_month);

#endif
