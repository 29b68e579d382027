/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a meter's program and the tool share: the maps' values, and the numbers that
 * stand in the committed instructions where the tool puts its maps.
 */
#ifndef TRAFMETUX_BPF_METER_H
#define TRAFMETUX_BPF_METER_H

#include <linux/types.h>

/** In 64-bit loads: to be replaced by the maps' descriptors. */
#define METER_MAP_COUNTER 0x6d657431	/* by the place of its value */
#define METER_MAP_RING 0x6d657432
#define METER_MAP_INFO 0x6d657433
#define METER_MAP_LIMIT 0x6d657434	/* by the place of its value */

/** To be replaced: the processors' highest number and 1; and a mask that is no less. */
#define METER_PROCESSORS 0x6d657435
#define METER_PROCESSOR_MASK 0x6d657436

/** The most minutes that a processor keeps. */
#define METER_SLOTS_MOST 1440

/**
 * What a processor counted; by its number, in a map that can be mapped into memory. The
 * program writes @packets first and @done last: where who reads @done first and @packets
 * last finds both equal, all between belongs to them.
 */
struct meter_counter {
	__u64 done;
	__u64 bytes;
	__u64 ends;	/* the jiffy at which its minute ends; 0 before any packet */
	__u64 stored;	/* entries that were ever put into the ring */
	__u64 packets;
	/* Of the limit: so many bytes may this one count before it adds up all again ... */
	__u64 until;
	__u64 term;	/* ... as long as the limit's is the same */
	__u64 reserved;	/* a cache line of its own */
};

/** A monitor's limit, which is compared with what all processors counted. */
struct meter_limit {
	__u64 bytes;	/* 0: none */
	__u64 left;	/* when it was last halved; what is left is no less than half */
	__u64 term;	/* what was allowed to processors in an earlier one is void */
	__u64 reserved;
};

/** The counters at the end of a minute in which something was counted. */
struct meter_entry {
	__u64 end;	/* in jiffies */
	__u64 packets;
	__u64 bytes;
};

/** A stretch of time in which jiffies and the clock went alike. */
struct meter_stretch {
	__u64 jiffies[2];	/* where it begins and ends */
	__u64 real[2];		/* the same by the clock, ns since 1970 */
};

/** So many stretches are remembered; an older minute has no known time. */
#define METER_STRETCHES 32

/** What the program asks once a minute, and what the tool remembers. */
struct meter_info {
	__u64 base;	/* a jiffy at which a minute of the clock began */
	__u32 minute;	/* jiffies */
	__u32 slots;	/* of the ring */
	__u64 series;
	__u64 created;	/* ns since 1970 */
	__u32 version;
	__u32 is_for_rules;	/* its program is pinned for '-m bpf' */
	__u32 stretches;	/* how many are in use; the newest is the last */
	__u32 reserved;
	struct meter_stretch stretch[METER_STRETCHES];
};

#define METER_VERSION 2

#endif
