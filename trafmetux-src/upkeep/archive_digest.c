// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/archive_digest.h"

#include "upkeep/archive_thin.h"

/* Of FNV-1a, 64 bits; see RFC 9923. */
#define HASH_START UINT64_C(14695981039346656037)
#define HASH_PRIME UINT64_C(1099511628211)

struct archive_digest archive_digest_start(struct calendar *calendar)
{
	return (struct archive_digest){ .calendar = calendar,
					.hash = HASH_START };
}

static void add_number(struct archive_digest *digest, uint64_t number)
{
	for (int at = 0; at < 64; at += 8) {
		digest->hash ^= number >> at & 255;
		digest->hash *= HASH_PRIME;
	}
}

static void add_piece(struct archive_digest *digest)
{
	const struct growth *piece = &digest->piece;

	if (!digest->has_piece)
		return;
	add_number(digest, piece->series);
	add_number(digest, (uint64_t)piece->time);
	add_number(digest, (uint64_t)piece->since);
	add_number(digest, piece->from.packets);
	add_number(digest, piece->from.bytes);
	add_number(digest, piece->counters.packets);
	add_number(digest, piece->counters.bytes);
	digest->has_piece = false;
}

static int add_growth(void *context, const struct growth *growth)
{
	struct archive_digest *digest = context;
	struct growth *piece = &digest->piece;
	struct growth next = *growth;

	counters_add(&digest->total, &growth->counters);
	if (digest->calendar) {
		next.time = archive_thin_start(digest->calendar, growth->time);
		/* Whatever began before its interval has to say so still. */
		if (growth->since >= next.time)
			next.since = SAMPLE_MINUTE;
		if (digest->has_piece && piece->series == next.series &&
		    piece->time == next.time &&
		    piece->since == SAMPLE_MINUTE && next.since == SAMPLE_MINUTE) {
			counters_add(&piece->counters, &next.counters);
			return 0;
		}
	}
	add_piece(digest);
	*piece = next;
	digest->has_piece = true;
	return 0;
}

void archive_digest_add(struct archive_digest *digest, struct archive_scan *scan)
{
	scan->sink = add_growth;
	scan->context = digest;
	archive_scan_grow(scan);
}

bool archive_digest_same(struct archive_digest *left, struct archive_digest *right)
{
	add_piece(left);
	add_piece(right);
	return left->hash == right->hash &&
	       counters_compare(&left->total, &right->total) == 0;
}
