// SPDX-License-Identifier: GPL-2.0-or-later
/* The iptables and ip6tables side of the TRAFMETUX target. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <xtables.h>

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
	       "  --monitor name	Count the packets in this monitor, made at need:\n"
	       "			1 to %d of A-Za-z0-9_.:+@-, not beginning with . or -\n"
	       "			(read it in /proc/trafmetux/name)\n",
	       XT_TRAFMETUX_NAME_SIZE - 1);
}

static void trafmetux_parse(struct xt_option_call *call)
{
	struct xt_trafmetux_tginfo *info = call->data;
	enum xt_trafmetux_name_fault fault;

	/* Also checks that the option is given once. */
	xtables_option_parse(call);

	fault = xt_trafmetux_name_check(call->arg);
	switch (fault) {
	case XT_TRAFMETUX_NAME_OK:
		break;
	case XT_TRAFMETUX_NAME_EMPTY:
		xtables_error(PARAMETER_PROBLEM,
			      "TRAFMETUX: --monitor needs a name, it is empty");
	case XT_TRAFMETUX_NAME_UNTERMINATED:
		xtables_error(PARAMETER_PROBLEM,
			      "TRAFMETUX: --monitor \"%s\" is too long, at most %d characters can be had",
			      call->arg, XT_TRAFMETUX_NAME_SIZE - 1);
	case XT_TRAFMETUX_NAME_FIRST:
		xtables_error(PARAMETER_PROBLEM,
			      "TRAFMETUX: --monitor \"%s\" must not begin with '.' or '-'",
			      call->arg);
	case XT_TRAFMETUX_NAME_CHARACTER:
		xtables_error(PARAMETER_PROBLEM,
			      "TRAFMETUX: --monitor \"%s\" has a character other than A-Za-z0-9_.:+@-",
			      call->arg);
	}
	memset(info->name, 0, sizeof(info->name));
	memcpy(info->name, call->arg, strlen(call->arg));
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
