/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The present time, and times in words. */
#ifndef TRAFMETUX_CLOCK_H
#define TRAFMETUX_CLOCK_H

#include <stdint.h>

/** clock_present - the machine's time in epoch seconds */
int64_t clock_present(void);

/** clock_monotonic - nanoseconds since some time before, whatever the clock does */
int64_t clock_monotonic(void);

/**
 * clock_parse - read epoch seconds or local "YYYY-MM-DD HH:MM[:SS]"
 *
 * Of a local time that came twice, the C library chooses one.
 *
 * Returns 0, or -EINVAL for anything else and for a local time that never was.
 */
int clock_parse(const char *text, int64_t *time);

#endif
