// SPDX-License-Identifier: GPL-2.0-only
/* The target: counts each packet of a rule in the rule's monitor. */
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netfilter/x_tables.h>
#include <linux/skbuff.h>

#include "counter.h"
#include "monitor.h"
#include "registry.h"
#include "rules.h"
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
	struct trafmetux_wire wire = trafmetux_wire_several(skb, family);

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
	unsigned long end = skb_end_offset(skb);
	struct trafmetux_wire wire;

	trafmetux_monitor_assert(rule->monitor);
	if (!trafmetux_wire_is_one(skb, &end)) {
		if (unlikely(!trafmetux_wire_quick(skb, &end, family, &wire)))
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

static int trafmetux_target_checkentry(const struct xt_tgchk_param *par)
{
	struct xt_trafmetux_tginfo *info = par->targinfo;
	struct trafmetux_rule *rule = (void *)info->internal;
	struct trafmetux_monitor *monitor;

	BUILD_BUG_ON(sizeof(*rule) > sizeof(info->internal));

	monitor = trafmetux_registry_get(par->net, info->name, TRAFMETUX_RULE);
	if (IS_ERR(monitor))
		return PTR_ERR(monitor);
	rule->counter = monitor->counter;
	rule->monitor = monitor;
	return 0;
}

static void trafmetux_target_destroy(const struct xt_tgdtor_param *par)
{
	const struct xt_trafmetux_tginfo *info = par->targinfo;
	const struct trafmetux_rule *rule = (const void *)info->internal;

	trafmetux_registry_put(rule->monitor, TRAFMETUX_RULE);
}

/* Not NFPROTO_UNSPEC: that would offer it to bridges and ARP as well. */
static struct xt_target trafmetux_targets[] __read_mostly = {
	{
		.name = "TRAFMETUX",
		.family = NFPROTO_IPV4,
		.target = trafmetux_target_ipv4,
		.checkentry = trafmetux_target_checkentry,
		.destroy = trafmetux_target_destroy,
		.targetsize = sizeof(struct xt_trafmetux_tginfo),
		.usersize = offsetof(struct xt_trafmetux_tginfo, internal),
		.me = THIS_MODULE,
	},
	{
		.name = "TRAFMETUX",
		.family = NFPROTO_IPV6,
		.target = trafmetux_target_ipv6,
		.checkentry = trafmetux_target_checkentry,
		.destroy = trafmetux_target_destroy,
		.targetsize = sizeof(struct xt_trafmetux_tginfo),
		.usersize = offsetof(struct xt_trafmetux_tginfo, internal),
		.me = THIS_MODULE,
	},
};

/**
 * trafmetux_target_init() - offer the target to iptables and ip6tables
 *
 * Return: 0 or an error of xt_register_targets().
 */
int __init trafmetux_target_init(void)
{
	return xt_register_targets(trafmetux_targets,
				   ARRAY_SIZE(trafmetux_targets));
}

/**
 * trafmetux_target_exit() - the reverse; no rule has it any more
 */
void trafmetux_target_exit(void)
{
	xt_unregister_targets(trafmetux_targets,
			      ARRAY_SIZE(trafmetux_targets));
}
