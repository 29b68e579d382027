// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "archive_index_file.h"
#include "archive_scan.h"

/* An update makes a file before it writes the first lines: that moment is no damage. */
static bool stays_empty(const struct archive *archive,
			const struct archive_file *file)
{
	uint64_t size;
	int64_t changed;

	return !archive_file_state(archive, file, &size, &changed) && !size &&
	       archive_index_settled(changed);
}

void archive_scan_report(const struct archive *archive,
			 const struct archive_file *file,
			 const struct archive_scan *scan, int error)
{
	static const char torn[] =
		"last line is cut off and was left out; its traffic is counted with the next record, unless the counters began anew before that";
	char words[256];

	if (error == -EPROTO) {
		archive_report(archive, file,
			       "written by a newer trafmetux (archive version %"
			       PRIu64 "); install that version", scan->version);
	} else if (error) {
		archive_report(archive, file, "%s", message_reason(-error));
	} else if (scan->damaged) {
		snprintf(words, sizeof(words), "%" PRIu64 " damaged line%s",
			 scan->damaged, scan->damaged == 1 ? "" : "s");
		archive_report(archive, file,
			       "%s, the first is line %" PRIu64
			       "; the rest was used, and their traffic is counted with the next whole record%s%s",
			       words, scan->damaged_lines[0],
			       scan->torn ? "; the " : "",
			       scan->torn ? torn : "");
	} else if (scan->torn) {
		archive_report(archive, file, "the %s", torn);
	} else if (scan->empty && stays_empty(archive, file)) {
		archive_report(archive, file,
			       "empty; its traffic is counted with the next record, unless the counters began anew before that");
	}
}
