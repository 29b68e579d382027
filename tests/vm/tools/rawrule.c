// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hands the kernel a TRAFMETUX rule that no iptables would write.
 *
 *	rawrule legacy|nft 4|6 NAME
 *
 * NAME is put into the rule as it is: of 32 bytes and more, the first 32 and
 * no NUL. Prints "accepted" (and takes the rule away again) or "refused: " and
 * the kernel's reason; the status is 0, 1 for refused, or 2 where the rule
 * could not even be put to the kernel.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xt_TRAFMETUX.h"

static const char table_name[] = "raw";
static const char target_name[] = "TRAFMETUX";

static void give_up(const char *what)
{
	fprintf(stderr, "rawrule: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* ---- iptables' own interface: a whole table through setsockopt ---- */

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

/* Adds an entry that matches everything; returns its offset. */
static unsigned int add_entry(struct table *table, const char *target, unsigned int revision,
			      const void *info, size_t info_size)
{
	bool v4 = table->family == AF_INET;
	size_t header = v4 ? sizeof(struct ipt_entry) : sizeof(struct ip6t_entry);
	size_t target_size = XT_ALIGN(sizeof(struct xt_entry_target) + info_size);
	char *place = table->bytes + sizeof(struct ipt_replace) + table->size;
	struct xt_entry_target *blob = (struct xt_entry_target *)(place + header);
	union entry *entry = (union entry *)place;
	unsigned int offset = table->size;

	if (v4) {
		entry->v4.target_offset = header;
		entry->v4.next_offset = header + target_size;
	} else {
		entry->v6.target_offset = header;
		entry->v6.next_offset = header + target_size;
	}
	blob->u.user.target_size = target_size;
	blob->u.user.revision = revision;
	strcpy(blob->u.user.name, target);
	memcpy(blob->data, info, info_size);
	table->size += header + target_size;
	table->entries++;
	return offset;
}

static unsigned int add_policy(struct table *table)
{
	struct {
		int verdict;
		int padding;
	} accept = { .verdict = -NF_ACCEPT - 1 };

	return add_entry(table, "", 0, &accept, sizeof(accept));
}

/* The raw table with a rule in PREROUTING, or without any if @info is NULL. */
static int replace_table(int fd, int family, const struct xt_trafmetux_tginfo *info)
{
	int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	struct table table = { .family = family };
	struct xt_counters counters[16];
	struct ipt_getinfo old = { 0 };
	socklen_t length = sizeof(old);
	char error[XT_FUNCTION_MAXNAMELEN] = "ERROR";
	unsigned int rule, policy;

	strcpy(old.name, table_name);
	if (getsockopt(fd, level, IPT_SO_GET_INFO, &old, &length))
		give_up("IPT_SO_GET_INFO");

	rule = table.size;
	if (info)
		rule = add_entry(&table, target_name, 0, info, sizeof(*info));
	policy = add_policy(&table);
	table.replace.hook_entry[NF_INET_PRE_ROUTING] = info ? rule : policy;
	table.replace.underflow[NF_INET_PRE_ROUTING] = policy;
	policy = add_policy(&table);
	table.replace.hook_entry[NF_INET_LOCAL_OUT] = policy;
	table.replace.underflow[NF_INET_LOCAL_OUT] = policy;
	add_entry(&table, XT_ERROR_TARGET, 0, error, sizeof(error));

	strcpy(table.replace.name, table_name);
	table.replace.valid_hooks = old.valid_hooks;
	table.replace.num_entries = table.entries;
	table.replace.size = table.size;
	table.replace.num_counters = old.num_entries;
	table.replace.counters = counters;
	if (old.num_entries > sizeof(counters) / sizeof(counters[0])) {
		errno = E2BIG;
		give_up("the raw table is not empty");
	}
	return setsockopt(fd, level, IPT_SO_SET_REPLACE, table.bytes,
			  sizeof(struct ipt_replace) + table.size) ? -errno : 0;
}

static int try_legacy(int family, const struct xt_trafmetux_tginfo *info)
{
	int fd = socket(family, SOCK_RAW, IPPROTO_RAW);
	int result;

	if (fd < 0)
		give_up("raw socket");
	result = replace_table(fd, family, info);
	if (!result && replace_table(fd, family, NULL))
		give_up("taking the rule away");
	close(fd);
	return result;
}

/* ---- nftables' interface: a batch of netlink messages ---- */

struct batch {
	size_t size;
	unsigned int sequence;
	char bytes[4096];
};

static struct nlmsghdr *start_message(struct batch *batch, int type, int flags, int family,
				      int resource)
{
	struct nlmsghdr *message = (struct nlmsghdr *)(batch->bytes + batch->size);
	struct nfgenmsg *header = (struct nfgenmsg *)(message + 1);

	message->nlmsg_len = NLMSG_LENGTH(sizeof(*header));
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = batch->sequence++;
	header->nfgen_family = family;
	header->version = NFNETLINK_V0;
	header->res_id = htons(resource);
	batch->size += NLMSG_ALIGN(message->nlmsg_len);
	return message;
}

static struct nlmsghdr *start_nft(struct batch *batch, int type, int flags, int family)
{
	return start_message(batch, NFNL_SUBSYS_NFTABLES << 8 | type, flags | NLM_F_ACK, family, 0);
}

/* Adds an attribute to the batch's last message. */
static struct nlattr *put(struct batch *batch, struct nlmsghdr *message, int type,
			  const void *data, size_t size)
{
	struct nlattr *attribute = (struct nlattr *)((char *)message + message->nlmsg_len);

	attribute->nla_len = NLA_HDRLEN + size;
	attribute->nla_type = type;
	if (size)
		memcpy((char *)attribute + NLA_HDRLEN, data, size);
	message->nlmsg_len += NLA_ALIGN(attribute->nla_len);
	batch->size += NLA_ALIGN(attribute->nla_len);
	return attribute;
}

static void put_string(struct batch *batch, struct nlmsghdr *message, int type, const char *text)
{
	put(batch, message, type, text, strlen(text) + 1);
}

static void put_number(struct batch *batch, struct nlmsghdr *message, int type, int value)
{
	__be32 number = htonl(value);

	put(batch, message, type, &number, sizeof(number));
}

static struct nlattr *open_nest(struct batch *batch, struct nlmsghdr *message, int type)
{
	return put(batch, message, type | NLA_F_NESTED, NULL, 0);
}

static void close_nest(struct nlmsghdr *message, struct nlattr *nest)
{
	nest->nla_len = (char *)message + message->nlmsg_len - (char *)nest;
}

/* Sends the batch; returns 0 or the first error that the kernel answers with. */
static int send_batch(int fd, struct batch *batch)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	unsigned int last = batch->sequence - 2;	/* the one before the end */
	char answers[8192];

	if (sendto(fd, batch->bytes, batch->size, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		give_up("sending to nfnetlink");
	for (;;) {
		ssize_t left = recv(fd, answers, sizeof(answers), 0);
		struct nlmsghdr *message = (struct nlmsghdr *)answers;

		if (left < 0)
			give_up("hearing from nfnetlink");
		for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
			struct nlmsgerr *error = NLMSG_DATA(message);

			if (message->nlmsg_type != NLMSG_ERROR)
				continue;
			if (error->error || message->nlmsg_seq == last)
				return error->error;
		}
	}
}

static void start_batch(struct batch *batch)
{
	memset(batch, 0, sizeof(*batch));
	start_message(batch, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
}

static void end_batch(struct batch *batch)
{
	start_message(batch, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
}

static void put_rule(struct batch *batch, int family, const struct xt_trafmetux_tginfo *info)
{
	struct nlmsghdr *message;
	struct nlattr *list, *element, *data;

	message = start_nft(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, family);
	put_string(batch, message, NFTA_RULE_TABLE, "rawrule");
	put_string(batch, message, NFTA_RULE_CHAIN, "prerouting");
	list = open_nest(batch, message, NFTA_RULE_EXPRESSIONS);
	element = open_nest(batch, message, NFTA_LIST_ELEM);
	put_string(batch, message, NFTA_EXPR_NAME, "target");
	data = open_nest(batch, message, NFTA_EXPR_DATA);
	put_string(batch, message, NFTA_TARGET_NAME, target_name);
	put_number(batch, message, NFTA_TARGET_REV, 0);
	put(batch, message, NFTA_TARGET_INFO, info, sizeof(*info));
	close_nest(message, data);
	close_nest(message, element);
	close_nest(message, list);
}

static int try_nft(int family, const struct xt_trafmetux_tginfo *info)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	struct nlmsghdr *message;
	struct nlattr *nest;
	struct batch batch;
	int result;

	if (fd < 0 || bind(fd, (struct sockaddr *)&self, sizeof(self)))
		give_up("netlink socket");

	start_batch(&batch);
	message = start_nft(&batch, NFT_MSG_NEWTABLE, NLM_F_CREATE, family);
	put_string(&batch, message, NFTA_TABLE_NAME, "rawrule");
	message = start_nft(&batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE, family);
	put_string(&batch, message, NFTA_CHAIN_TABLE, "rawrule");
	put_string(&batch, message, NFTA_CHAIN_NAME, "prerouting");
	nest = open_nest(&batch, message, NFTA_CHAIN_HOOK);
	put_number(&batch, message, NFTA_HOOK_HOOKNUM, NF_INET_PRE_ROUTING);
	put_number(&batch, message, NFTA_HOOK_PRIORITY, 0);
	close_nest(message, nest);
	put_string(&batch, message, NFTA_CHAIN_TYPE, "filter");
	put_rule(&batch, family, info);
	end_batch(&batch);
	result = send_batch(fd, &batch);

	if (!result) {
		start_batch(&batch);
		message = start_nft(&batch, NFT_MSG_DELTABLE, 0, family);
		put_string(&batch, message, NFTA_TABLE_NAME, "rawrule");
		end_batch(&batch);
		if (send_batch(fd, &batch))
			give_up("taking the rule away");
	}
	close(fd);
	return result;
}

int main(int argc, char **argv)
{
	struct xt_trafmetux_tginfo info = { 0 };
	bool nft = argc == 4 && !strcmp(argv[1], "nft");
	size_t length;
	int family, result;

	if (argc != 4 || (!nft && strcmp(argv[1], "legacy")) ||
	    (strcmp(argv[2], "4") && strcmp(argv[2], "6"))) {
		fputs("usage: rawrule legacy|nft 4|6 NAME\n", stderr);
		return 2;
	}
	family = argv[2][0] == '4' ? AF_INET : AF_INET6;
	length = strlen(argv[3]);
	memcpy(info.name, argv[3], length < sizeof(info.name) ? length : sizeof(info.name));

	result = nft ? try_nft(family, &info) : try_legacy(family, &info);
	if (!result) {
		puts("accepted");
		return 0;
	}
	printf("refused: %s\n", strerror(-result));
	return 1;
}
