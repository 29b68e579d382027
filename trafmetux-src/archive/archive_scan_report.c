// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "archive/archive_scan.h"

/* An update makes a file before it writes the first lines: that moment is no damage. */
static bool stays_empty(const struct archive *archive,
			const struct archive_file *file)
{
	uint64_t size;
	int64_t changed;

	return !archive_file_state(archive, file, &size, &changed) && !size &&
	       !archive_is_recent(changed);
}

/* What can't be known is trouble; all else is told with what mends it. */
static void tell_damage(const struct archive *archive,
			const struct archive_file *file, const char *words,
			bool is_known)
{
	if (is_known)
		archive_tell(archive, file,
			     "%s; nothing is missing in the sums; mend it with 'trafmetux verify --repair'",
			     words);
	else
		archive_report(archive, file,
			       "%s; what it told can't be known; 'trafmetux verify --repair' sets it aside",
			       words);
}

void archive_scan_report(const struct archive *archive,
			 const struct archive_file *file,
			 const struct archive_scan *scan, int error,
			 bool is_known)
{
	char words[128];
	int length = 0;

	if (error == -EPROTO) {
		archive_report(archive, file,
			       "written by a newer trafmetux (archive version %"
			       PRIu64 "); install that version", scan->version);
	} else if (error) {
		archive_report(archive, file, "%s", message_reason(-error));
	} else if (scan->empty && stays_empty(archive, file)) {
		archive_report(archive, file,
			       "empty; its traffic is counted with the next record, unless the counters began anew before that");
	} else if (scan->damaged || scan->torn) {
		if (scan->damaged)
			length = snprintf(words, sizeof(words), "%" PRIu64
					  " damaged line%s, the first is line %"
					  PRIu64 "%s", scan->damaged,
					  scan->damaged == 1 ? "" : "s",
					  scan->damaged_lines[0],
					  scan->torn ? "; " : "");
		snprintf(words + length, sizeof(words) - (size_t)length, "%s",
			 scan->torn ? "the last line is cut off" : "");
		tell_damage(archive, file, words, is_known);
	} else if (scan->has_returns) {
		archive_tell(archive, file,
			     "its lines end as on Windows; all of it is read; mend it with 'trafmetux verify --repair'");
	}
}
