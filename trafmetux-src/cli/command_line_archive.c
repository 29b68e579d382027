// SPDX-License-Identifier: GPL-2.0-or-later
/* The values of options about where the archive is, and what is written to it. */
#include <string.h>

#include "cli/command_line.h"
#include "base/monitor_name.h"
#include "base/number.h"

/* Of --keep-minutes: a hundred years. */
#define KEEP_DAYS_MOST 36525

int command_line_take_sync(struct options *options, const char *value,
			   char *fault)
{
	static const char *const words[] = {
		[ARCHIVE_SYNC_DAILY] = "daily",
		[ARCHIVE_SYNC_NEVER] = "never",
		[ARCHIVE_SYNC_ALWAYS] = "always",
	};

	for (size_t at = 0; at < sizeof(words) / sizeof(*words); at++) {
		if (strcmp(value, words[at]) == 0) {
			options->sync = (enum archive_sync)at;
			return 0;
		}
	}
	return options_fail(fault, "--sync '%s' is not one of never, daily, always",
			    value);
}

int command_line_take_keep_minutes(struct options *options, const char *value,
				   char *fault)
{
	options->has_keep_minutes = true;
	if (number_parse_word(value, &options->keep_minutes) &&
	    options->keep_minutes <= KEEP_DAYS_MOST)
		return 0;
	return options_fail(fault, "--keep-minutes '%s' is not a number of days",
			    value);
}

int command_line_take_archive(struct options *options, const char *value,
			      char *fault)
{
	(void)fault;
	options->has_archive = true;
	options->archive_path = value;
	return 0;
}

int command_line_take_source(struct options *options, const char *value,
			     char *fault)
{
	(void)fault;
	options->source_path = value;
	return 0;
}

int command_line_take_cron_root(struct options *options, const char *value,
				char *fault)
{
	(void)fault;
	options->cron_root = value;
	return 0;
}

static int take_name(const char **name, const char *value, char *fault)
{
	*name = value;
	if (monitor_name_valid(value))
		return 0;
	return options_fail(fault, "'%s' can't be a monitor's name", value);
}

int command_line_take_monitor(struct options *options, const char *value,
			      char *fault)
{
	return take_name(&options->monitor, value, fault);
}

int command_line_take_rx(struct options *options, const char *value,
			 char *fault)
{
	return take_name(&options->rx, value, fault);
}

int command_line_take_tx(struct options *options, const char *value,
			 char *fault)
{
	return take_name(&options->tx, value, fault);
}

int command_line_take_interface(struct options *options, const char *value,
				char *fault)
{
	(void)fault;
	options->interface = value;
	return 0;
}
