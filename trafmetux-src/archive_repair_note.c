// SPDX-License-Identifier: GPL-2.0-or-later
/* What is to be repaired: damaged files, and the files for missing records. */
#include <errno.h>

#include "archive_repair.h"
#include "array.h"

#define DAY_SECONDS INT64_C(86400)

/* How far an instant of a date can be from the middle of the same date in UTC. */
#define REACH_SECONDS (DAY_SECONDS / 2 + 14 * INT64_C(3600))

int archive_repair_file(struct archive_repair *repair,
			const struct archive_file *file)
{
	int error;

	for (size_t at = 0; at < repair->day_count; at++) {
		if (repair->days[at] == file->day)
			return 0;
	}
	error = array_reserve((void **)&repair->days, &repair->day_capacity,
			      repair->day_count + 1, sizeof(*repair->days));
	if (!error)
		repair->days[repair->day_count++] = file->day;
	return error;
}

int archive_repair_pieces(struct archive_repair *repair,
			  const struct archive_file *file,
			  const struct archive_segments *segments)
{
	const int32_t last_day = archive_file_last_day(file);
	int error = array_reserve((void **)&repair->pieces,
				  &repair->piece_capacity,
				  repair->piece_count + segments->count + 1,
				  sizeof(*repair->pieces));

	for (size_t at = 0; !error && at < segments->count; at++) {
		const struct archive_segment *segment = &segments->list[at];

		repair->pieces[repair->piece_count++] =
			(struct archive_repair_piece){
				.day = file->day, .last_day = last_day,
				.series = segment->series,
				.base = segment->base, .end = segment->end,
			};
	}
	if (!error && segments->count == 0)
		repair->pieces[repair->piece_count++] =
			(struct archive_repair_piece){
				.day = file->day, .last_day = last_day,
				.is_empty = true,
			};
	return error;
}

/* How far a time is from the middle of a file's date in UTC; 0 between two dates. */
static int64_t distance(int64_t time, const struct archive_repair_piece *piece)
{
	const int64_t first = piece->day * DAY_SECONDS + DAY_SECONDS / 2;
	const int64_t last = piece->last_day * DAY_SECONDS + DAY_SECONDS / 2;

	if (time < first)
		return first - time;
	return time > last ? time - last : 0;
}

/*
 * Can the hole be put into the file? It can where it begins with the state that a
 * piece ends with, or ends where that begins, or where nothing else is of a date
 * that it may have.
 */
static bool has_room(const struct archive_repair_piece *piece,
		     const struct growth *hole)
{
	struct counters after = hole->from;

	counters_add(&after, &hole->counters);
	if (piece->is_empty)
		return distance(hole->time, piece) <= REACH_SECONDS;
	return piece->series == hole->series &&
	       (counters_compare(&piece->end, &hole->from) == 0 ||
		counters_compare(&piece->base, &after) == 0);
}

/*
 * By its time alone a hole could be of a date that has no file, or of one whose
 * zone is not ours.
 */
int archive_repair_hole(struct archive_repair *repair, const struct growth *hole)
{
	struct archive_repair_hole found = { .growth = *hole };
	const struct archive_repair_piece *home = NULL;
	int error = array_reserve((void **)&repair->holes,
				  &repair->hole_capacity,
				  repair->hole_count + 1,
				  sizeof(*repair->holes));

	if (error)
		return error;
	for (size_t at = 0; at < repair->piece_count; at++) {
		const struct archive_repair_piece *piece = &repair->pieces[at];

		if (has_room(piece, hole) &&
		    (!home || distance(hole->time, home) >
			      distance(hole->time, piece)))
			home = piece;
	}
	found.day = home ? home->day : 0;
	repair->has_homeless |= !home;
	repair->holes[repair->hole_count++] = found;
	return 0;
}

void archive_repair_free(struct archive_repair *repair)
{
	array_free((void **)&repair->days, &repair->day_capacity);
	array_free((void **)&repair->holes, &repair->hole_capacity);
	array_free((void **)&repair->pieces, &repair->piece_capacity);
	array_free((void **)&repair->done, &repair->done_capacity);
	*repair = (struct archive_repair){ 0 };
}
