// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/update_parts.h"

#include <stdio.h>

#include "base/place.h"

#define MINUTE_SECONDS 60

/* Rules are laid so shortly after the machine was started. */
#define START_SECONDS 600

/* Of one monitor. */
struct gathering {
	const struct update_request *request;
	const struct archive *archive;
	const char *monitor;
	const struct live *live;
	const struct series_state *state;	/* the archive's */
	int64_t known;		/* when it, or what the monitor had before, was */
	struct samples *samples;
};

bool update_may_archive(const struct update_request *request)
{
	return belief_is_sure(request->belief) || request->now;
}

/*
 * Samples that the source has no longer leave a gap: what grew in it is in the
 * oldest sample that is left, and when it grew is not known.
 */
static void mark_gap(const struct gathering *gathering, struct sample *oldest)
{
	const struct live *live = gathering->live;
	const struct series_state *state = gathering->state;
	int64_t since = 0;

	if (live->dropped == 0)
		return;
	if (live->dropped == LIVE_UNKNOWN &&
	    (!state->time || oldest->time - state->time <= MINUTE_SECONDS))
		return;
	if (state->time && state->time < oldest->time)
		since = state->time;
	else if (live->created != LIVE_UNKNOWN &&
		 live->created < oldest->time &&
		 belief_of_time(gathering->request->belief, 0, live->created))
		since = live->created;
	if (oldest->time - since <= MINUTE_SECONDS)
		return;
	if (oldest->since == SAMPLE_MINUTE || oldest->since > since)
		oldest->since = since;
}

/* Is the reading above all samples, and what the archive has? */
static bool is_above(const struct gathering *gathering)
{
	const struct samples *samples = gathering->samples;
	const struct counters *known = samples->count ?
		&samples->list[samples->count - 1].counters :
		&gathering->state->counters;

	return counters_compare(&gathering->live->counters, known) > 0;
}

/* 0: it can't be believed, or nothing can. */
static int64_t time_of_reading(const struct gathering *gathering)
{
	const struct belief *belief = gathering->request->belief;
	const int64_t time = gathering->live->time_rounded_up;

	return belief_is_sure(belief) &&
	       belief_of_time(belief, gathering->known, time) ? time : 0;
}

/* For "update --now": the reading itself, as the last record. */
static int add_reading(const struct gathering *gathering)
{
	const struct live *live = gathering->live;
	const struct samples *samples = gathering->samples;
	struct sample reading = { .time = live->time_rounded_up,
				  .since = live->time - live->time % MINUTE_SECONDS,
				  .counters = live->counters };
	int64_t before = gathering->state->time;

	if (!is_above(gathering) || !time_of_reading(gathering))
		return 0;
	if (samples->count)
		before = samples->list[samples->count - 1].time;
	if (before > reading.since)
		reading.since = before;
	if (reading.since >= reading.time)
		reading.since = reading.time - 1;
	return samples_add(gathering->samples, &reading);
}

/*
 * How long there has been the monitor, by the clock as it is now. One that is as old
 * as the machine is up, but for what comes before the rules, was made at the start.
 */
static int64_t find_age(const struct gathering *gathering)
{
	const struct live *live = gathering->live;
	const int64_t uptime = gathering->request->belief->clock.uptime;
	int64_t age;

	if (live->created == LIVE_UNKNOWN)
		return uptime;
	if (live->created > live->time)
		return 0;
	age = live->time - live->created;
	return uptime - age < START_SECONDS ? uptime : age;
}

/*
 * The least time that can have gone by since the newest record. A monitor that the
 * archive does not know was made after it, at the machine's start or later.
 */
static int64_t find_elapsed(const struct gathering *gathering)
{
	const struct belief *belief = gathering->request->belief;
	const struct samples *samples = gathering->samples;
	int64_t elapsed = MINUTE_SECONDS;

	if (!gathering->state->found && find_age(gathering))
		return find_age(gathering);
	for (size_t at = 0; at < samples->count; at++) {
		const int64_t time = samples->list[at].time;

		if (belief_of_time(belief, gathering->known, time))
			continue;
		if (gathering->live->time > time)
			elapsed += gathering->live->time - time;
		break;
	}
	return elapsed < belief->clock.uptime ? elapsed : belief->clock.uptime;
}

/*
 * There is no record to go by, or it may be the one that is wrong: the reading is
 * remembered, and archived when the time is known. Until then limits have it.
 */
static int hold_reading(const struct gathering *gathering)
{
	struct clock_held held = { .series = gathering->live->series,
				   .counters = gathering->live->counters };

	snprintf(held.monitor, sizeof(held.monitor), "%s", gathering->monitor);
	return clock_memory_hold(&gathering->request->belief->memory, &held);
}

/*
 * The newest record as it was before anything was placed after it since the machine was
 * started. It is remembered before that is written: who finds the one finds the other.
 */
static int64_t find_base(const struct gathering *gathering)
{
	struct belief *belief = gathering->request->belief;
	const uint64_t boot = place_find().boot;
	struct clock_mark *base = &belief->memory.base;
	struct clock_memory current;

	clock_memory_read(&current, gathering->archive);
	*base = current.base;
	clock_memory_free(&current);
	if (base->time && base->time <= belief->newest &&
	    base->boot == boot && base->uptime <= belief->clock.uptime)
		return base->time;
	*base = (struct clock_mark){
		.time = belief->newest, .boot = boot,
		.uptime = belief->clock.uptime,
	};
	/* If that fails, what is counted is still worth more than its time. */
	clock_memory_write(&belief->memory, gathering->archive, CLOCK_BASE);
	return base->time;
}

/* The reading of a machine that goes down and does not know what time it is. */
static int place_reading(const struct gathering *gathering, int64_t elapsed)
{
	const struct belief *belief = gathering->request->belief;
	const int64_t newest = belief->newest;
	const int64_t before = gathering->state->time;
	struct sample reading = { .time = newest + elapsed,
				  .counters = gathering->live->counters };

	if (!newest)
		return hold_reading(gathering);
	reading.since = find_base(gathering);
	if (reading.time > reading.since + belief->clock.uptime)
		reading.time = reading.since + belief->clock.uptime;
	if (reading.time <= newest)
		reading.time = newest + 1;
	if (before > reading.since && before < reading.time)
		reading.since = before;
	if (!is_above(gathering) || reading.time > SAMPLE_TIME_MAX)
		return 0;
	return samples_add(gathering->samples, &reading);
}

/* Was the clock later than it is now? Then it can't be believed. */
static bool contradict(struct belief *belief, const struct samples *samples,
		       const char *monitor)
{
	const int64_t latest = belief->clock.now + BELIEF_MARGIN;

	if (!belief_is_sure(belief) || belief->clock.is_synchronised)
		return false;
	for (size_t at = 0; at < samples->count; at++) {
		const int64_t time = samples->list[at].time;

		if (time <= latest || time <= belief->newest ||
		    belief_passes_over(belief, time) ||
		    belief_is_ahead(belief, time))
			continue;
		belief->newest = time;
		snprintf(belief->newest_of, sizeof(belief->newest_of), "%s",
			 monitor);
	}
	belief_judge(belief);
	return !belief_is_sure(belief);
}

int update_samples(const struct update_request *request,
		   struct source_reading *reading,
		   const struct archive_walk *walk, struct samples *samples)
{
	struct belief *belief = request->belief;
	struct gathering gathering = {
		.request = request, .archive = walk->archive,
		.monitor = reading->monitor,
		.live = &reading->live,
		.state = &walk->state, .samples = samples,
	};
	bool reached = false;
	bool is_folded;
	int64_t elapsed;
	int error = source_collect(reading, walk->state.found ?
				   &walk->state.counters : NULL, samples,
				   &reached);

	if (error)
		return error;
	if (contradict(belief, samples, reading->monitor)) {
		belief_settle(belief, request->archive_path, request->messages);
		if (!request->now) {
			samples_free(samples);
			return 0;
		}
	}
	if (request->now && belief_may_be_right(belief)) {
		samples_free(samples);
		return is_above(&gathering) ? hold_reading(&gathering) : 0;
	}
	gathering.known = belief_known(belief, reading->live.time,
				       walk->state.time, walk->archive,
				       walk->files, walk->count);
	elapsed = find_elapsed(&gathering);
	is_folded = belief_fold(belief, gathering.known,
				time_of_reading(&gathering), samples);
	if (samples->count && !reached)
		mark_gap(&gathering, &samples->list[0]);
	if (!request->now)
		return 0;
	if (!belief_is_sure(belief))
		return place_reading(&gathering, elapsed);
	if (!is_folded)
		return add_reading(&gathering);
	samples->list[samples->count - 1].counters = reading->live.counters;
	return 0;
}
