// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/archive_month_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "archive/archive_copy.h"
#include "base/file.h"

bool archive_month_whole(const struct archive_scan *scan)
{
	return !scan->damaged && !scan->torn && !scan->empty &&
	       !scan->has_returns && scan->first_time && !scan->is_split &&
	       archive_entries_plain(&scan->entries);
}

bool archive_month_disagree(struct archive_scan *scan, struct archive_scan *next)
{
	const uint64_t damaged = scan->damaged + next->damaged;

	return archive_scan_meet(scan, next) ||
	       scan->damaged + next->damaged != damaged;
}

/* A file beside the month. What can't be read is no reason to doubt the month. */
static bool agrees_with(const struct archive_month *month, struct archive_scan *scan,
			const struct archive_file *other, bool is_before)
{
	struct archive_scan beside;
	int descriptor = other ? archive_open_file(month->archive, other, O_RDONLY) :
				 -ENOENT;
	bool is_well = true;

	if (descriptor < 0)
		return true;
	beside = archive_scan_of(other);
	if (!archive_scan_read(descriptor, &beside))
		is_well = is_before ? !archive_month_disagree(&beside, scan) :
				      !archive_month_disagree(scan, &beside);
	close(descriptor);
	archive_scan_free(&beside);
	return is_well;
}

bool archive_month_fits(const struct archive_month *month,
			struct archive_scan *scan, bool is_first, bool is_last)
{
	return (!is_first || agrees_with(month, scan, month->before, true)) &&
	       (!is_last || agrees_with(month, scan, month->after, false));
}

/* Does the new file, as the disk has it, tell what it should? */
static int check(struct archive_month *month, const char *name)
{
	struct archive_scan scan = archive_scan_of(&month->file);
	struct archive_digest digest = archive_digest_start(month->digest.calendar);
	int descriptor = openat(month->archive->directory, name,
				O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int error;

	if (descriptor < 0)
		return -errno;
	error = archive_scan_read(descriptor, &scan);
	close(descriptor);
	if (!error)
		archive_digest_add(&digest, &scan);
	if (!error && (!archive_month_whole(&scan) ||
		       !archive_digest_same(&digest, &month->digest) ||
		       !archive_month_fits(month, &scan, true, true)))
		error = -EBADMSG;
	archive_scan_free(&scan);
	return error;
}

int archive_month_put(struct archive_month *month, const char *text,
		      size_t length)
{
	const int directory = month->archive->directory;
	char new[ARCHIVE_COPY_NAME_SIZE];
	char name[ARCHIVE_NAME_SIZE];
	int error;

	archive_file_name(&month->file, name);
	snprintf(new, sizeof(new), "%s.new", name);
	/* One may be left from a run that was cut off. */
	unlinkat(directory, new, 0);
	error = archive_write_file(month->archive, new, text, length);
	if (!error)
		error = check(month, new);
	if (!error && renameat(directory, new, directory, name) < 0)
		error = -errno;
	if (error)
		unlinkat(directory, new, 0);
	else
		error = disk_sync(directory);
	return error;
}
