// SPDX-License-Identifier: GPL-2.0-or-later
/* What an update says of the clock, and remembers so as to say it once. */
#include "index/belief.h"

#define DAY_SECONDS INT64_C(86400)

/* Was it told lately, by this very clock? */
static bool was_told(const struct belief *belief)
{
	const int64_t told = belief->memory.disbelieved;
	const int64_t now = belief->clock.now;

	return told && now >= told && now < told + DAY_SECONDS;
}

static bool tell_doubt(struct belief *belief, struct messages *messages)
{
	messages->trouble = true;
	if (was_told(belief))
		return false;
	belief_report(belief, messages);
	belief->memory.disbelieved = belief->clock.now > 1 ?
				     belief->clock.now : 1;
	return true;
}

/* The clock is that of before, and is believed now: it was right. */
static bool take_back(struct belief *belief)
{
	if (!was_told(belief))
		return false;
	belief->memory.disbelieved = 0;
	return true;
}

/* NTP vouches for the clock as somebody might have done. */
static bool tell_future(struct belief *belief, struct messages *messages)
{
	char time[CLOCK_TEXT_SIZE];

	/* It is there only if they were found, and not passed over. */
	if (!*belief->future_of)
		return false;
	clock_format(belief->future, time);
	message_report(messages,
		       "%s has records of the future, up to %s: since the kernel's clock is synchronised, they tell nothing of the time any more; see 'trafmetux clock'",
		       belief->future_of, time);
	belief->memory.accepted = belief->clock.now;
	belief->memory.future = belief->future;
	return true;
}

/*
 * Only what was of the future then is accepted. What is written since bears witness,
 * so the line between the two has to follow the time.
 */
static bool follow_time(struct belief *belief)
{
	struct clock_memory *memory = &belief->memory;
	const int64_t now = belief->clock.now;

	if (!memory->future)
		return false;
	if (memory->future <= now) {
		memory->future = 0;
		return true;
	}
	if (now < memory->accepted + DAY_SECONDS)
		return false;
	memory->accepted = now;
	return true;
}

/* What is placed from now on has its time. */
static bool forget_base(struct belief *belief)
{
	if (!belief->memory.base.newest)
		return false;
	belief->memory.base = (struct clock_base){ .newest = 0 };
	return true;
}

void belief_settle(struct belief *belief, const char *archive_path,
		   struct messages *messages)
{
	struct messages silent = { .silent = true };
	struct archive archive;
	bool is_changed;

	if (belief_is_sure(belief)) {
		is_changed = take_back(belief);
		is_changed |= tell_future(belief, messages);
		is_changed |= follow_time(belief);
		is_changed |= forget_base(belief);
	} else {
		is_changed = tell_doubt(belief, messages);
	}
	if (!is_changed || archive_open(&archive, archive_path, &silent))
		return;
	/* What can't be remembered is told again. */
	clock_memory_write(&belief->memory, &archive);
	archive_close(&archive);
}
