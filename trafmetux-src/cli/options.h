/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of options. To add one: a row and what takes its value in options.c, a
 * field of struct options, its name in the rows of command.c, its part of
 * docs/trafmetux.8.
 */
#ifndef TRAFMETUX_OPTIONS_H
#define TRAFMETUX_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "upkeep/archive_write.h"
#include "report/query.h"
#include "time/time_range.h"
#include "base/quantity.h"

/** Room for what there is to know about a command line that is right. */
#define OPTIONS_NOTE_SIZE 256

/** Room for what is wrong with a command line. */
#define OPTIONS_FAULT_SIZE 256

/** What was asked for. */
struct options {
	char **operands;		/* the words after the command */
	size_t operand_count;
	uint64_t times;			/* 0: all; of check: seconds */
	uint64_t top;			/* 0: all */
	struct time_words from;
	struct time_words to;
	struct unit unit;
	int first_weekday;		/* 0 Sunday to 6 Saturday */
	int first_month_day;		/* 0 or 1 to 31 */
	const struct render_operations *render;
	const char *format;		/* the option that asked for it, or NULL */
	bool follow;
	uint64_t interval;		/* of follow, milliseconds */
	bool total;
	bool packets;
	bool rates;
	bool now;
	bool force;
	enum archive_sync sync;
	bool repair;
	bool accept;
	bool undo;			/* of retire */
	bool again;			/* of meter */
	const char *rule;		/* of meter: a monitor, or NULL */
	const char *name;	/* of meter: what its monitors begin with, or NULL */
	bool has_keep_minutes;
	uint64_t keep_minutes;		/* days */
	char note[OPTIONS_NOTE_SIZE];	/* of a time that came twice; or "" */
	bool has_at;
	int64_t at;			/* epoch seconds */
	const char *monitor;		/* of an import; or NULL */
	const char *interface;
	const char *rx;
	const char *tx;
	const char *archive_path;
	bool has_archive;		/* it was asked for */
	const char *source_path;
	const char *cron_root;		/* of doctor; "" for / */
	const char *config_path;
	bool has_config;		/* it was asked for */
	bool what_if;
	bool recompute;
	const char *warning;		/* of check: a range, or NULL */
	const char *critical;
	bool has_stale;
	uint64_t stale;			/* seconds */
};

/**
 * An option. What does nothing for a command is no option of it.
 *
 * With @render it asks for that format. Else, without @take it is a flag: the bool at
 * @flag becomes true. @take reads the value, which is NULL without @value, and returns
 * 0, or -EINVAL with @fault filled.
 */
struct option_rule {
	const char *heading;		/* of --help; then there is no option */
	const char *name;		/* without its dashes */
	char letter;			/* or 0 */
	char alias;			/* another's letter, which means it too; or 0 */
	const char *value;		/* what it is called; NULL: it takes none */
	const char *help;		/* lines of it */
	bool is_for_all;		/* commands */
	bool is_first;			/* others' values hang on it */
	const struct render_operations *render;
	size_t flag;			/* offset in struct options */
	int (*take)(struct options *options, const char *value, char *fault);
};

extern const struct option_rule option_rules[];
extern const size_t option_rule_count;

/** No table may have more rows. */
#define OPTION_RULES_MAX 64

/** options_start - what holds where nothing is asked for */
void options_start(struct options *options);

/** options_fail - fill @fault by a format with one "%s"; returns -EINVAL */
int options_fail(char *fault, const char *format, const char *word);

#endif
