// SPDX-License-Identifier: GPL-2.0-or-later
/* The iptables and ip6tables side of the TRAFMETUX_HOSTS target. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <xtables.h>

#include "monitor_name.h"
#include "xt_TRAFMETUX.h"

enum {
	O_MONITOR,
	O_HOST,
	O_AS,
	O_MAX,
	O_MASK4,
	O_MASK6,
	O_LEARN,
	O_NO_LEARN,
	F_AS = 1 << O_AS,
	F_LEARN = 1 << O_LEARN,
	F_NO_LEARN = 1 << O_NO_LEARN,
};

enum {
	MAX_DEFAULT = 1024,
};

static const struct xt_option_entry hosts_options[] = {
	{
		.name = "monitor",
		.id = O_MONITOR,
		.type = XTTYPE_STRING,
		.flags = XTOPT_MAND,
	},
	{
		.name = "host",
		.id = O_HOST,
		.type = XTTYPE_STRING,
		.flags = XTOPT_MAND,
	},
	{
		.name = "as",
		.id = O_AS,
		.type = XTTYPE_STRING,
	},
	{
		.name = "max",
		.id = O_MAX,
		.type = XTTYPE_UINT32,
		.min = 1,
		.max = XT_TRAFMETUX_HOSTS_MAX,
	},
	{
		.name = "mask4",
		.id = O_MASK4,
		.type = XTTYPE_UINT8,
		.max = 32,
	},
	{
		.name = "mask6",
		.id = O_MASK6,
		.type = XTTYPE_UINT8,
		.max = 128,
	},
	{
		.name = "learn",
		.id = O_LEARN,
		.type = XTTYPE_NONE,
		.excl = F_NO_LEARN,
	},
	{
		.name = "no-learn",
		.id = O_NO_LEARN,
		.type = XTTYPE_NONE,
		.excl = F_LEARN,
	},
	XTOPT_TABLEEND,
};

static void hosts_help(void)
{
	printf("TRAFMETUX_HOSTS target options:\n"
	       "  --monitor name	Count in this monitor and in its table of hosts\n"
	       "			(read them in /proc/trafmetux/name~hosts)\n"
	       "  --host src|dst|none	Which address is the host's\n"
	       "[--as up|down]		Which way that is: up for src, down for dst if not given\n"
	       "[--max number]		Room for so many hosts, %d if not given\n"
	       "[--mask4 bits]		One host is what has these bits of an address in common,\n"
	       "[--mask6 bits]		32 for IPv4 and 128 for IPv6 if not given\n"
	       "[--learn|--no-learn]	Give new hosts a row, or none: src does if not given\n",
	       MAX_DEFAULT);
}

static void hosts_init(struct xt_entry_target *target)
{
	struct xt_trafmetux_hosts_tginfo *info = (void *)target->data;

	info->max = MAX_DEFAULT;
	info->mask4 = 32;
	info->mask6 = 128;
}

static void host_take(const char *text, struct xt_trafmetux_hosts_tginfo *info)
{
	if (!strcmp(text, "src"))
		info->host = XT_TRAFMETUX_HOSTS_SRC;
	else if (!strcmp(text, "dst"))
		info->host = XT_TRAFMETUX_HOSTS_DST;
	else if (!strcmp(text, "none"))
		info->host = XT_TRAFMETUX_HOSTS_NONE;
	else
		xtables_error(PARAMETER_PROBLEM,
			      "TRAFMETUX_HOSTS: --host is src, dst or none, not \"%s\"", text);
}

static void way_take(const char *text, struct xt_trafmetux_hosts_tginfo *info)
{
	if (!strcmp(text, "down"))
		info->flags |= XT_TRAFMETUX_HOSTS_DOWN;
	else if (strcmp(text, "up"))
		xtables_error(PARAMETER_PROBLEM,
			      "TRAFMETUX_HOSTS: --as is up or down, not \"%s\"", text);
}

static void hosts_parse(struct xt_option_call *call)
{
	struct xt_trafmetux_hosts_tginfo *info = call->data;

	/* Also checks that each option is given once, and the numbers' ranges. */
	xtables_option_parse(call);
	switch (call->entry->id) {
	case O_MONITOR:
		monitor_name_take("TRAFMETUX_HOSTS", call->arg, info->name);
		break;
	case O_HOST:
		host_take(call->arg, info);
		break;
	case O_AS:
		way_take(call->arg, info);
		break;
	case O_MAX:
		info->max = call->val.u32;
		break;
	case O_MASK4:
		info->mask4 = call->val.u8;
		break;
	case O_MASK6:
		info->mask6 = call->val.u8;
		break;
	case O_LEARN:
		info->flags |= XT_TRAFMETUX_HOSTS_LEARN;
		break;
	}
}

/* What is not said follows from the host. */
static void hosts_check(struct xt_fcheck_call *call)
{
	struct xt_trafmetux_hosts_tginfo *info = call->data;
	bool is_source = info->host == XT_TRAFMETUX_HOSTS_SRC;
	bool is_destination = info->host == XT_TRAFMETUX_HOSTS_DST;

	if (info->host == XT_TRAFMETUX_HOSTS_NONE) {
		if (!(call->xflags & F_AS))
			xtables_error(PARAMETER_PROBLEM,
				      "TRAFMETUX_HOSTS: --host none needs --as up or --as down");
		if (call->xflags & F_LEARN)
			xtables_error(PARAMETER_PROBLEM,
				      "TRAFMETUX_HOSTS: with --host none there is nothing to --learn");
	}
	if (is_destination && !(call->xflags & F_AS))
		info->flags |= XT_TRAFMETUX_HOSTS_DOWN;
	if (is_source && !(call->xflags & (F_LEARN | F_NO_LEARN)))
		info->flags |= XT_TRAFMETUX_HOSTS_LEARN;
}

static const char *host_name(const struct xt_trafmetux_hosts_tginfo *info)
{
	switch (info->host) {
	case XT_TRAFMETUX_HOSTS_SRC:
		return "src";
	case XT_TRAFMETUX_HOSTS_DST:
		return "dst";
	case XT_TRAFMETUX_HOSTS_NONE:
		return "none";
	}
	return "?";
}

/* Only what would not be so anyway. No valid name needs quotes. */
static void show(const struct xt_trafmetux_hosts_tginfo *info, const char *dashes)
{
	bool down = info->flags & XT_TRAFMETUX_HOSTS_DOWN;
	bool learn = info->flags & XT_TRAFMETUX_HOSTS_LEARN;
	bool is_source = info->host == XT_TRAFMETUX_HOSTS_SRC;
	bool is_destination = info->host == XT_TRAFMETUX_HOSTS_DST;

	printf(" %smonitor %.*s %shost %s", dashes, XT_TRAFMETUX_NAME_SIZE, info->name,
	       dashes, host_name(info));
	if (info->host == XT_TRAFMETUX_HOSTS_NONE || down != is_destination)
		printf(" %sas %s", dashes, down ? "down" : "up");
	if (info->max != MAX_DEFAULT)
		printf(" %smax %u", dashes, info->max);
	if (info->mask4 != 32)
		printf(" %smask4 %u", dashes, info->mask4);
	if (info->mask6 != 128)
		printf(" %smask6 %u", dashes, info->mask6);
	if (learn != is_source)
		printf(" %s%s", dashes, learn ? "learn" : "no-learn");
}

static void hosts_print(const void *ip, const struct xt_entry_target *target, int numeric)
{
	show((const void *)target->data, "");
}

static void hosts_save(const void *ip, const struct xt_entry_target *target)
{
	show((const void *)target->data, "--");
}

static struct xtables_target hosts_target = {
	.name = "TRAFMETUX_HOSTS",
	.family = NFPROTO_UNSPEC,
	.revision = 0,
	.version = XTABLES_VERSION,
	.size = XT_ALIGN(sizeof(struct xt_trafmetux_hosts_tginfo)),
	.userspacesize = offsetof(struct xt_trafmetux_hosts_tginfo, internal),
	.help = hosts_help,
	.init = hosts_init,
	.print = hosts_print,
	.save = hosts_save,
	.x6_parse = hosts_parse,
	.x6_fcheck = hosts_check,
	.x6_options = hosts_options,
};

__attribute__((constructor)) static void hosts_register(void)
{
	xtables_register_target(&hosts_target);
}
