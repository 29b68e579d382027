/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line, read by the tables of command_line.h. */
#ifndef TRAFMETUX_OPTIONS_H
#define TRAFMETUX_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "upkeep/archive_write.h"
#include "time/period.h"
#include "report/query.h"
#include "time/time_range.h"
#include "base/unit.h"

/** Room for what there is to know about a command line that is right. */
#define OPTIONS_NOTE_SIZE 256

enum command {
	COMMAND_NONE,
	COMMAND_UPDATE,
	COMMAND_SHOW,
	COMMAND_LIST,
	COMMAND_VERIFY,
	COMMAND_COMPACT,
	COMMAND_EXPLAIN,
	COMMAND_DOCTOR,
	COMMAND_RETIRE,
	COMMAND_EXPORT,
	COMMAND_IMPORT,
	COMMAND_SUMMARY,
	COMMAND_PLAN,
	COMMAND_LEDGER,
	COMMAND_CHECK,
	COMMAND_CALIBRATE,
	COMMAND_CLOCK,
	COMMAND_HELP,
	COMMAND_VERSION,
};

struct options {
	enum command command;
	enum period_kind period;	/* of COMMAND_SHOW */
	const char *command_word;
	char **operands;		/* the words after the command */
	size_t operand_count;
	uint64_t times;			/* 0: all; of check: seconds */
	uint64_t top;			/* 0: all */
	struct time_words from;
	struct time_words to;
	struct unit unit;
	int first_weekday;		/* 0 Sunday to 6 Saturday */
	int first_month_day;		/* 0 or 1 to 31 */
	enum output_format format;
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
	bool is_plugin;			/* the command is check, right or wrong */
};

/** Room for what is wrong with a command line. */
#define OPTIONS_FAULT_SIZE 256

/**
 * options_parse - read the command line
 * @arguments:	as given to main(); reordered
 * @fault:	what is wrong, in words
 *
 * Returns 0, or -EINVAL with @fault filled.
 */
int options_parse(int count, char **arguments, struct options *options,
		  char fault[OPTIONS_FAULT_SIZE]);

/** options_fail - fill @fault by a format with one "%s"; returns -EINVAL */
int options_fail(char *fault, const char *format, const char *word);

/**
 * options_check - do the options go with each other, and with the operands?
 *
 * Reads the period of COMMAND_EXPLAIN. Returns 0, or -EINVAL with @fault filled.
 */
int options_check(struct options *options,
		  char fault[OPTIONS_FAULT_SIZE]);

/** options_write_usage - the text of --help */
void options_write_usage(FILE *output);

#endif
