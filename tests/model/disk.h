/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a disk holds of writes: recorded in the runs, and replayed as power cuts. */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_LOG_MAX (4 << 20)

enum disk_kind {
	DISK_CREATE,		/* of a file: folder, name, inode */
	DISK_MKDIR,		/* likewise */
	DISK_RENAME,		/* name in folder to name in folder */
	DISK_UNLINK,
	DISK_WRITE,		/* inode, offset, data */
	DISK_TRUNCATE,		/* inode, offset */
	DISK_SYNC,		/* inode, of a file or a folder */
};

/* In the log; name, other name and data follow. */
struct disk_operation {
	uint32_t size;		/* with what follows, a multiple of 8 */
	enum disk_kind kind;
	uint64_t inode;		/* of what it is about */
	uint64_t folder;
	uint64_t other_folder;
	uint64_t offset;
	uint32_t length;	/* of data */
	uint32_t name_length;	/* with their NULs */
	uint32_t other_length;
};

/* In a run: before and after a system call is carried out. */
void disk_record_before(bool wanted, long number, const long *arguments);
void disk_record_after(bool wanted, long number, const long *arguments,
		       long result);

/* In the model: take what a run has recorded; everything before is on the disk. */
void disk_begin(void);
void disk_take(void);

/* How many operations there are that a power cut could take. */
size_t disk_pending(void);

/* Everything that was recorded is on the disk: half a minute has gone by. */
void disk_settle(void);

/*
 * Write the archive as it is after a power cut behind the first @count operations.
 * least: nothing is there but what was waited for; else it is drawn what else is.
 */
void disk_build(const char *folder, size_t count, bool least);

void disk_end(void);

#endif
