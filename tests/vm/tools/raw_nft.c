// SPDX-License-Identifier: GPL-2.0-or-later
/* nftables' way: batches of netlink messages; the rule has a table of its own. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "raw.h"

static const char table_name[] = "rawrule";
static const char chain_name[] = "prerouting";

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

/*
 * Sends the batch; returns 0 or the first error that the kernel answers with. All
 * answers are there when sendto() returns. -ENOBUFS may mean that the kernel had no
 * memory for an answer to what it has done.
 */
static int send_batch(int fd, struct batch *batch)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int result = 0, heard = 0;
	char answers[8192];
	ssize_t left;

	if (sendto(fd, batch->bytes, batch->size, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		return -errno;
	while ((left = recv(fd, answers, sizeof(answers), MSG_DONTWAIT)) >= 0) {
		struct nlmsghdr *message = (struct nlmsghdr *)answers;

		for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
			struct nlmsgerr *error = NLMSG_DATA(message);

			if (message->nlmsg_type != NLMSG_ERROR)
				continue;
			heard++;
			if (!result)
				result = error->error;
		}
	}
	if (errno == EAGAIN && !heard)
		errno = ENOBUFS;
	return errno == EAGAIN || result ? result : -errno;
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

static void put_table(struct batch *batch, int type, int family)
{
	struct nlmsghdr *message = start_nft(batch, type, NLM_F_CREATE, family);

	put_string(batch, message, NFTA_TABLE_NAME, table_name);
}

static void put_chain(struct batch *batch, int family)
{
	struct nlmsghdr *message = start_nft(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE, family);
	struct nlattr *nest;

	put_string(batch, message, NFTA_CHAIN_TABLE, table_name);
	put_string(batch, message, NFTA_CHAIN_NAME, chain_name);
	nest = open_nest(batch, message, NFTA_CHAIN_HOOK);
	/* The first of each family's hooks; for IP that is PREROUTING. */
	put_number(batch, message, NFTA_HOOK_HOOKNUM, 0);
	put_number(batch, message, NFTA_HOOK_PRIORITY, 0);
	close_nest(message, nest);
	put_string(batch, message, NFTA_CHAIN_TYPE, "filter");
}

static void put_rule(struct batch *batch, const struct raw_rule *rule)
{
	struct nlmsghdr *message;
	struct nlattr *list, *element, *data;

	message = start_nft(batch, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, rule->family);
	put_string(batch, message, NFTA_RULE_TABLE, table_name);
	put_string(batch, message, NFTA_RULE_CHAIN, chain_name);
	list = open_nest(batch, message, NFTA_RULE_EXPRESSIONS);
	element = open_nest(batch, message, NFTA_LIST_ELEM);
	put_string(batch, message, NFTA_EXPR_NAME, rule->is_match ? "match" : "target");
	data = open_nest(batch, message, NFTA_EXPR_DATA);
	/* A match's attributes have the same numbers. */
	put_string(batch, message, NFTA_TARGET_NAME, rule->extension);
	put_number(batch, message, NFTA_TARGET_REV, rule->revision);
	put(batch, message, NFTA_TARGET_INFO, rule->info, rule->size);
	close_nest(message, data);
	close_nest(message, element);
	close_nest(message, list);
}

static int nft_open(int family)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };

	(void)family;
	if (fd < 0 || bind(fd, (struct sockaddr *)&self, sizeof(self)))
		raw_give_up("netlink socket");
	return fd;
}

static void nft_remove(int fd, int family)
{
	struct batch batch;

	start_batch(&batch);
	put_table(&batch, NFT_MSG_DELTABLE, family);
	end_batch(&batch);
	if (send_batch(fd, &batch))
		raw_give_up("taking the rule away");
}

/* Table, chain and rule in one transaction: what is refused leaves nothing. */
static int nft_add(int fd, const struct raw_rule *rule)
{
	struct batch batch;

	start_batch(&batch);
	/* Deleting needs something to delete. */
	put_table(&batch, NFT_MSG_NEWTABLE, rule->family);
	put_table(&batch, NFT_MSG_DELTABLE, rule->family);
	put_table(&batch, NFT_MSG_NEWTABLE, rule->family);
	put_chain(&batch, rule->family);
	put_rule(&batch, rule);
	end_batch(&batch);
	return send_batch(fd, &batch);
}

/* The attribute of that type within the @size bytes at @from. */
static const struct nlattr *find(const void *from, size_t size, int type)
{
	while (size >= NLA_HDRLEN) {
		const struct nlattr *attribute = from;
		size_t step = NLA_ALIGN(attribute->nla_len);

		if ((attribute->nla_type & NLA_TYPE_MASK) == type)
			return attribute;
		if (!step || step > size)
			break;
		from = (const char *)from + step;
		size -= step;
	}
	errno = ENOENT;
	raw_give_up("the rule as it is told lacks an attribute");
}

static const struct nlattr *find_in(const struct nlattr *nest, int type)
{
	return find((const char *)nest + NLA_HDRLEN, nest->nla_len - NLA_HDRLEN, type);
}

static size_t nft_read(int fd, int family, void *info, size_t room)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct batch batch = { .sequence = 1 };
	union {
		struct nlmsghdr message;
		char bytes[8192];
	} answer;
	struct nlmsghdr *message;
	const struct nlattr *found;
	bool done = false;
	size_t size = 0;

	message = start_message(&batch, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETRULE, NLM_F_DUMP,
				family, 0);
	put_string(&batch, message, NFTA_RULE_TABLE, table_name);
	if (sendto(fd, batch.bytes, batch.size, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		raw_give_up("asking for the rule");
	while (!done) {
		ssize_t left = recv(fd, answer.bytes, sizeof(answer), 0);

		if (left < 0)
			raw_give_up("hearing of the rule");
		for (message = &answer.message; NLMSG_OK(message, left);
		     message = NLMSG_NEXT(message, left)) {
			size_t head = NLMSG_LENGTH(sizeof(struct nfgenmsg));

			done = message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR;
			if (message->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE))
				continue;
			found = find((char *)message + head, message->nlmsg_len - head,
				     NFTA_RULE_EXPRESSIONS);
			found = find_in(found, NFTA_LIST_ELEM);
			found = find_in(found, NFTA_EXPR_DATA);
			found = find_in(found, NFTA_TARGET_INFO);
			size = found->nla_len - NLA_HDRLEN;
			memcpy(info, (const char *)found + NLA_HDRLEN, size < room ? size : room);
		}
	}
	return size;
}

const struct raw_way raw_nft = {
	.name = "nft",
	.open = nft_open,
	.add = nft_add,
	.remove = nft_remove,
	.read = nft_read,
};
