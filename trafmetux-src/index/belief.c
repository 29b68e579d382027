// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/belief.h"

#include <string.h>

#define MINUTE_SECONDS 60

/* The latest time that is known to have been; 0: none is. */
static int64_t find_latest(const struct belief *belief)
{
	return belief->newest > belief->reached ? belief->newest :
						  belief->reached;
}

bool belief_is_ahead(const struct belief *belief, int64_t time)
{
	const int64_t latest = find_latest(belief);

	return belief->is_ours && latest && time > latest + BELIEF_SPAN;
}

static void find_present(struct belief *belief)
{
	if (belief_is_sure(belief))
		belief->present = belief->clock.now;
	else if (belief->doubt == BELIEF_AHEAD &&
		 belief->reached >= belief->newest)
		belief->present = belief->reached;
	else if (belief->newest)
		belief->present = belief->newest - 1;
	else
		belief->present = belief->release;
}

bool belief_judge(struct belief *belief)
{
	const int64_t now = belief->clock.now;
	const int64_t latest = now + BELIEF_MARGIN;

	belief->doubt = BELIEF_SURE;
	if (now < belief->release || now > SAMPLE_TIME_MAX) {
		belief->doubt = BELIEF_BEFORE_RELEASE;
	} else if (belief->newest > latest) {
		if (belief->clock.is_synchronised) {
			belief->future = belief->newest;
			memcpy(belief->future_of, belief->newest_of,
			       sizeof(belief->future_of));
			belief->newest = 0;
			return true;
		}
		belief->doubt = BELIEF_BEFORE_NEWEST;
	} else if (belief_is_ahead(belief, now) &&
		   !belief->clock.is_synchronised) {
		belief->doubt = BELIEF_AHEAD;
	}
	find_present(belief);
	if (belief->memory.future > latest &&
	    belief->memory.future > belief->future)
		belief->future = belief->memory.future;
	return false;
}

bool belief_passes_over(const struct belief *belief, int64_t time)
{
	const struct clock_memory *memory = &belief->memory;

	if (memory->future && time <= memory->future &&
	    time > memory->accepted + BELIEF_MARGIN)
		return true;
	return belief->future && time <= belief->future &&
	       time > belief->clock.now + BELIEF_MARGIN;
}

/* Was the time one of a clock that was not believed, and that is not that of now? */
static bool was_disbelieved(const struct belief *belief, int64_t time)
{
	const int64_t start = belief->memory.disbelieved;
	const int64_t end = start + DAY_SECONDS;
	const int64_t now = belief->clock.now;

	if (!start || time < start || time > end)
		return false;
	return !belief_is_sure(belief) || now < start ||
	       now > end + BELIEF_MARGIN;
}

bool belief_of_time(const struct belief *belief, int64_t known, int64_t time)
{
	const int64_t latest = belief->clock.now + BELIEF_MARGIN;

	if (time < belief->release || was_disbelieved(belief, time))
		return false;
	if (!belief_is_sure(belief))
		return time >= belief->newest - BELIEF_MARGIN &&
		       !belief_is_ahead(belief, time);
	/* A state that was recorded in the future tells nothing. */
	if (known > latest)
		known = 0;
	return time <= latest && time >= known - BELIEF_MARGIN;
}

/* What came before the first sample of ours may be of any time up to it. */
static int64_t since_of(const struct belief *belief, int64_t known,
			int64_t time)
{
	if (known < BELIEF_OLDEST ||
	    known > belief->clock.now + BELIEF_MARGIN)
		return 0;
	return known < time - MINUTE_SECONDS ? known : SAMPLE_MINUTE;
}

bool belief_fold(const struct belief *belief, int64_t known, int64_t time,
		 struct samples *samples)
{
	struct sample last = { .time = time };
	bool is_folded = false;
	int64_t before = known;
	size_t kept = 0;

	for (size_t at = 0; at < samples->count; at++) {
		struct sample sample = samples->list[at];

		if (!belief_of_time(belief, known, sample.time)) {
			is_folded = true;
			last.counters = sample.counters;
			continue;
		}
		if (is_folded || (sample.since > 0 &&
				  !belief_of_time(belief, known, sample.since)))
			sample.since = since_of(belief, before, sample.time);
		is_folded = false;
		before = sample.time;
		samples->list[kept++] = sample;
	}
	samples->count = kept;
	if (!is_folded || !time)
		return false;
	/* There is room: at least this one was taken out. */
	last.since = since_of(belief, before, time);
	samples->list[samples->count++] = last;
	return true;
}

void belief_report(const struct belief *belief, struct messages *messages)
{
	char now[CLOCK_TEXT_SIZE];
	char other[CLOCK_TEXT_SIZE];

	clock_format(belief->clock.now, now);
	if (belief->doubt == BELIEF_BEFORE_RELEASE) {
		clock_format(belief->release, other);
		message_report(messages,
			       "the clock says %s, before this release (%s): until it is set, nothing is archived and no period ends",
			       now, other);
	} else if (belief->doubt == BELIEF_AHEAD) {
		clock_format(find_latest(belief), other);
		message_report(messages,
			       "the clock says %s, long after %s (%s): until it is set, nothing is archived; see 'trafmetux clock'",
			       now, belief->newest < belief->reached ?
			       "it was believed" : "the newest record", other);
	} else {
		clock_format(belief->newest, other);
		message_report(messages,
			       "the clock says %s, before %s's record of %s: until it is set, nothing is archived; see 'trafmetux clock'",
			       now, belief->newest_of, other);
	}
}

void belief_free(struct belief *belief)
{
	clock_memory_free(&belief->memory);
}
