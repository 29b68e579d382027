// SPDX-License-Identifier: GPL-2.0-or-later
/* The values of options that only commands about plans take. */
#include "cli/command_line.h"
#include "base/number.h"

int command_line_take_config(struct options *options, const char *value,
			     char *fault)
{
	(void)fault;
	options->has_config = true;
	options->config_path = value;
	return 0;
}

/* What ranges say is read with the plan, whose steps decide on units. */
int command_line_take_warning(struct options *options, const char *value,
			      char *fault)
{
	(void)fault;
	options->warning = value;
	return 0;
}

int command_line_take_critical(struct options *options, const char *value,
			       char *fault)
{
	(void)fault;
	options->critical = value;
	return 0;
}

int command_line_take_stale(struct options *options, const char *value,
			    char *fault)
{
	options->has_stale = true;
	if (number_parse_word(value, &options->stale) &&
	    options->stale <= INT32_MAX)
		return 0;
	return options_fail(fault,
			    "--stale '%s' is not a whole number of seconds",
			    value);
}
