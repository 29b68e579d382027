// SPDX-License-Identifier: GPL-2.0-only
/* The match: is a monitor, or a host in its table, over its limit? */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netfilter/x_tables.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "hosts.h"
#include "limit.h"
#include "monitor.h"
#include "registry.h"
#include "rules.h"
#include "xt_TRAFMETUX.h"

/* What a rule keeps in xt_trafmetux_mtinfo.internal: the reference it holds. */
struct trafmetux_match_rule {
	struct trafmetux_monitor *monitor;
};

#define TRAFMETUX_MATCH_HOST (XT_TRAFMETUX_HOST_SRC | XT_TRAFMETUX_HOST_DST)

static void trafmetux_match_key(const struct sk_buff *skb,
				const struct xt_trafmetux_mtinfo *info, u8 family,
				struct trafmetux_host_key *key)
{
	bool is_source = info->flags & XT_TRAFMETUX_HOST_SRC;

	memset(key, 0, sizeof(*key));
	key->compare = TRAFMETUX_TAG_LOW;
	if (family == NFPROTO_IPV4) {
		key->tag = info->mask4;
		key->address.v4 = is_source ? ip_hdr(skb)->saddr : ip_hdr(skb)->daddr;
	} else {
		key->tag = TRAFMETUX_KIND_IPV6 + info->mask6;
		key->address.v6 = is_source ? ipv6_hdr(skb)->saddr : ipv6_hdr(skb)->daddr;
	}
	trafmetux_address_mask(&key->address, key->tag);
}

static noinline bool trafmetux_match_host(const struct sk_buff *skb,
					  const struct xt_trafmetux_mtinfo *info,
					  u8 family)
{
	const struct trafmetux_match_rule *rule = (const void *)&info->internal;
	struct trafmetux_host_key key;
	struct trafmetux_hosts *hosts;
	bool over = false;

	/* Pairs with smp_store_release() in trafmetux_registry_table(). */
	hosts = smp_load_acquire(&rule->monitor->hosts);
	if (hosts) {
		trafmetux_match_key(skb, info, family, &key);
		over = trafmetux_hosts_over(hosts, &key);
	}
	return over != !!(info->flags & XT_TRAFMETUX_INVERT);
}

static bool trafmetux_match(const struct sk_buff *skb,
			    struct xt_action_param *par)
{
	const struct xt_trafmetux_mtinfo *info = par->matchinfo;
	const struct trafmetux_match_rule *rule = (const void *)&info->internal;
	struct trafmetux_limit *limit;
	bool over = false;

	trafmetux_monitor_assert(rule->monitor);
	if (unlikely(info->flags & TRAFMETUX_MATCH_HOST))
		return trafmetux_match_host(skb, info, xt_family(par));
	limit = rcu_dereference(rule->monitor->limit);
	if (limit)
		over = trafmetux_limit_over(limit, rule->monitor->counter);
	return over != !!(info->flags & XT_TRAFMETUX_INVERT);
}

static bool trafmetux_match_is_known(const struct xt_trafmetux_mtinfo *info)
{
	u32 host = info->flags & TRAFMETUX_MATCH_HOST;

	if ((info->flags & ~(XT_TRAFMETUX_INVERT | host)) != XT_TRAFMETUX_OVER_LIMIT ||
	    info->reserved)
		return false;
	if (!host)
		return !info->mask4 && !info->mask6;
	return host != TRAFMETUX_MATCH_HOST &&
	       info->mask4 <= 32 && info->mask6 <= 128;
}

static int trafmetux_match_checkentry(const struct xt_mtchk_param *par)
{
	struct xt_trafmetux_mtinfo *info = par->matchinfo;
	struct trafmetux_match_rule *rule = (void *)&info->internal;
	struct trafmetux_monitor *monitor;

	BUILD_BUG_ON(sizeof(*rule) > sizeof(info->internal));

	if (!trafmetux_match_is_known(info)) {
		pr_info_ratelimited("a rule asks for what this version does not have\n");
		return -EINVAL;
	}
	monitor = trafmetux_registry_get(par->net, info->name,
					 TRAFMETUX_QUESTION);
	if (IS_ERR(monitor))
		return PTR_ERR(monitor);
	rule->monitor = monitor;
	return 0;
}

static void trafmetux_match_destroy(const struct xt_mtdtor_param *par)
{
	const struct xt_trafmetux_mtinfo *info = par->matchinfo;
	const struct trafmetux_match_rule *rule = (const void *)&info->internal;

	trafmetux_registry_put(rule->monitor, TRAFMETUX_QUESTION);
}

/* Not NFPROTO_UNSPEC: that would offer it to bridges and ARP as well. */
static struct xt_match trafmetux_matches[] __read_mostly = {
	{
		.name = "trafmetux",
		.family = NFPROTO_IPV4,
		.match = trafmetux_match,
		.checkentry = trafmetux_match_checkentry,
		.destroy = trafmetux_match_destroy,
		.matchsize = sizeof(struct xt_trafmetux_mtinfo),
		.usersize = offsetof(struct xt_trafmetux_mtinfo, internal),
		.me = THIS_MODULE,
	},
	{
		.name = "trafmetux",
		.family = NFPROTO_IPV6,
		.match = trafmetux_match,
		.checkentry = trafmetux_match_checkentry,
		.destroy = trafmetux_match_destroy,
		.matchsize = sizeof(struct xt_trafmetux_mtinfo),
		.usersize = offsetof(struct xt_trafmetux_mtinfo, internal),
		.me = THIS_MODULE,
	},
};

/**
 * trafmetux_match_init() - offer the match to iptables and ip6tables
 *
 * Return: 0 or an error of xt_register_matches().
 */
int __init trafmetux_match_init(void)
{
	return xt_register_matches(trafmetux_matches,
				   ARRAY_SIZE(trafmetux_matches));
}

/**
 * trafmetux_match_exit() - the reverse; no rule has it any more
 */
void trafmetux_match_exit(void)
{
	xt_unregister_matches(trafmetux_matches,
			      ARRAY_SIZE(trafmetux_matches));
}
