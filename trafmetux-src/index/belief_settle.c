// SPDX-License-Identifier: GPL-2.0-or-later
/* What an update says of the clock, and remembers so as to say it once. */
#include "index/belief.h"

#include "base/machine.h"

static const char told_key[] = "clock";

/* Was it told lately, by this very clock? */
static bool was_told(const struct belief *belief)
{
	const int64_t told = belief->memory.disbelieved;
	const int64_t now = belief->clock.now;

	return told && now >= told && now < told + DAY_SECONDS;
}

/* Where .clock can't be written, the notice tells that it was told. */
static unsigned int tell_doubt(struct belief *belief, struct told *told,
			       struct messages *messages)
{
	messages->trouble = true;
	if (was_told(belief))
		return 0;
	if (!told) {
		belief_report(belief, messages);
	} else if (told_due(told, told_key)) {
		told->is_decided = true;
		belief_report(belief, messages);
		told->is_decided = false;
	}
	belief->memory.disbelieved = belief->clock.now > 1 ?
				     belief->clock.now : 1;
	return CLOCK_DISBELIEVED;
}

/* The clock is that of before, and is believed now: it was right. */
static unsigned int take_back(struct belief *belief)
{
	if (!was_told(belief))
		return 0;
	belief->memory.disbelieved = 0;
	return CLOCK_DISBELIEVED;
}

/* NTP vouches for the clock as somebody might have done. */
static unsigned int tell_future(struct belief *belief,
				struct messages *messages)
{
	char time[CLOCK_TEXT_SIZE];

	/* It is there only if they were found, and not passed over. */
	if (!*belief->future_of)
		return 0;
	clock_format(belief->future, time);
	message_report(messages,
		       "%s has records of the future, up to %s; they tell nothing of the time any more, see 'trafmetux clock'",
		       belief->future_of, time);
	belief->memory.accepted = belief->clock.now;
	belief->memory.future = belief->future;
	return CLOCK_ACCEPTED;
}

/*
 * Only what was of the future then is accepted. What is written since bears witness,
 * so the line between the two has to follow the time.
 */
static unsigned int follow_time(struct belief *belief)
{
	struct clock_memory *memory = &belief->memory;
	const int64_t now = belief->clock.now;

	if (!memory->future)
		return 0;
	if (memory->future > now && now < memory->accepted + DAY_SECONDS)
		return 0;
	if (memory->future <= now)
		memory->future = 0;
	else
		memory->accepted = now;
	return CLOCK_ACCEPTED;
}

/* What is placed from now on has its time. */
static unsigned int forget_base(struct belief *belief)
{
	if (!belief->memory.base.time)
		return 0;
	belief->memory.base = (struct clock_mark){ .time = 0 };
	return CLOCK_BASE;
}

unsigned int belief_mark(struct belief *belief)
{
	struct clock_mark *mark = &belief->memory.believed;
	const int64_t now = belief->clock.now;

	if (mark->time && now >= mark->time && now < mark->time + DAY_SECONDS)
		return 0;
	*mark = (struct clock_mark){
		.time = now, .boot = place_find().boot,
		.uptime = belief->clock.uptime,
	};
	return CLOCK_BELIEVED;
}

static void remember(struct belief *belief, const char *archive_path,
		     unsigned int changes)
{
	struct messages silent = { .silent = true };
	struct archive archive;

	if (!changes || archive_open(&archive, archive_path, &silent))
		return;
	/* What can't be remembered is told again. */
	clock_memory_write(&belief->memory, &archive, changes);
	archive_close(&archive);
}

void belief_remember(struct belief *belief, const char *archive_path)
{
	if (belief_is_sure(belief) && belief->is_counting)
		remember(belief, archive_path, belief_mark(belief));
}

void belief_settle(struct belief *belief, const char *archive_path,
		   struct told *told, struct messages *messages)
{
	unsigned int changes;

	if (belief_is_sure(belief)) {
		if (told)
			told_over(told, told_key, NULL);
		changes = take_back(belief);
		changes |= tell_future(belief, messages);
		changes |= follow_time(belief);
		changes |= forget_base(belief);
	} else {
		changes = tell_doubt(belief, told, messages);
	}
	remember(belief, archive_path, changes);
}
