/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking the kernel over netlink: a request, the messages of its answer, and their
 * attributes. netlink(7) has the format.
 */
#ifndef TRAFMETUX_BASE_NETLINK_H
#define TRAFMETUX_BASE_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

/** Takes an answer's message, which is whole. */
typedef void netlink_sink(void *context, const struct nlmsghdr *message);

/**
 * netlink_ask - send a request, and hand out the answer
 * @protocol:	NETLINK_ROUTE or another
 * @request:	with NLM_F_DUMP or NLM_F_ACK, so that the answer has an end
 * @sink:	NULL: only whether it was done matters
 *
 * Returns 0 or -errno, also what the kernel answers.
 */
int netlink_ask(int protocol, const struct nlmsghdr *request, netlink_sink *sink,
		void *context);

/**
 * netlink_add - put an attribute at the end of a request, which has room for it
 *
 * Returns it; what belongs into it may follow.
 */
struct rtattr *netlink_add(struct nlmsghdr *request, uint16_t type, const void *data,
			   size_t length);

/** netlink_find - the first attribute of a type in @length bytes of them, or NULL */
const struct rtattr *netlink_find(const void *attributes, size_t length, int type);

#endif
