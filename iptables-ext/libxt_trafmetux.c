// SPDX-License-Identifier: GPL-2.0-or-later
/* The iptables and ip6tables side of the trafmetux match. */
#include <stddef.h>
#include <stdio.h>
#include <xtables.h>

#include "monitor_name.h"
#include "xt_TRAFMETUX.h"

enum {
	O_MONITOR,
	O_OVER_LIMIT,
};

static const struct xt_option_entry trafmetux_options[] = {
	{
		.name = "monitor",
		.id = O_MONITOR,
		.type = XTTYPE_STRING,
		.flags = XTOPT_MAND,
	},
	{
		.name = "over-limit",
		.id = O_OVER_LIMIT,
		.type = XTTYPE_NONE,
		.flags = XTOPT_MAND | XTOPT_INVERT,
	},
	XTOPT_TABLEEND,
};

static void trafmetux_help(void)
{
	printf("trafmetux match options:\n"
	       "  --monitor name	The monitor to look at, created if there is none\n"
	       "[!] --over-limit	Match while it has more bytes than its limit\n"
	       "			(set it by: echo bytes >/proc/trafmetux/name)\n");
}

static void trafmetux_parse(struct xt_option_call *call)
{
	struct xt_trafmetux_mtinfo *info = call->data;

	/* Also checks that the option is given once. */
	xtables_option_parse(call);
	switch (call->entry->id) {
	case O_MONITOR:
		monitor_name_take("trafmetux", call->arg, info->name);
		break;
	case O_OVER_LIMIT:
		info->flags = XT_TRAFMETUX_OVER_LIMIT;
		if (call->invert)
			info->flags |= XT_TRAFMETUX_INVERT;
		break;
	}
}

static void trafmetux_print(const void *ip, const struct xt_entry_match *match,
			    int numeric)
{
	const struct xt_trafmetux_mtinfo *info = (const void *)match->data;

	printf(" monitor %.*s%s over-limit", XT_TRAFMETUX_NAME_SIZE, info->name,
	       info->flags & XT_TRAFMETUX_INVERT ? " !" : "");
}

static void trafmetux_save(const void *ip, const struct xt_entry_match *match)
{
	const struct xt_trafmetux_mtinfo *info = (const void *)match->data;

	/* No valid name needs quotes. */
	printf(" --monitor %.*s%s --over-limit", XT_TRAFMETUX_NAME_SIZE, info->name,
	       info->flags & XT_TRAFMETUX_INVERT ? " !" : "");
}

static struct xtables_match trafmetux_match = {
	.name = "trafmetux",
	.family = NFPROTO_UNSPEC,
	.revision = 0,
	.version = XTABLES_VERSION,
	.size = XT_ALIGN(sizeof(struct xt_trafmetux_mtinfo)),
	.userspacesize = offsetof(struct xt_trafmetux_mtinfo, internal),
	.help = trafmetux_help,
	.print = trafmetux_print,
	.save = trafmetux_save,
	.x6_parse = trafmetux_parse,
	.x6_options = trafmetux_options,
};

__attribute__((constructor)) static void trafmetux_register(void)
{
	xtables_register_match(&trafmetux_match);
}
