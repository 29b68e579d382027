// SPDX-License-Identifier: GPL-2.0-only
/*
 * xt_TRAFMETUX: an xtables target that counts packets in named monitors,
 * as they are on the wire, and remembers the minutes of the last day.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/netfilter/x_tables.h>
#include <linux/skbuff.h>

#include "counter.h"
#include "monitor.h"
#include "procfs.h"
#include "sampler.h"
#include "wire.h"
#include "xt_TRAFMETUX.h"

/**
 * struct trafmetux_rule - what a rule keeps in xt_trafmetux_tginfo.internal
 * @counter: the monitor's, one load away for the packet path
 * @monitor: the reference that the rule holds
 */
struct trafmetux_rule {
	struct trafmetux_counter __percpu *counter;
	struct trafmetux_monitor *monitor;
};

static noinline unsigned int
trafmetux_count_several(struct sk_buff *skb, const struct trafmetux_rule *rule,
			u8 family)
{
	struct trafmetux_wire wire;

	if (skb_is_gso(skb))
		wire = trafmetux_wire_gso(skb, family);
	else
		wire = trafmetux_wire_fragments(skb, family);
	trafmetux_counter_add(rule->counter, wire.packets, wire.bytes);
	return XT_CONTINUE;
}

/*
 * Nearly all packets leave by the last line, and nearly all of the others by
 * the one before it. The rest go to a function of their own, so that this one
 * needs no stack frame.
 */
static __always_inline unsigned int
trafmetux_count(struct sk_buff *skb, const struct xt_action_param *par,
		u8 family)
{
	const struct xt_trafmetux_tginfo *info = par->targinfo;
	const struct trafmetux_rule *rule = (const void *)info->internal;
	struct trafmetux_wire wire;

	if (!trafmetux_wire_is_one(skb)) {
		if (unlikely(!trafmetux_wire_quick(skb, family, &wire)))
			return trafmetux_count_several(skb, rule, family);
		trafmetux_counter_add(rule->counter, wire.packets, wire.bytes);
		return XT_CONTINUE;
	}
	trafmetux_counter_add(rule->counter, 1, skb->len);
	return XT_CONTINUE;
}

static unsigned int
trafmetux_target_ipv4(struct sk_buff *skb, const struct xt_action_param *par)
{
	return trafmetux_count(skb, par, NFPROTO_IPV4);
}

static unsigned int
trafmetux_target_ipv6(struct sk_buff *skb, const struct xt_action_param *par)
{
	return trafmetux_count(skb, par, NFPROTO_IPV6);
}

static const char *
trafmetux_fault_text(enum xt_trafmetux_name_fault fault)
{
	switch (fault) {
	case XT_TRAFMETUX_NAME_OK:
		break;
	case XT_TRAFMETUX_NAME_EMPTY:
		return "is empty";
	case XT_TRAFMETUX_NAME_UNTERMINATED:
		return "is not terminated";
	case XT_TRAFMETUX_NAME_FIRST:
		return "begins with '.' or '-'";
	case XT_TRAFMETUX_NAME_CHARACTER:
		return "has a character that is not one of A-Za-z0-9_.:+@-";
	}
	return "is in order";
}

static int trafmetux_checkentry(const struct xt_tgchk_param *par)
{
	struct xt_trafmetux_tginfo *info = par->targinfo;
	struct trafmetux_rule *rule = (void *)info->internal;
	enum xt_trafmetux_name_fault fault;
	struct trafmetux_monitor *monitor;

	BUILD_BUG_ON(sizeof(*rule) > sizeof(info->internal));

	fault = xt_trafmetux_name_check(info->name);
	if (fault != XT_TRAFMETUX_NAME_OK) {
		pr_info_ratelimited("the monitor's name %s\n",
				    trafmetux_fault_text(fault));
		return -EINVAL;
	}

	monitor = trafmetux_monitor_get(par->net, info->name);
	if (IS_ERR(monitor)) {
		if (PTR_ERR(monitor) == -ENOSPC)
			pr_info_ratelimited("too many monitors to add %s, see max_monitors, and linger for those without rules\n",
					    info->name);
		return PTR_ERR(monitor);
	}
	rule->counter = monitor->counter;
	rule->monitor = monitor;
	return 0;
}

static void trafmetux_destroy(const struct xt_tgdtor_param *par)
{
	const struct xt_trafmetux_tginfo *info = par->targinfo;
	const struct trafmetux_rule *rule = (const void *)info->internal;

	trafmetux_monitor_put(rule->monitor);
}

/* Not NFPROTO_UNSPEC: that would offer it to bridges and ARP as well. */
static struct xt_target trafmetux_targets[] __read_mostly = {
	{
		.name = "TRAFMETUX",
		.family = NFPROTO_IPV4,
		.target = trafmetux_target_ipv4,
		.checkentry = trafmetux_checkentry,
		.destroy = trafmetux_destroy,
		.targetsize = sizeof(struct xt_trafmetux_tginfo),
		.usersize = offsetof(struct xt_trafmetux_tginfo, internal),
		.me = THIS_MODULE,
	},
	{
		.name = "TRAFMETUX",
		.family = NFPROTO_IPV6,
		.target = trafmetux_target_ipv6,
		.checkentry = trafmetux_checkentry,
		.destroy = trafmetux_destroy,
		.targetsize = sizeof(struct xt_trafmetux_tginfo),
		.usersize = offsetof(struct xt_trafmetux_tginfo, internal),
		.me = THIS_MODULE,
	},
};

static int __init trafmetux_init(void)
{
	int err;

	err = trafmetux_monitor_init();
	if (err)
		return err;
	err = trafmetux_proc_init();
	if (err)
		goto monitor_exit;
	trafmetux_sampler_start();
	err = xt_register_targets(trafmetux_targets,
				  ARRAY_SIZE(trafmetux_targets));
	if (err)
		goto sampler_stop;
	return 0;

sampler_stop:
	trafmetux_sampler_stop();
	trafmetux_proc_exit();
monitor_exit:
	trafmetux_monitor_exit();
	return err;
}

static void __exit trafmetux_exit(void)
{
	xt_unregister_targets(trafmetux_targets,
			      ARRAY_SIZE(trafmetux_targets));
	trafmetux_sampler_stop();
	trafmetux_proc_exit();
	trafmetux_monitor_exit();
}

module_init(trafmetux_init);
module_exit(trafmetux_exit);

MODULE_DESCRIPTION("Xtables: counts packets in named monitors with a history");
MODULE_AUTHOR("The Trafmetux project");
MODULE_LICENSE("GPL");
MODULE_ALIAS("ipt_TRAFMETUX");
MODULE_ALIAS("ip6t_TRAFMETUX");
