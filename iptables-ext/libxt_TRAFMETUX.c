// SPDX-License-Identifier: GPL-2.0-or-later
/* The iptables and ip6tables side of the TRAFMETUX target. */
#include <stddef.h>
#include <stdio.h>
#include <xtables.h>

#include "monitor_name.h"
#include "xt_TRAFMETUX.h"

enum {
	O_MONITOR,
};

static const struct xt_option_entry trafmetux_options[] = {
	{
		.name = "monitor",
		.id = O_MONITOR,
		.type = XTTYPE_STRING,
		.flags = XTOPT_MAND,
	},
	XTOPT_TABLEEND,
};

static void trafmetux_help(void)
{
	printf("TRAFMETUX target options:\n"
	       "  --monitor name	Count in this monitor, created if there is none:\n"
	       "			1 to %d of A-Za-z0-9_.:+@-, not beginning with . or -\n"
	       "			(read it in /proc/trafmetux/name)\n",
	       XT_TRAFMETUX_NAME_SIZE - 1);
}

static void trafmetux_parse(struct xt_option_call *call)
{
	struct xt_trafmetux_tginfo *info = call->data;

	/* Also checks that the option is given once. */
	xtables_option_parse(call);
	monitor_name_take("TRAFMETUX", call->arg, info->name);
}

static void trafmetux_print(const void *ip, const struct xt_entry_target *target,
			    int numeric)
{
	const struct xt_trafmetux_tginfo *info = (const void *)target->data;

	printf(" monitor %.*s", XT_TRAFMETUX_NAME_SIZE, info->name);
}

static void trafmetux_save(const void *ip, const struct xt_entry_target *target)
{
	const struct xt_trafmetux_tginfo *info = (const void *)target->data;

	/* No valid name needs quotes. */
	printf(" --monitor %.*s", XT_TRAFMETUX_NAME_SIZE, info->name);
}

static struct xtables_target trafmetux_target = {
	.name = "TRAFMETUX",
	.family = NFPROTO_UNSPEC,
	.revision = 0,
	.version = XTABLES_VERSION,
	.size = XT_ALIGN(sizeof(struct xt_trafmetux_tginfo)),
	.userspacesize = offsetof(struct xt_trafmetux_tginfo, internal),
	.help = trafmetux_help,
	.print = trafmetux_print,
	.save = trafmetux_save,
	.x6_parse = trafmetux_parse,
	.x6_options = trafmetux_options,
};

__attribute__((constructor)) static void trafmetux_register(void)
{
	xtables_register_target(&trafmetux_target);
}
