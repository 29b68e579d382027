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
	bool is_of_plans;	/* which nobody sets but plans */
	uint64_t limit;		/* bytes, or 0: none */
	const char *unlimited;	/* what to say where it has no limits */
	struct origin origin;
	bool begins;		/* the archive is to remember that the series does */
};

/**
 * live_feeders - how many rules and meters feed it, or LIVE_UNKNOWN
 *
 * As long as any does, rules that only ask about its limit are among them.
 */
int64_t live_feeders(const struct live *live);

/** A monitor's newest record, as far as it matters to sources. */
struct source_newest {
	int64_t time;		/* 0: there is none */
	uint64_t series;
	char kind[ORIGIN_KIND_SIZE];	/* where that comes from; "": not told */
	bool is_about;
};

/** How far the archive has come with a counter of others, see source_plain.h. */
struct source_counter {
	bool is_there;
	uint64_t series;	/* the last one that is its own */
	struct origin origin;
	struct counters counters;
	int64_t time;		/* of the record that reached them; 0: there is none */
};

/** What the archive tells a source. */
struct source_archived {
	struct source_newest newest;
	struct source_counter own;
};

/** The archive, for sources that have no memory of their own. */
struct source_memory {
	/* Fills @archived; of @counter 0 nothing is asked. False: nothing is known. */
	bool (*find)(void *context, const char *monitor, uint64_t counter,
		     struct source_archived *archived);
	void *context;
};

struct source_choice;

struct source {
	const struct source_operations *operations;
	const char *path;	/* of its directory; owned by the caller; or NULL */
	const struct belief *belief;	/* which times are believed; NULL: all */
	const struct source_merge *merge;	/* of source_merged() */
	const struct source_choice *choice;	/* what the configuration chooses, or NULL */
	const struct source_memory *memory;	/* NULL: there is none */
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
 * @is_chosen:	if there, does the configuration choose what such a monitor counts?
 * @tell:	if there, report what was chosen and can't be served
 * @denied:	what to do where reading is not permitted
 * @kind:	as in struct origin
 * @words:	likewise, in a sentence
 */
struct source_operations {
	int (*list)(const struct source *source, struct monitor_names *names);
	int (*open)(const struct source *source, const char *monitor,
		    struct source_reading *reading);
	int (*next)(struct source_reading *reading, struct sample *sample);
	void (*close)(struct source_reading *reading);
	int (*limit)(const struct source *source, const char *monitor,
		     uint64_t bytes);
	bool (*is_chosen)(const struct source *source, const char *monitor);
	void (*tell)(const struct source *source, struct messages *messages);
	const char *denied;
	const char *kind;
	const char *words;
};

/** source_module - the kernel module's directory, /proc/trafmetux or a copy */
struct source source_module(const char *path);

/** source_bpf - meters by BPF; @folder as of meter_pins_folder(), the caller's */
struct source source_bpf(const char *folder);

/** source_interface - counters of devices; @choice and @memory must stay */
struct source source_interface(const struct source_choice *choice,
			       const struct source_memory *memory);

/** source_nft - named counters of nft; likewise */
struct source source_nft(const struct source_choice *choice,
			 const struct source_memory *memory);

/** So many kinds of sources there are. */
enum { SOURCE_MEMBERS = 4 };

/** Several sources as one, by the names of their monitors. */
struct source_merge {
	struct source member[SOURCE_MEMBERS];	/* the first one's reasons are told */
	size_t count;
	struct source_memory memory;
};

/**
 * source_merged - all monitors of all members
 *
 * Where several have one of a name, it is the one whose series the archive has last, or
 * else the one of that kind, or else the first member's. @merge must stay.
 */
struct source source_merged(const struct source_merge *merge);

/** source_chosen - the member that the configuration chose for a monitor, or NULL */
const struct source *source_chosen(const struct source *source, const char *monitor);

/** source_lacks_module - are there sources, but not the kernel module? */
bool source_lacks_module(const struct source *source);

/**
 * source_report_members - report what keeps members from serving all that they should
 *
 * That is the monitors that two of them have, and what each has to tell.
 */
void source_report_members(struct messages *messages, const struct source *source);

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
