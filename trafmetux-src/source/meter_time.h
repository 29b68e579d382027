/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a jiffy was. Jiffies stop while the machine sleeps and know nothing of a clock
 * that is set; each update notes both, so that it can be told where they went alike.
 */
#ifndef TRAFMETUX_METER_TIME_H
#define TRAFMETUX_METER_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf_meter.h"

/** Both at one moment. */
struct meter_moment {
	uint64_t jiffies;
	uint64_t real;		/* ns since 1970 */
};

/** meter_time_ticks - jiffies a second */
uint32_t meter_time_ticks(void);

/** meter_time_read - this moment; 0 or -errno as of bpf_jiffies() */
int meter_time_read(struct meter_moment *moment);

/**
 * meter_time_note - note a moment, no earlier than those before
 *
 * Goes on with the newest stretch or begins another, and sets the base where minutes
 * no longer end when the clock's do. @info has the length of a minute.
 */
void meter_time_note(struct meter_info *info, const struct meter_moment *moment);

/**
 * meter_time_place - the minute's end that a jiffy is
 * @end:	set to epoch seconds
 *
 * False where that is not known: the clock was set about then, the machine slept, it
 * is too long ago, or no minute ended there.
 */
bool meter_time_place(const struct meter_info *info, uint64_t jiffies, int64_t *end);

#endif
