/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files: opening, writing all of a text, waiting for the disk; and where they are. */
#ifndef TRAFMETUX_FILE_H
#define TRAFMETUX_FILE_H

#include <stddef.h>

/**
 * file_open_plain - open a plain file, and nothing else
 * @flags:	of open(2); whoever makes it lets all read it
 *
 * Returns a descriptor, -ELOOP for what is no plain file, or another -errno.
 */
int file_open_plain(int directory, const char *name, int flags);

/**
 * file_write - write all of it, however often that takes
 *
 * Returns 0 or -errno; a part may be written then.
 */
int file_write(int descriptor, const void *bytes, size_t length);

/**
 * disk_sync - wait until the disk has a file or directory
 *
 * A file system that knows no waiting, as some network and FUSE file systems do for
 * directories, has nothing to wait for: that is no error.
 *
 * Returns 0 or -errno.
 */
int disk_sync(int descriptor);

/** disk_sync_data - likewise, without times that nobody reads: for what is appended to */
int disk_sync_data(int descriptor);

/* Where things are unless the command line says otherwise. */
#ifndef TRAFMETUX_ARCHIVE_PATH
#define TRAFMETUX_ARCHIVE_PATH "/var/lib/trafmetux"
#endif
/* For what can't be remembered there; it goes with the machine. */
#ifndef TRAFMETUX_RUN_PATH
#define TRAFMETUX_RUN_PATH "/run/trafmetux"
#endif
#ifndef TRAFMETUX_SOURCE_PATH
#define TRAFMETUX_SOURCE_PATH "/proc/trafmetux"
#endif
#ifndef TRAFMETUX_CONFIG_PATH
#define TRAFMETUX_CONFIG_PATH "/etc/trafmetux.conf"
#endif
/* Commands of their own; seen from the folder that the program is in, if relative. */
#ifndef TRAFMETUX_LIBEXECDIR
#define TRAFMETUX_LIBEXECDIR "../libexec/trafmetux"
#endif

#endif
