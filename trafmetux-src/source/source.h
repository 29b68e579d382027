/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where live counters are read. A source knows monitors by name and tells for
 * each a series, its counters now, and what samples of them it still has.
 */
#ifndef TRAFMETUX_SOURCE_H
#define TRAFMETUX_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/line_reader.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "base/sample.h"

/** In the fields of struct live below: the source does not tell. */
#define LIVE_UNKNOWN INT64_C(-1)

/** A monitor as it is now. */
struct live {
	uint64_t series;
	int64_t references;	/* rules and meters that use it, or LIVE_UNKNOWN */
	int64_t rules;		/* of those, rules that feed it, or LIVE_UNKNOWN */
	int64_t meters;		/* and meters, or LIVE_UNKNOWN */
	int64_t idle;		/* of the meters, those that count nothing at present */
	int64_t created;	/* epoch seconds, or LIVE_UNKNOWN */
	int64_t dropped;	/* samples it has no longer, or LIVE_UNKNOWN */
	int64_t time;		/* of the reading, epoch seconds rounded down */
	int64_t time_rounded_up;
	struct counters counters;
	bool is_metered;	/* devices feed it, and no rule */
	bool has_limits;	/* the source tells @limit, and takes another */
	uint64_t limit;		/* bytes, or 0: none */
	const char *unlimited;	/* what to say where it has no limits */
	const char *source;	/* its kind, and how exact that is; NULL: the module's */
};

/**
 * live_feeders - how many rules and meters feed it, or LIVE_UNKNOWN
 *
 * As long as any does, rules that only ask about its limit are among them.
 */
int64_t live_feeders(const struct live *live);

struct source {
	const struct source_operations *operations;
	const char *path;	/* of its directory; owned by the caller; or NULL */
	const struct belief *belief;	/* which times are believed; NULL: all */
	const struct source_merge *merge;	/* of source_merged() */
};

/** One monitor being read; @live holds from open to close. */
struct source_reading {
	const struct source *source;
	const char *monitor;
	struct live live;
	/* What is wrong, after -EBADMSG: words, and the line's number. */
	const char *fault;
	uint64_t fault_line;
	/* The source's own. */
	int descriptor;
	bool pending;		/* the head's end was seen: @next is a sample */
	bool any;		/* @next holds the sample before */
	struct sample next;
	struct line_reader lines;
	void *own;		/* of source_bpf() */
};

/**
 * struct source_operations - what a kind of source can do
 * @list:	append the names of all monitors; 0 or -errno
 * @open:	read a monitor's present state; 0, -ENOENT when there is no such
 *		monitor, -EBADMSG when it can't be understood, or -errno.
 *		Must be closed after 0 only.
 * @next:	the next sample, newest first; 1, 0 after the last, or -errno
 * @close:	end reading
 * @limit:	set a monitor's limit in bytes, 0 for none; 0 or -errno
 * @denied:	what to do where reading is not permitted
 */
struct source_operations {
	int (*list)(const struct source *source, struct monitor_names *names);
	int (*open)(const struct source *source, const char *monitor,
		    struct source_reading *reading);
	int (*next)(struct source_reading *reading, struct sample *sample);
	void (*close)(struct source_reading *reading);
	int (*limit)(const struct source *source, const char *monitor,
		     uint64_t bytes);
	const char *denied;
};

/** source_module - the kernel module's directory, /proc/trafmetux or a copy */
struct source source_module(const char *path);

/** source_bpf - meters by BPF; @folder as of meter_pins_folder(), the caller's */
struct source source_bpf(const char *folder);

/** Several sources as one, by the names of their monitors. */
struct source_merge {
	struct source member[2];	/* the first one's reasons are told */
	/* Which series of a monitor goes on; false where none is known. */
	bool (*find_series)(void *context, const char *monitor, uint64_t *series);
	void *context;
};

/**
 * source_merged - all monitors of all members
 *
 * Where two have one of a name, it is the one whose series goes on, or else the first
 * member's. @merge must stay.
 */
struct source source_merged(const struct source_merge *merge);

/** source_report_twice - report the monitors that two members have */
void source_report_twice(struct messages *messages, const struct source *source);

/**
 * source_collect - the samples that are newer than @known, oldest first
 * @reading:	open, at its first sample
 * @known:	what is known already; NULL for nothing
 * @samples:	empty; the caller frees it
 * @reached:	set to whether the source still has a sample that is known, so
 *		that none is missing between. May be NULL.
 *
 * Reads no further than it must. Returns 0 or -errno.
 */
int source_collect(struct source_reading *reading, const struct counters *known,
		   struct samples *samples, bool *reached);

/** source_report - report in one line why a monitor could not be read */
void source_report(struct messages *messages,
		   const struct source_reading *reading, int error);

/** Room for source_list_reason(). */
#define SOURCE_REASON_SIZE 256

/**
 * source_list_reason - why there is no list, with what to do about it
 *
 * Returns whether the counters themselves are gone: the kernel module is not loaded,
 * so that nothing counts. Otherwise it just can't be seen.
 */
bool source_list_reason(const struct source *source, int error,
			char reason[SOURCE_REASON_SIZE]);

/** source_report_list - report in one line why there is no list */
void source_report_list(struct messages *messages, const struct source *source,
			int error);

#endif
