/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of what trafmetux promises, outside the program's rules: it knows the true
 * bytes, for it lets them grow itself, and what the kernel's module shows of them.
 * Nothing here reads the archive by the program's code.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECOND INT64_C(1000000)		/* all inner times are in microseconds */
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define MONITORS_MAX 3

/* A clock that is wrong by no more than this, either way, is believed. */
#define ERROR_MOST (12 * HOUR)

/* What the kernel's counters were at a time; what an archive may know. */
struct state {
	int64_t time;			/* seconds; what grew belongs to time - 1 */
	int64_t since;			/* seconds; or -1 */
	uint64_t packets;
	uint64_t bytes;
	bool is_timed;			/* the clock was one that is believed */
	bool is_reading;		/* of update --now: not of the kernel's ring */
	bool is_certain;		/* archived for sure */
	bool is_maybe;			/* an update was at it, and may have come to it */
};

struct series {
	uint64_t id;
	bool is_live;			/* the kernel has it still */
	bool is_import;
	const char *zone;		/* of an import */
	bool is_partial;		/* an import that is not done, and where is unknown */
	int64_t created;		/* the clock's then */
	int64_t sampled;		/* boot time of the last look */
	uint64_t packets;		/* counted by now */
	uint64_t bytes;
	size_t taken;			/* samples */
	struct state *states;		/* in the order of what was counted */
	size_t count;
	size_t capacity;
};

struct monitor {
	char name[32];
	struct series *series;		/* the last one may be live */
	size_t count;
	size_t capacity;
};

/* The kernel, and the machine's clocks. */
struct kernel {
	int64_t boot;			/* time since the start, sleep included */
	int64_t offset;			/* the clock is boot + offset */
	int64_t timer;			/* by the clock, when the sampler's timer goes off */
	int64_t work;			/* by boot time, when its work comes by itself */
	int64_t looked;			/* boot time of the last samples */
	size_t history;			/* samples that are kept */
};

enum fault_kind {
	FAULT_NONE,
	FAULT_KILL_BEFORE,		/* the n-th call */
	FAULT_KILL_AFTER,
	FAULT_FAIL,			/* the n-th call, with an error */
	FAULT_CUT_KILL,			/* the n-th write, after some bytes */
	FAULT_CUT_FAIL,			/* likewise, and then there is no room */
	FAULT_STOP,			/* stop before the n-th call, for another to run */
};

struct fault {
	enum fault_kind kind;
	bool writes_only;		/* only these are counted */
	unsigned int number;		/* from 1 on */
	unsigned int bytes;		/* of FAULT_CUT */
	int error;
	bool is_recorded;		/* what is written, for power cuts */
};

/* How a run of the program ended. */
struct outcome {
	int status;			/* -1: killed by the fault */
	bool is_stopped;		/* FAULT_STOP came, it waits for run_continue() */
	bool is_fired;			/* the fault came, or the disk was full */
	int pid;
	char *text;			/* standard output, NUL-terminated */
	char *messages;
};

struct model {
	uint64_t random;
	uint64_t seed;
	unsigned int length;		/* steps */
	bool print_steps;
	bool is_quiet_of_faults;	/* no kills and errors: for damage and power cuts */
	bool steps_far;			/* the clock goes beyond what is believed */
	bool was_set_back;		/* the clock was once, or files' dates, by a zone */
	bool is_spoiled;		/* something was killed or failed: there may be damage */
	struct kernel kernel;
	struct monitor monitors[MONITORS_MAX + 1];	/* the last one: imports */
	size_t monitor_count;		/* of the kernel */
	int64_t error;			/* of the clock */
	bool is_synchronised;		/* while it is right */
	const char *zone;		/* of updates */
	int64_t room;			/* bytes left on the disk; -1: enough */
	int64_t imported;		/* seconds, the last time of an import */
	struct monitor *importing;	/* of the last import; or NULL */
	size_t import_at;		/* its series */
	bool has_failed;
	char *log;			/* of steps */
	size_t log_length;
	size_t log_capacity;
	unsigned long runs;
	unsigned long faults;		/* that were to come, */
	unsigned long met;		/* and that came */
};

extern struct model model;

/* random.c */
uint64_t draw(uint64_t below);
int64_t draw_between(int64_t least, int64_t most);
bool chance(unsigned int percent);

/* main.c */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* kernel.c */
bool kernel_is_believed(void);
int64_t kernel_clock(void);
int64_t kernel_seconds_up(void);
void kernel_boot(int64_t clock);
void kernel_create(struct monitor *monitor);
void kernel_end(struct monitor *monitor);
void kernel_pass(int64_t duration);
void kernel_sleep(int64_t duration);
void kernel_set_clock(int64_t clock);
void kernel_grow(struct monitor *monitor);
void kernel_show(void);
struct series *kernel_live(struct monitor *monitor);
bool series_in_ring(const struct series *series, size_t at);
struct series *monitor_add_series(struct monitor *monitor);
struct state *series_add_state(struct series *series, int64_t time, int64_t since);
void monitors_free(void);

/* run.c */
void run_start(const char *folder);
void run_end(bool keep);
void run(struct outcome *outcome, const struct fault *fault, char *const arguments[]);
void run_continue(struct outcome *outcome);
const char *run_folder(void);
void run_use(const char *folder);
void run_age(void);
void run_clear(const char *folder);

/* trap.c */
struct trap_shared {
	bool is_fired;
	unsigned int calls;
	int64_t room;
	size_t log_length;
};
extern struct trap_shared *trap_shared;
void trap_prepare(void);
void trap_arm(const struct fault *fault, bool is_recorded);
void trap_disarm(void);

/* report.c */
void report_check(void);
void report_check_all(void);
/* After a power cut: only, is any period told more than there was? */
void report_check_high(void);
/* What is told of a monitor in all, packets and bytes; 0 of one that is not known. */
void report_total(const char *proc, const char *monitor, uint64_t total[2]);
void report_truth(const struct monitor *monitor, bool is_live, uint64_t low[2],
		  uint64_t high[2]);
bool report_is_known(const struct monitor *monitor);

/* steps.c */
extern const char *const zones[];
extern const size_t zone_count;
const char *draw_zone(void);
void steps_begin(void);
void step_draw(void);
void steps_end_far(void);
/* Called after each command that may write, if it is set; for power cuts. */
extern void (*steps_after_command)(const char *words, bool is_import);

/* damage.c */
struct damage_count {
	unsigned long kept, less, more, unseen, updated_more;
};
void damage_run(unsigned int length, struct damage_count *count);

/* crash.c */
void crash_run(unsigned int length, unsigned long *states);

#endif
