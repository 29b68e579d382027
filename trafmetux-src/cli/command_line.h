/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of commands and options. To add a command: a row here, a value of
 * enum command, a case in command_run.c. To add an option: a row, a field of struct
 * options. Both: a line of usage.c and of docs/trafmetux.8.
 */
#ifndef TRAFMETUX_COMMAND_LINE_H
#define TRAFMETUX_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"

/** Commands that take the same options; a command is in one group. */
enum command_group {
	GROUP_UPDATE = 1 << 0,
	GROUP_LIST = 1 << 1,
	GROUP_ROWS = 1 << 2,	/* reports with a row for each period */
	GROUP_TOTAL = 1 << 3,	/* show-total */
	GROUP_VERIFY = 1 << 4,
	GROUP_EXPLAIN = 1 << 5,
	GROUP_DOCTOR = 1 << 6,
	GROUP_EXPORT = 1 << 7,
	GROUP_IMPORT = 1 << 8,
	GROUP_SUMMARY = 1 << 9,
	GROUP_PLAN = 1 << 10,
	GROUP_LEDGER = 1 << 11,
	GROUP_CHECK = 1 << 12,
	GROUP_CALIBRATE = 1 << 13,
	GROUP_COMPACT = 1 << 14,
	GROUP_CLOCK = 1 << 15,
	GROUP_RETIRE = 1 << 16,

	GROUPS_SHOW = GROUP_ROWS | GROUP_TOTAL,
	/* Of a range of time. */
	GROUPS_RANGE = GROUPS_SHOW | GROUP_EXPLAIN | GROUP_EXPORT,
	/* What reads the configuration. */
	GROUPS_PLAN = GROUP_SUMMARY | GROUP_PLAN | GROUP_LEDGER | GROUP_CHECK |
		      GROUP_CALIBRATE,
	/* What has figures in units of its own choice. */
	GROUPS_WORDS = GROUP_SUMMARY | GROUP_PLAN | GROUP_LEDGER,
	GROUPS_ALL = -1,
};

/** In command_rule.most: no end. */
#define OPERANDS_ANY ((size_t)-1)

struct command_rule {
	const char *word;
	enum command command;
	enum command_group group;
	enum period_kind period;	/* of COMMAND_SHOW */
	size_t least, most;		/* operands it takes */
	const char *lacks;		/* "the name of a monitor", if any lacks */
};

/**
 * An option. What does nothing for a command is no option of it.
 *
 * Without @take it is a flag: the bool at @flag becomes true. @take reads
 * the value (NULL if !@has_value) and returns 0, or -EINVAL with @fault filled.
 */
struct option_rule {
	const char *name;		/* without its dashes */
	char letter;			/* or 0 */
	bool has_value;
	int groups;			/* of commands it goes with */
	size_t flag;			/* offset in struct options */
	int (*take)(struct options *options, const char *value, char *fault);
};

extern const struct command_rule command_rules[];
extern const size_t command_rule_count;

/** In the order in which values are taken, wherever they stand. */
extern const struct option_rule option_rules[];
extern const size_t option_rule_count;

/* Values in files of their own; see struct option_rule for what they answer. */
int command_line_take_config(struct options *options, const char *value,
			     char *fault);
int command_line_take_warning(struct options *options, const char *value,
			      char *fault);
int command_line_take_critical(struct options *options, const char *value,
			       char *fault);
int command_line_take_sync(struct options *options, const char *value,
			   char *fault);
int command_line_take_keep_minutes(struct options *options, const char *value,
				   char *fault);
int command_line_take_archive(struct options *options, const char *value,
			      char *fault);
int command_line_take_source(struct options *options, const char *value,
			     char *fault);
int command_line_take_cron_root(struct options *options, const char *value,
				char *fault);
int command_line_take_monitor(struct options *options, const char *value,
			      char *fault);
int command_line_take_rx(struct options *options, const char *value,
			 char *fault);
int command_line_take_tx(struct options *options, const char *value,
			 char *fault);
int command_line_take_interface(struct options *options, const char *value,
				char *fault);
int command_line_take_stale(struct options *options, const char *value,
			    char *fault);

/** No table may have more options. */
#define OPTION_RULES_MAX 56

#endif
