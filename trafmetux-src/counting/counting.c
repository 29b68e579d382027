// SPDX-License-Identifier: GPL-2.0-or-later
#include "counting/counting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive_file.h"
#include "index/archive_walk.h"
#include "index/belief.h"
#include "base/array.h"
#include "meter/meters.h"

/* While monitors are judged. */
struct judge {
	const struct counting_request *request;
	struct counting *counting;
	struct monitor_names live;
	struct meters meters;	/* that are remembered */
	int list_error;
	bool is_gone;		/* the module is not loaded */
	uint64_t network;
	bool is_updated;	/* updates run, as far as can be seen */
	bool is_unsure;		/* the clock is not believed: the present stands still */
	struct source_reading reading;
};

static bool is_metered(const struct judge *judge, const char *monitor)
{
	for (size_t at = 0; at < judge->meters.count; at++) {
		if (strcmp(judge->meters.list[at].monitor, monitor) == 0)
			return true;
	}
	return false;
}

static int add(const struct judge *judge, const char *monitor,
	       enum counting_cause cause, int64_t since)
{
	struct counting *counting = judge->counting;
	struct counting_fault *fault;

	if (array_reserve((void **)&counting->list, &counting->capacity,
			  counting->count + 1, sizeof(*fault)))
		return -ENOMEM;
	fault = &counting->list[counting->count++];
	*fault = (struct counting_fault){ .cause = cause, .since = since,
					  .is_metered = is_metered(judge, monitor) };
	memcpy(fault->monitor, monitor, strlen(monitor) + 1);
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct counting_fault *first = left;
	const struct counting_fault *second = right;

	if (first->cause != second->cause)
		return first->cause < second->cause ? -1 : 1;
	if (first->since != second->since)
		return first->since < second->since ? -1 : 1;
	return strcmp(first->monitor, second->monitor);
}

static void sort(struct counting *counting)
{
	if (counting->count)
		qsort(counting->list, counting->count, sizeof(*counting->list),
		      compare);
}

void counting_free(struct counting *counting)
{
	array_free((void **)&counting->list, &counting->capacity);
	counting->count = 0;
}

uint64_t counting_network(const struct expected *expected,
			  const struct place *place)
{
	uint64_t home = expected->home;

	/* Not everybody may ask for it, and in a container it is another. */
	if (!home || expected->boot != place->boot)
		home = place->home;
	return !home || !place->network || place->network == home ?
		0 : place->network;
}

static void read_tail(const struct judge *judge, const char *monitor,
		      struct archive_tail *tail)
{
	const struct counting_request *request = judge->request;
	const struct archive_file *files;
	size_t count;

	files = archive_files_of(request->listing, monitor, &count);
	archive_tail_read(request->archive, files, count, request->context->present,
			  tail);
}

/*
 * Since when? An update notes it. Where none did, the monitor counted when its last
 * record was written, and when an update saw it last.
 */
static int64_t find_since(const struct judge *judge,
			  const struct expected_entry *entry)
{
	struct archive_tail tail;
	int64_t since = entry->since;

	if (entry->state != EXPECTED_COUNTS)
		return since;
	read_tail(judge, entry->monitor, &tail);
	if (tail.time > since)
		since = tail.time;
	if (judge->request->expected->updated > since)
		since = judge->request->expected->updated;
	return since;
}

/* Nothing is noted while the clock is not believed: since when, nobody knows. */
static int judge_unsure(struct judge *judge, const struct expected_entry *entry,
			enum counting_cause cause)
{
	const bool is_noted = entry->state != EXPECTED_COUNTS;

	if (judge->request->place.uptime < COUNTING_GRACE_SECONDS)
		return 0;
	if (add(judge, entry->monitor, cause,
		is_noted ? entry->since : 0))
		return -ENOMEM;
	judge->counting->list[judge->counting->count - 1].is_guess = !is_noted;
	return 0;
}

static int judge_loss(struct judge *judge, const struct expected_entry *entry,
		      enum counting_cause cause)
{
	const struct counting_request *request = judge->request;
	int64_t since;

	if (judge->is_unsure)
		return judge_unsure(judge, entry, cause);
	/* Updates run, and the last one saw it count: that is minutes ago. */
	if (entry->state == EXPECTED_COUNTS && request->expected->known &&
	    judge->is_updated)
		return 0;
	since = find_since(judge, entry);
	/* Hardly later than now: the clock was set a little. */
	if (since > request->context->present + COUNTING_GRACE_SECONDS)
		since = 0;
	if ((since && request->context->present - since < COUNTING_GRACE_SECONDS) ||
	    request->place.uptime < COUNTING_GRACE_SECONDS)
		return 0;
	if (add(judge, entry->monitor, cause, since))
		return -ENOMEM;
	judge->counting->list[judge->counting->count - 1].is_guess =
		entry->state == EXPECTED_COUNTS;
	return 0;
}

/*
 * Was it taken by a clock that was set? Else no update could archive it. @last is the
 * monitor's newest record.
 */
static bool is_dated(const struct judge *judge, const struct sample *sample,
		     int64_t last)
{
	const struct belief *belief = judge->request->context->source->belief;

	return !belief || (sample->time >= belief->release &&
			   sample->time >= last - BELIEF_MARGIN);
}

/* Was the clock not set since the machine was started, and no update noted since? */
static bool was_unsure(const struct judge *judge)
{
	const struct counting_request *request = judge->request;
	const struct belief *belief = request->context->source->belief;
	const int64_t updated = request->expected->updated;

	return belief && belief->memory.disbelieved &&
	       belief->memory.disbelieved < updated &&
	       updated < request->context->present - request->place.uptime;
}

/* The newest sample that an update should have archived: 1, 0 none, -errno. */
static int find_overdue(struct judge *judge, struct sample *sample)
{
	const struct counting_request *request = judge->request;
	const int64_t latest = request->context->present -
			       expected_patience(request->expected);
	int more;

	do
		more = judge->reading.source->operations->next(&judge->reading,
							       sample);
	while (more > 0 && sample->time > latest);
	return more;
}

/* The time of the oldest sample that the archive lacks; 0: it lacks none. */
static int64_t find_unarchived(struct judge *judge, const char *monitor,
			       int64_t last)
{
	const struct counting_request *request = judge->request;
	const struct source *source = request->context->source;
	const struct live *live = &judge->reading.live;
	const struct archive_file *files;
	struct samples samples = { 0 };
	struct archive_walk walk;
	int64_t found = 0;
	size_t count;
	int error;

	files = archive_files_of(request->listing, monitor, &count);
	if (source->operations->open(source, monitor, &judge->reading))
		return 0;
	error = archive_walk_start(&walk, request->archive, files, count,
				   live->series, &live->counters);
	if (!error) {
		archive_walk_newest(&walk);
		error = source_collect(&judge->reading, walk.state.found ?
				       &walk.state.counters : NULL, &samples,
				       NULL);
	}
	for (size_t at = 0; !error && !walk.refused && !found &&
			    at < samples.count; at++) {
		if (is_dated(judge, &samples.list[at], last))
			found = samples.list[at].time;
	}
	samples_free(&samples);
	archive_walk_end(&walk);
	judge->reading.source->operations->close(&judge->reading);
	return found;
}

/* Is what it counts archived? The source is being read. */
static int judge_archived(struct judge *judge, const char *monitor)
{
	const struct counting_request *request = judge->request;
	const uint64_t series = judge->reading.live.series;
	struct archive_tail tail;
	struct sample sample;
	int64_t since;
	const int more = find_overdue(judge, &sample);

	judge->reading.source->operations->close(&judge->reading);
	if (more <= 0)
		return 0;
	read_tail(judge, monitor, &tail);
	if (tail.time && tail.series == series &&
	    counters_compare(&tail.counters, &sample.counters) >= 0)
		return 0;
	since = find_unarchived(judge, monitor, tail.time);
	if (!since || request->context->present - since <
	    expected_patience(request->expected))
		return 0;
	return add(judge, monitor, COUNTING_NO_UPDATE, since);
}

/* Is not all of it counted? The source is being read. */
static int judge_fewer(struct judge *judge, const struct expected_entry *entry)
{
	const uint64_t left = (uint64_t)live_feeders(&judge->reading.live);
	struct counting *counting = judge->counting;
	const size_t before = counting->count;
	int error;

	judge->reading.source->operations->close(&judge->reading);
	error = judge_loss(judge, entry, COUNTING_FEWER_RULES);
	if (!error && counting->count > before) {
		counting->list[before].rules = entry->references;
		counting->list[before].gone = entry->references - left;
	}
	return error;
}

/* Why there is no such monitor any more, which no meter was to feed. */
static enum counting_cause find_absent(const struct source *source, const char *monitor)
{
	const struct source *chosen = source_chosen(source, monitor);

	if (chosen)
		return strcmp(chosen->operations->kind, "interface") == 0 ?
			       COUNTING_NO_DEVICE : COUNTING_NO_RULE;
	return source_lacks_module(source) ? COUNTING_NO_MODULE : COUNTING_NO_RULE;
}

/* Why nothing feeds it, where it was last found to have @live or nothing. */
static enum counting_cause find_cause(const struct judge *judge, const char *monitor,
				      const struct live *live)
{
	const struct meters *meters = &judge->meters;

	if (!is_metered(judge, monitor) && !live)
		return find_absent(judge->request->context->source, monitor);
	if (!is_metered(judge, monitor))
		return live->is_metered ? COUNTING_NO_DEVICE : COUNTING_NO_RULE;
	for (size_t at = 0; at < meters->count; at++) {
		if (strcmp(meters->list[at].monitor, monitor) == 0 &&
		    if_nametoindex(meters->list[at].device))
			return COUNTING_NO_METER;
	}
	return COUNTING_NO_DEVICE;
}

static int judge_seen(struct judge *judge, const struct expected_entry *entry)
{
	const struct source *source = judge->request->context->source;
	const struct expected *expected = judge->request->expected;
	int error = source->operations->open(source, entry->monitor,
					     &judge->reading);
	const struct live *live = &judge->reading.live;

	if (error == -ENOENT)
		return judge_loss(judge, entry, find_cause(judge, entry->monitor, NULL));
	/* Whoever reads it says why it can't be read. */
	if (error)
		return 0;
	if (live_feeders(live) == 0) {
		source->operations->close(&judge->reading);
		return judge_loss(judge, entry, find_cause(judge, entry->monitor, live));
	}
	if (live_feeders(live) > 0 && (uint64_t)live_feeders(live) < entry->references)
		return judge_fewer(judge, entry);
	/* Updates archive nothing then, and the clock is the reason. */
	if (judge->request->is_updating || judge->is_unsure) {
		source->operations->close(&judge->reading);
		return 0;
	}
	/* Without traffic, only the updates themselves can be missed. */
	if (expected->updated && !judge->is_updated && !was_unsure(judge)) {
		source->operations->close(&judge->reading);
		return add(judge, entry->monitor, COUNTING_NO_UPDATE,
			   expected->updated);
	}
	return judge_archived(judge, entry->monitor);
}

static int judge_entry(struct judge *judge, const struct expected_entry *entry)
{
	/* Of what no update noted, nobody knows whose it is. */
	const bool is_ours = entry->network == judge->network ||
			     !judge->request->expected->known;

	if (entry->state == EXPECTED_RETIRED)
		return 0;
	if (judge->is_gone)
		return judge_loss(judge, entry, COUNTING_NO_MODULE);
	if (judge->list_error == -ENOENT && !judge->request->is_updating)
		return add(judge, entry->monitor, COUNTING_UNSEEN, 0);
	/* Whoever reads it says why it can't be read. */
	if (judge->list_error)
		return 0;
	if (monitor_names_hold(&judge->live, entry->monitor) || is_ours)
		return judge_seen(judge, entry);
	/* In the machine's own, nobody wonders about the others. */
	return judge->network && !judge->request->is_updating ?
		add(judge, entry->monitor, COUNTING_ELSEWHERE, 0) : 0;
}

/* The module went once for all: after the last record there is. */
static void join_guesses(struct counting *counting)
{
	int64_t last = 0;

	for (size_t at = 0; at < counting->count; at++) {
		const struct counting_fault *fault = &counting->list[at];

		if (fault->cause == COUNTING_NO_MODULE && fault->is_guess &&
		    fault->since > last)
			last = fault->since;
	}
	for (size_t at = 0; at < counting->count; at++) {
		struct counting_fault *fault = &counting->list[at];

		if (fault->cause == COUNTING_NO_MODULE && fault->is_guess)
			fault->since = last;
	}
}

int counting_find(const struct counting_request *request,
		  struct counting *counting)
{
	const struct context *context = request->context;
	const struct source *source = context->source;
	const struct expected *expected = request->expected;
	char reason[SOURCE_REASON_SIZE];
	struct judge *judge;
	int error = 0;

	/* What another machine expected, this one does not. */
	if (expected_is_foreign(expected, request->place.machine))
		return 0;
	judge = calloc(1, sizeof(*judge));
	if (!judge)
		return -ENOMEM;
	judge->request = request;
	judge->counting = counting;
	judge->is_unsure = !context->is_past && source->belief &&
			   !belief_is_sure(source->belief);
	judge->network = counting_network(expected, &request->place);
	judge->is_updated = (context->is_past ||
			     expected->updated <= context->present + 60) &&
			    context->present - expected->updated <
			    EXPECTED_BEAT_SECONDS + expected_patience(expected);
	judge->list_error = source->operations->list(source, &judge->live);
	/* What can't be read is taken for nothing: it only makes words. */
	meters_read(&judge->meters, request->archive);
	judge->is_gone = judge->list_error &&
			 source_list_reason(source, judge->list_error, reason);
	for (size_t at = 0; !error && at < expected->count; at++) {
		const struct expected_entry *entry = &expected->list[at];

		if (!request->wanted ||
		    monitor_names_hold(request->wanted, entry->monitor))
			error = judge_entry(judge, entry);
	}
	join_guesses(counting);
	sort(counting);
	monitor_names_free(&judge->live);
	meters_free(&judge->meters);
	free(judge);
	return error;
}
