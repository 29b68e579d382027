// SPDX-License-Identifier: GPL-2.0-or-later
/* iptables' own way: a whole table through setsockopt. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <string.h>
#include <sys/socket.h>

#include "raw.h"

static const char table_name[] = "raw";

/* Both families' headers of an entry, whose tails have the same fields. */
union entry {
	struct ipt_entry v4;
	struct ip6t_entry v6;
};

struct table {
	int family;
	size_t size;
	unsigned int entries;
	union {
		struct ipt_replace replace;	/* ip6t_replace is the same */
		char bytes[4096];
	};
};

/* Where the headers of an entry end. */
static size_t header_size(int family)
{
	return family == NFPROTO_IPV4 ? sizeof(struct ipt_entry) : sizeof(struct ip6t_entry);
}

static int level_of(int family)
{
	return family == NFPROTO_IPV4 ? IPPROTO_IP : IPPROTO_IPV6;
}

/* Writes a target, or a match, whose header is the same; returns its size. */
static size_t put_extension(char *place, const struct raw_rule *rule)
{
	struct xt_entry_target *extension = (struct xt_entry_target *)place;
	size_t size = XT_ALIGN(sizeof(*extension) + rule->size);

	if (rule->false_size)
		size = rule->false_size;
	extension->u.user.target_size = size;
	extension->u.user.revision = rule->revision;
	strcpy(extension->u.user.name, rule->extension);
	memcpy(extension->data, rule->info, rule->size);
	return size;
}

/* Writes the standard target with a verdict; returns its size. */
static size_t put_verdict(char *place, int verdict)
{
	/* What pads it to struct xt_standard_target is the architecture's. */
	struct raw_rule standard = {
		.extension = "",
		.info = &verdict,
		.size = sizeof(verdict),
	};

	return put_extension(place, &standard);
}

/*
 * Adds an entry that matches everything, but for what its own match says, and
 * accepts it if it has no target or none but a match; returns its offset.
 */
static unsigned int add_entry(struct table *table, const struct raw_rule *rule)
{
	char *place = table->bytes + sizeof(struct ipt_replace) + table->size;
	union entry *entry = (union entry *)place;
	unsigned int offset = table->size;
	size_t target, end;

	target = header_size(table->family);
	if (rule && rule->is_match)
		target += put_extension(place + target, rule);
	end = target;
	if (rule && !rule->is_match)
		end += put_extension(place + target, rule);
	else
		end += put_verdict(place + target, -NF_ACCEPT - 1);
	if (table->family == NFPROTO_IPV4) {
		entry->v4.target_offset = target;
		entry->v4.next_offset = end;
	} else {
		entry->v6.target_offset = target;
		entry->v6.next_offset = end;
	}
	table->size += end;
	table->entries++;
	return offset;
}

static void add_end(struct table *table)
{
	char error[XT_FUNCTION_MAXNAMELEN] = "ERROR";
	struct raw_rule end = {
		.extension = XT_ERROR_TARGET,
		.info = error,
		.size = sizeof(error),
	};

	add_entry(table, &end);
}

static void table_info(int fd, int family, struct ipt_getinfo *info)
{
	socklen_t length = sizeof(*info);

	memset(info, 0, sizeof(*info));
	strcpy(info->name, table_name);
	if (getsockopt(fd, level_of(family), IPT_SO_GET_INFO, info, &length))
		raw_give_up("IPT_SO_GET_INFO");
}

/* The table with the rule, or without any if @rule is NULL. */
static int replace_table(int fd, int family, const struct raw_rule *rule)
{
	struct table table = { .family = family };
	struct xt_counters counters[16];
	unsigned int first = 0, policy;
	struct ipt_getinfo old;

	table_info(fd, family, &old);
	if (rule)
		first = add_entry(&table, rule);
	policy = add_entry(&table, NULL);
	table.replace.hook_entry[NF_INET_PRE_ROUTING] = first;
	table.replace.underflow[NF_INET_PRE_ROUTING] = policy;
	policy = add_entry(&table, NULL);
	table.replace.hook_entry[NF_INET_LOCAL_OUT] = policy;
	table.replace.underflow[NF_INET_LOCAL_OUT] = policy;
	add_end(&table);

	strcpy(table.replace.name, table_name);
	table.replace.valid_hooks = old.valid_hooks;
	table.replace.num_entries = table.entries;
	table.replace.size = table.size;
	table.replace.num_counters = old.num_entries;
	table.replace.counters = counters;
	if (old.num_entries > sizeof(counters) / sizeof(counters[0])) {
		errno = E2BIG;
		raw_give_up("the raw table is not empty");
	}
	return setsockopt(fd, level_of(family), IPT_SO_SET_REPLACE, table.bytes,
			  sizeof(struct ipt_replace) + table.size) ? -errno : 0;
}

static int legacy_open(int family)
{
	int fd = socket(family == NFPROTO_IPV4 ? AF_INET : AF_INET6, SOCK_RAW, IPPROTO_RAW);

	if (fd < 0)
		raw_give_up("raw socket");
	return fd;
}

static int legacy_add(int fd, const struct raw_rule *rule)
{
	return replace_table(fd, rule->family, rule);
}

static void legacy_remove(int fd, int family)
{
	if (replace_table(fd, family, NULL))
		raw_give_up("taking the rule away");
}

static size_t legacy_read(int fd, int family, void *info, size_t room)
{
	union {
		struct ipt_get_entries entries;	/* ip6t_get_entries is the same */
		char bytes[4096];
	} table = { 0 };
	struct ipt_getinfo old;
	const struct xt_entry_target *extension;
	socklen_t length;
	size_t size;

	table_info(fd, family, &old);
	strcpy(table.entries.name, table_name);
	table.entries.size = old.size;
	length = sizeof(table.entries) + old.size;
	if (length > sizeof(table) ||
	    getsockopt(fd, level_of(family), IPT_SO_GET_ENTRIES, table.bytes, &length))
		raw_give_up("IPT_SO_GET_ENTRIES");

	/* The rule is the first entry, and the extension comes first in it. */
	extension = (const void *)((const char *)table.entries.entrytable + header_size(family));
	size = extension->u.user.target_size - sizeof(*extension);
	memcpy(info, extension->data, size < room ? size : room);
	return size;
}

const struct raw_way raw_legacy = {
	.name = "legacy",
	.open = legacy_open,
	.add = legacy_add,
	.remove = legacy_remove,
	.read = legacy_read,
};
