// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive_scan.h"

int archive_walk_start(struct archive_walk *walk, const struct archive *archive,
		       const struct archive_file *files, size_t count,
		       uint64_t series, const struct counters *limit)
{
	*walk = (struct archive_walk){
		.archive = archive, .files = files, .count = count,
		.series = series, .limit = limit,
	};
	walk->known = calloc(count ? count : 1, sizeof(*walk->known));
	return walk->known ? 0 : -ENOMEM;
}

void archive_walk_know(struct archive_walk *walk, size_t file,
		       const struct series_state *state)
{
	walk->known[file].visited = true;
	walk->known[file].state = *state;
	series_state_merge(&walk->state, state);
}

void archive_walk_refuse(struct archive_walk *walk, size_t file)
{
	walk->known[file].visited = true;
	walk->known[file].reported = true;
}

/* Something that is no plain file was never written to, and holds nothing. */
static void refuse(struct archive_walk *walk, size_t file, int error)
{
	archive_walk_refuse(walk, file);
	if (error != -ELOOP)
		walk->refused = true;
}

static void visit(struct archive_walk *walk, size_t at)
{
	const struct archive_file *file = &walk->files[at];
	struct archive_scan scan = { .series = walk->series,
				     .limit = walk->limit };
	int descriptor;
	int error;

	if (walk->known[at].visited)
		return;
	descriptor = archive_open_file(walk->archive, file, O_RDONLY);
	error = descriptor < 0 ? descriptor :
				 archive_scan_tail(descriptor, &scan);
	if (descriptor >= 0)
		close(descriptor);
	if (error && error != -ENOENT) {
		archive_scan_report(walk->archive, file, &scan, error);
		refuse(walk, at, error);
		return;
	}
	if (scan.beyond)
		archive_report(walk->archive, file,
			       "holds a damaged record, above what the kernel has counted; move that line out of the file");
	archive_walk_know(walk, at, &scan.state);
}

/* Visits a file; true when it is the one that is written on. */
static bool settle(struct archive_walk *walk, size_t at)
{
	const struct archive_walk_file *known = &walk->known[at];

	visit(walk, at);
	if (!known->state.found || known->state.left)
		return false;
	walk->has_current = true;
	walk->current = at;
	return true;
}

bool archive_walk_newest(struct archive_walk *walk, int32_t today)
{
	for (size_t at = walk->count; at-- > 0;) {
		if (settle(walk, at))
			return true;
		/*
		 * A file of today or before without the series: no older one
		 * has it, unless a mark says that it was left for one.
		 */
		if (!walk->known[at].reported && !walk->state.found &&
		    walk->files[at].day <= today)
			break;
	}
	return false;
}

/* Visits the files of a date and, as the zone may have changed, next to it. */
static bool settle_near(struct archive_walk *walk, int32_t day)
{
	for (size_t at = walk->count; at-- > 0;) {
		int32_t distance = walk->files[at].day - day;

		if (distance >= -1 && distance <= 1 &&
		    !walk->known[at].visited && settle(walk, at))
			return true;
	}
	return false;
}

void archive_walk_near(struct archive_walk *walk, struct calendar *calendar,
		       const struct samples *samples, int64_t created)
{
	int32_t before = INT32_MIN;

	for (size_t at = samples->count; at-- > 0;) {
		int32_t day = calendar_day(calendar,
					   samples->list[at].time - 1);

		if (day != before && settle_near(walk, day))
			return;
		before = day;
	}
	if (created >= 0)
		settle_near(walk, calendar_day(calendar, created));
}

void archive_walk_end(struct archive_walk *walk)
{
	free(walk->known);
	walk->known = NULL;
}
