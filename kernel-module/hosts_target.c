// SPDX-License-Identifier: GPL-2.0-only
/*
 * The target for hosts: counts each packet of a rule in the row of its host, and in
 * the rule's monitor, as the plain target does. In this order, so that the rows are
 * never short of the monitor.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netfilter/x_tables.h>
#include <linux/printk.h>
#include <linux/skbuff.h>
#include <linux/string.h>

#include "counter.h"
#include "hosts.h"
#include "monitor.h"
#include "registry.h"
#include "rules.h"
#include "wire.h"
#include "xt_TRAFMETUX.h"

/**
 * struct trafmetux_hosts_rule - what a rule keeps in its info's internal part
 * @hosts: the monitor's table
 * @counter: the monitor's
 * @mask: of addresses
 * @tag: what a row's tag must be, but for the MAC address
 * @compare: which bits of it matter; all if MAC addresses are learnt
 * @offset: where a packet's host is in its IP header
 * @direction: of all that it counts
 * @learn: does it make rows?
 * @monitor: the reference that the rule holds
 */
struct trafmetux_hosts_rule {
	struct trafmetux_hosts *hosts;
	struct trafmetux_counter __percpu *counter;
	union trafmetux_address mask;
	u64 compare;
	u8 tag;
	u8 offset;
	u8 direction;
	bool learn;
	struct trafmetux_monitor *monitor;
};

static __always_inline void
trafmetux_hosts_count(const struct trafmetux_hosts_rule *rule,
		      struct trafmetux_host *host, u64 packets, u64 bytes)
{
	trafmetux_flow_add(&host->flow[rule->direction], packets, bytes);
	trafmetux_counter_add(rule->counter, packets, bytes);
}

/* A packet that is or may be several on the wire. */
static noinline unsigned int
trafmetux_hosts_several(struct sk_buff *skb,
			const struct trafmetux_hosts_rule *rule,
			struct trafmetux_host *host, u8 family)
{
	struct trafmetux_wire wire = trafmetux_wire_several(skb, family);

	trafmetux_hosts_count(rule, host, wire.packets, wire.bytes);
	return XT_CONTINUE;
}

static __always_inline unsigned int
trafmetux_hosts_finish(struct sk_buff *skb,
		       const struct trafmetux_hosts_rule *rule,
		       struct trafmetux_host *host, u8 family)
{
	unsigned long end = skb_end_offset(skb);
	struct trafmetux_wire wire;

	if (!trafmetux_wire_is_one(skb, &end)) {
		if (unlikely(!trafmetux_wire_quick(skb, &end, family, &wire)))
			return trafmetux_hosts_several(skb, rule, host, family);
		trafmetux_hosts_count(rule, host, wire.packets, wire.bytes);
		return XT_CONTINUE;
	}
	trafmetux_hosts_count(rule, host, 1, skb->len);
	return XT_CONTINUE;
}

static const void *trafmetux_hosts_address(const struct sk_buff *skb,
					   const struct trafmetux_hosts_rule *rule)
{
	return skb_network_header(skb) + rule->offset;
}

static __always_inline u64
trafmetux_hosts_tag(const struct sk_buff *skb,
		    const struct trafmetux_hosts_rule *rule)
{
	u64 tag = rule->tag;

	if (rule->compare & TRAFMETUX_TAG_MAC)
		tag |= trafmetux_host_mac(skb);
	return tag;
}

/* A packet whose row is not there, or not the one that counted last. */
static __always_inline unsigned int
trafmetux_hosts_new(struct sk_buff *skb, const struct trafmetux_hosts_rule *rule,
		    const union trafmetux_address *address, u8 family)
{
	struct trafmetux_host_key key = {
		.address = *address,
		.tag = trafmetux_hosts_tag(skb, rule),
		.compare = rule->compare,
	};
	struct trafmetux_host *host = NULL;

	if (rule->tag != TRAFMETUX_KIND_NONE)
		host = trafmetux_hosts_settle(rule->hosts, &key, rule->learn);
	if (!host)
		host = &rule->hosts->other;
	return trafmetux_hosts_finish(skb, rule, host, family);
}

static noinline unsigned int
trafmetux_hosts_new_ipv4(struct sk_buff *skb,
			 const struct trafmetux_hosts_rule *rule)
{
	union trafmetux_address address = {};

	address.v4 = *(const __be32 *)trafmetux_hosts_address(skb, rule) &
		     rule->mask.v4;
	return trafmetux_hosts_new(skb, rule, &address, NFPROTO_IPV4);
}

static noinline unsigned int
trafmetux_hosts_new_ipv6(struct sk_buff *skb,
			 const struct trafmetux_hosts_rule *rule)
{
	union trafmetux_address address;

	memcpy(&address, trafmetux_hosts_address(skb, rule), sizeof(address));
	address.word[0] &= rule->mask.word[0];
	address.word[1] &= rule->mask.word[1];
	return trafmetux_hosts_new(skb, rule, &address, NFPROTO_IPV6);
}

static unsigned int
trafmetux_hosts_ipv4(struct sk_buff *skb, const struct xt_action_param *par)
{
	const struct xt_trafmetux_hosts_tginfo *info = par->targinfo;
	const struct trafmetux_hosts_rule *rule = (const void *)info->internal;
	struct trafmetux_host *host;
	__be32 address;

	trafmetux_monitor_assert(rule->monitor);
	address = *(const __be32 *)trafmetux_hosts_address(skb, rule) &
		  rule->mask.v4;
	host = trafmetux_hosts_find_ipv4(rule->hosts, address,
					 trafmetux_hosts_tag(skb, rule),
					 rule->compare);
	if (unlikely(!host))
		return trafmetux_hosts_new_ipv4(skb, rule);
	return trafmetux_hosts_finish(skb, rule, host, NFPROTO_IPV4);
}

static unsigned int
trafmetux_hosts_ipv6(struct sk_buff *skb, const struct xt_action_param *par)
{
	const struct xt_trafmetux_hosts_tginfo *info = par->targinfo;
	const struct trafmetux_hosts_rule *rule = (const void *)info->internal;
	const unsigned char *address;
	struct trafmetux_host *host;
	__be64 word[2];

	trafmetux_monitor_assert(rule->monitor);
	address = trafmetux_hosts_address(skb, rule);
	memcpy(word, address, sizeof(word));	/* only 4 bytes are aligned */
	host = trafmetux_hosts_find_ipv6(rule->hosts,
					 word[0] & rule->mask.word[0],
					 word[1] & rule->mask.word[1],
					 trafmetux_hosts_tag(skb, rule),
					 rule->compare);
	if (unlikely(!host))
		return trafmetux_hosts_new_ipv6(skb, rule);
	return trafmetux_hosts_finish(skb, rule, host, NFPROTO_IPV6);
}

static int trafmetux_hosts_check(const struct xt_trafmetux_hosts_tginfo *info)
{
	if (info->max >= 1 && info->max <= XT_TRAFMETUX_HOSTS_MAX &&
	    info->host >= XT_TRAFMETUX_HOSTS_SRC &&
	    info->host <= XT_TRAFMETUX_HOSTS_NONE &&
	    !(info->flags & ~(XT_TRAFMETUX_HOSTS_DOWN |
			      XT_TRAFMETUX_HOSTS_LEARN)) &&
	    info->mask4 <= 32 && info->mask6 <= 128)
		return 0;
	pr_info_ratelimited("a rule for hosts asks for what this version does not have\n");
	return -EINVAL;
}

/* Devices have MAC addresses, networks don't. */
static void trafmetux_hosts_prepare(struct trafmetux_hosts_rule *rule,
				    const struct xt_trafmetux_hosts_tginfo *info,
				    u8 family)
{
	bool is_ipv4 = family == NFPROTO_IPV4;
	bool is_source = info->host == XT_TRAFMETUX_HOSTS_SRC;
	bool is_whole = is_ipv4 ? info->mask4 == 32 : info->mask6 == 128;

	rule->tag = is_ipv4 ? info->mask4 : TRAFMETUX_KIND_IPV6 + info->mask6;
	trafmetux_address_prefix(&rule->mask, rule->tag);
	if (info->host == XT_TRAFMETUX_HOSTS_NONE)
		rule->tag = TRAFMETUX_KIND_NONE;
	if (is_ipv4)
		rule->offset = is_source ? offsetof(struct iphdr, saddr) :
					   offsetof(struct iphdr, daddr);
	else
		rule->offset = is_source ? offsetof(struct ipv6hdr, saddr) :
					   offsetof(struct ipv6hdr, daddr);
	rule->direction = info->flags & XT_TRAFMETUX_HOSTS_DOWN ?
			  TRAFMETUX_DOWN : TRAFMETUX_UP;
	rule->learn = info->flags & XT_TRAFMETUX_HOSTS_LEARN;
	rule->compare = TRAFMETUX_TAG_LOW;
	if (is_source && is_whole && rule->learn)
		rule->compare |= TRAFMETUX_TAG_MAC;
}

static int trafmetux_hosts_checkentry(const struct xt_tgchk_param *par)
{
	struct xt_trafmetux_hosts_tginfo *info = par->targinfo;
	struct trafmetux_hosts_rule *rule = (void *)info->internal;
	struct trafmetux_monitor *monitor;
	int err;

	BUILD_BUG_ON(sizeof(*rule) > sizeof(info->internal));

	err = trafmetux_hosts_check(info);
	if (err)
		return err;
	monitor = trafmetux_registry_get_hosts(par->net, info->name,
					       TRAFMETUX_HOSTS_RULE, info->max);
	if (IS_ERR(monitor))
		return PTR_ERR(monitor);
	trafmetux_hosts_prepare(rule, info, par->family);
	rule->hosts = monitor->hosts;
	rule->counter = monitor->counter;
	rule->monitor = monitor;
	return 0;
}

static void trafmetux_hosts_destroy(const struct xt_tgdtor_param *par)
{
	const struct xt_trafmetux_hosts_tginfo *info = par->targinfo;
	const struct trafmetux_hosts_rule *rule = (const void *)info->internal;

	trafmetux_registry_put(rule->monitor, TRAFMETUX_HOSTS_RULE);
}

/* A name of its own: plain rules need not ask whether there is a table. */
static struct xt_target trafmetux_hosts_targets[] __read_mostly = {
	{
		.name = "TRAFMETUX_HOSTS",
		.family = NFPROTO_IPV4,
		.target = trafmetux_hosts_ipv4,
		.checkentry = trafmetux_hosts_checkentry,
		.destroy = trafmetux_hosts_destroy,
		.targetsize = sizeof(struct xt_trafmetux_hosts_tginfo),
		.usersize = offsetof(struct xt_trafmetux_hosts_tginfo, internal),
		.me = THIS_MODULE,
	},
	{
		.name = "TRAFMETUX_HOSTS",
		.family = NFPROTO_IPV6,
		.target = trafmetux_hosts_ipv6,
		.checkentry = trafmetux_hosts_checkentry,
		.destroy = trafmetux_hosts_destroy,
		.targetsize = sizeof(struct xt_trafmetux_hosts_tginfo),
		.usersize = offsetof(struct xt_trafmetux_hosts_tginfo, internal),
		.me = THIS_MODULE,
	},
};

/**
 * trafmetux_hosts_target_init() - offer the target to iptables and ip6tables
 *
 * Return: 0 or an error of xt_register_targets().
 */
int __init trafmetux_hosts_target_init(void)
{
	return xt_register_targets(trafmetux_hosts_targets,
				   ARRAY_SIZE(trafmetux_hosts_targets));
}

/**
 * trafmetux_hosts_target_exit() - the reverse; no rule has it any more
 */
void trafmetux_hosts_target_exit(void)
{
	xt_unregister_targets(trafmetux_hosts_targets,
			      ARRAY_SIZE(trafmetux_hosts_targets));
}
