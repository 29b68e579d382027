/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the machine says of its time and of itself; and times in words. */
#ifndef TRAFMETUX_MACHINE_H
#define TRAFMETUX_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/** Room for a time in words. */
#define CLOCK_TEXT_SIZE 32

/** What the machine says of its time. Whether to believe it: belief.h. */
struct clock_reading {
	int64_t now;		/* epoch seconds, by its clock */
	int64_t uptime;		/* seconds since it was started */
	bool is_synchronised;	/* by NTP or the like, as the kernel says */
};

/** clock_present - the machine's time in epoch seconds */
int64_t clock_present(void);

/** clock_monotonic - nanoseconds since some time before, whatever the clock does */
int64_t clock_monotonic(void);

/** clock_read - ask the kernel */
struct clock_reading clock_read(void);

/** clock_format - write "2026-10-25 19:03", in local time */
void clock_format(int64_t instant, char text[CLOCK_TEXT_SIZE]);

/**
 * clock_parse - read epoch seconds or local "YYYY-MM-DD HH:MM[:SS]"
 *
 * Epoch seconds have 9 to 11 digits: "2026" and "20260301" are none. Of a local time
 * that came twice, the C library chooses one.
 *
 * Returns 0, or -EINVAL for anything else and for a local time that never was.
 */
int clock_parse(const char *text, int64_t *time);

/* Where this process runs: which machine, since which boot, in which network. */

struct place {
	uint64_t machine;	/* hash of its machine-id(5); 0 unknown */
	uint64_t boot;		/* hash of the kernel's boot id; 0 unknown */
	uint64_t network;	/* the inode of the network namespace; 0 unknown */
	uint64_t home;		/* that of the machine's first process; 0 unknown */
	int64_t uptime;		/* seconds since the machine was started */
};

/** place_find - find it out; most of it can be found without rights */
struct place place_find(void);

/**
 * network_cookie - the number of this process's network namespace
 *
 * No other one of this boot ever has the same. False before Linux 5.14.
 */
bool network_cookie(uint64_t *number);

/** network_inode - that by which it is known in /proc; 0 and errno if that fails */
uint64_t network_inode(void);

#endif
