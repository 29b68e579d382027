/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firewall's rules that name monitors, as commands that lay them again. They are
 * what iptables-save and ip6tables-save write; nft shows such rules without a
 * monitor's name.
 */
#ifndef TRAFMETUX_RULES_H
#define TRAFMETUX_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counting/expected.h"
#include "base/monitor_name.h"

/** The longest that looking for rules may take, in seconds. */
#define RULES_SECONDS 5

/** Takes one rule. Returns 0, or -ENOMEM, which ends the reading. */
typedef int rules_sink(void *context, const char *monitor, const char *command);

/**
 * rules_parse - find rules in what iptables-save wrote
 * @tool:	that takes the commands, such as "iptables"
 * @sink:	is given the commands of each chain in their order
 *
 * A rule goes to the end of its chain again where no other followed it, else to its
 * place. Words are quoted for a shell; rules with control characters are left out.
 *
 * Returns 0, -EBADMSG when the text is cut off, or -ENOMEM.
 */
int rules_parse(const char *tool, const char *text, size_t length,
		rules_sink *sink, void *context);

/**
 * rules_remember - put the rules that feed monitors now in the place of those known
 *
 * Runs what there is of iptables-save and ip6tables-save, for RULES_SECONDS at most.
 * What could not be found stays as it was. Of monitors with fewer rules than they had,
 * those that are gone are marked; if none is, they count again. Returns 0 or -ENOMEM.
 */
int rules_remember(struct expected *expected);

/**
 * rules_run - run a program and take what it writes
 * @deadline:	by clock_monotonic(); then it is killed
 * @text:	the caller frees it
 *
 * Returns 0, -ETIME, -E2BIG, -EIO when it failed, or -errno.
 */
int rules_run(char *const words[], int64_t deadline, char **text,
	      size_t *length);

#endif
