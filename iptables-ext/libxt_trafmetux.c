// SPDX-License-Identifier: GPL-2.0-or-later
/* The iptables and ip6tables side of the trafmetux match. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <xtables.h>

#include "monitor_name.h"
#include "xt_TRAFMETUX.h"

enum {
	O_MONITOR,
	O_OVER_LIMIT,
	O_HOST,
	O_MASK4,
	O_MASK6,
	F_HOST = 1 << O_HOST,
};

enum {
	HOST = XT_TRAFMETUX_HOST_SRC | XT_TRAFMETUX_HOST_DST,
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
	{
		.name = "host",
		.id = O_HOST,
		.type = XTTYPE_STRING,
	},
	{
		.name = "mask4",
		.id = O_MASK4,
		.type = XTTYPE_UINT8,
		.max = 32,
		.also = F_HOST,
	},
	{
		.name = "mask6",
		.id = O_MASK6,
		.type = XTTYPE_UINT8,
		.max = 128,
		.also = F_HOST,
	},
	XTOPT_TABLEEND,
};

static void trafmetux_help(void)
{
	printf("trafmetux match options:\n"
	       "  --monitor name	The monitor to look at, created if there is none\n"
	       "[!] --over-limit	Match while it has more bytes than its limit\n"
	       "			(set it by: echo bytes >/proc/trafmetux/name)\n"
	       "  --host src|dst	Look at this host in its table, not at the monitor\n"
	       "			(by: echo limit address bytes >/proc/trafmetux/name~hosts)\n"
	       "[--mask4 bits]		The host is what has these bits of its address,\n"
	       "[--mask6 bits]		32 for IPv4 and 128 for IPv6 if not given\n");
}

static void host_take(const char *text, struct xt_trafmetux_mtinfo *info)
{
	if (!strcmp(text, "src"))
		info->flags |= XT_TRAFMETUX_HOST_SRC;
	else if (!strcmp(text, "dst"))
		info->flags |= XT_TRAFMETUX_HOST_DST;
	else
		xtables_error(PARAMETER_PROBLEM,
			      "trafmetux: --host is src or dst, not \"%s\"", text);
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
		info->flags |= XT_TRAFMETUX_OVER_LIMIT;
		if (call->invert)
			info->flags |= XT_TRAFMETUX_INVERT;
		break;
	case O_HOST:
		host_take(call->arg, info);
		break;
	case O_MASK4:
		info->mask4 = call->val.u8;
		break;
	case O_MASK6:
		info->mask6 = call->val.u8;
		break;
	}
}

/* What is not said, where there is a host. */
static void trafmetux_check(struct xt_fcheck_call *call)
{
	struct xt_trafmetux_mtinfo *info = call->data;

	if (!(info->flags & HOST))
		return;
	if (!(call->xflags & 1 << O_MASK4))
		info->mask4 = 32;
	if (!(call->xflags & 1 << O_MASK6))
		info->mask6 = 128;
}

static void host_show(const struct xt_trafmetux_mtinfo *info, const char *dashes)
{
	if (!(info->flags & HOST))
		return;
	printf(" %shost %s", dashes, info->flags & XT_TRAFMETUX_HOST_SRC ? "src" : "dst");
	if (info->mask4 != 32)
		printf(" %smask4 %u", dashes, info->mask4);
	if (info->mask6 != 128)
		printf(" %smask6 %u", dashes, info->mask6);
}

static void trafmetux_print(const void *ip, const struct xt_entry_match *match,
			    int numeric)
{
	const struct xt_trafmetux_mtinfo *info = (const void *)match->data;

	printf(" monitor %.*s", XT_TRAFMETUX_NAME_SIZE, info->name);
	host_show(info, "");
	printf("%s over-limit", info->flags & XT_TRAFMETUX_INVERT ? " !" : "");
}

static void trafmetux_save(const void *ip, const struct xt_entry_match *match)
{
	const struct xt_trafmetux_mtinfo *info = (const void *)match->data;

	/* No valid name needs quotes. */
	printf(" --monitor %.*s", XT_TRAFMETUX_NAME_SIZE, info->name);
	host_show(info, "--");
	printf("%s --over-limit", info->flags & XT_TRAFMETUX_INVERT ? " !" : "");
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
	.x6_fcheck = trafmetux_check,
	.x6_options = trafmetux_options,
};

__attribute__((constructor)) static void trafmetux_register(void)
{
	xtables_register_match(&trafmetux_match);
}
