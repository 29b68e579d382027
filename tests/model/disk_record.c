// SPDX-License-Identifier: GPL-2.0-or-later
/* Inside a run: what is written, made, renamed, removed and waited for, into a log. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "disk.h"
#include "model.h"

int __real_fstat64(int descriptor, struct stat *status);
int __real_fstatat64(int directory, const char *name, struct stat *status, int flags);

/* What was before the call. */
static uint64_t offset_before;
static bool was_there;
static uint64_t inode_before;

static uint64_t inode_of(int descriptor)
{
	struct stat status;

	return __real_fstat64(descriptor, &status) ? 0 : status.st_ino;
}

static uint64_t inode_named(int folder, const char *name)
{
	struct stat status;

	return __real_fstatat64(folder, name, &status, AT_SYMLINK_NOFOLLOW) ?
		       0 : status.st_ino;
}

/* The folder that a path is in, and its name there. */
static uint64_t split(int folder, const char *path, const char **name)
{
	char above[512];
	const char *end = strrchr(path, '/');

	*name = end ? end + 1 : path;
	if (!end)
		return folder == AT_FDCWD ? inode_named(AT_FDCWD, ".") :
					    inode_of(folder);
	memcpy(above, path, (size_t)(end - path));
	above[end - path] = '\0';
	return inode_named(folder, above);
}

static void put(const struct disk_operation *wanted, const char *name,
		const char *other, const void *data)
{
	struct disk_operation operation = *wanted;
	char *log = (char *)(trap_shared + 1) + trap_shared->log_length;
	size_t size;

	operation.name_length = name ? (uint32_t)strlen(name) + 1 : 0;
	operation.other_length = other ? (uint32_t)strlen(other) + 1 : 0;
	size = sizeof(operation) + operation.name_length + operation.other_length +
	       operation.length;
	size = (size + 7) / 8 * 8;
	if (trap_shared->log_length + size > DISK_LOG_MAX)
		abort();
	operation.size = (uint32_t)size;
	memcpy(log, &operation, sizeof(operation));
	log += sizeof(operation);
	if (name)
		memcpy(log, name, operation.name_length);
	log += operation.name_length;
	if (other)
		memcpy(log, other, operation.other_length);
	log += operation.other_length;
	if (operation.length)
		memcpy(log, data, operation.length);
	trap_shared->log_length += size;
}

static uint64_t write_offset(int descriptor)
{
	struct stat status;

	if (!(fcntl(descriptor, F_GETFL) & O_APPEND))
		return (uint64_t)lseek(descriptor, 0, SEEK_CUR);
	return __real_fstat64(descriptor, &status) ? 0 : (uint64_t)status.st_size;
}

void disk_record_before(bool wanted, long number, const long *arguments)
{
	if (!wanted)
		return;
	if (number == SYS_write)
		offset_before = write_offset((int)arguments[0]);
	else if (number == SYS_pwrite64)
		offset_before = (uint64_t)arguments[3];
	else if (number == SYS_openat || number == SYS_unlinkat) {
		inode_before = inode_named((int)arguments[0],
					   (const char *)arguments[1]);
		was_there = inode_before != 0;
	}
}

static void record_open(const long *arguments, long result)
{
	struct disk_operation operation = { .kind = DISK_CREATE };
	const char *name;

	operation.inode = inode_of((int)result);
	if (arguments[2] & O_CREAT && !was_there) {
		operation.folder = split((int)arguments[0],
					 (const char *)arguments[1], &name);
		put(&operation, name, NULL, NULL);
	} else if (arguments[2] & O_TRUNC) {
		operation.kind = DISK_TRUNCATE;
		put(&operation, NULL, NULL, NULL);
	}
}

static void record_names(long number, const long *arguments)
{
	const char *path = (const char *)arguments[1];
	struct disk_operation operation = { .kind = DISK_UNLINK };
	const char *name;
	const char *other = NULL;

	operation.folder = split((int)arguments[0], path, &name);
	operation.inode = inode_before;
	if (number == SYS_mkdirat) {
		operation.kind = DISK_MKDIR;
		operation.inode = inode_named((int)arguments[0], path);
	} else if (number != SYS_unlinkat) {
		operation.kind = DISK_RENAME;
		operation.other_folder = split((int)arguments[2],
					       (const char *)arguments[3], &other);
	}
	put(&operation, name, other, NULL);
}

void disk_record_after(bool wanted, long number, const long *arguments,
		       long result)
{
	struct disk_operation operation = { .offset = offset_before };

	if (!wanted || result < 0)
		return;
	switch (number) {
	case SYS_openat:
		record_open(arguments, result);
		break;
	case SYS_write:
	case SYS_pwrite64:
		operation.kind = DISK_WRITE;
		operation.inode = inode_of((int)arguments[0]);
		operation.length = (uint32_t)result;
		put(&operation, NULL, NULL, (const void *)arguments[1]);
		break;
	case SYS_ftruncate:
		operation.kind = DISK_TRUNCATE;
		operation.inode = inode_of((int)arguments[0]);
		operation.offset = (uint64_t)arguments[1];
		put(&operation, NULL, NULL, NULL);
		break;
	case SYS_fsync:
	case SYS_fdatasync:
		operation.kind = DISK_SYNC;
		operation.inode = inode_of((int)arguments[0]);
		put(&operation, NULL, NULL, NULL);
		break;
	case SYS_unlinkat:
	case SYS_mkdirat:
	case SYS_renameat2:
#ifdef SYS_renameat
	case SYS_renameat:
#endif
		record_names(number, arguments);
		break;
	case SYS_read:
	case SYS_pread64:
	case SYS_getdents64:
	case SYS_close:
		break;
	default:
		/* A call by a name of old, which nothing here records. */
		abort();
	}
}
