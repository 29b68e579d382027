// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/netlink.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One datagram of the answer: 1 when more are to come, 0 or -errno. */
static int read_answer(int socket_, netlink_sink *sink, void *context)
{
	_Alignas(struct nlmsghdr) char buffer[32768];
	struct sockaddr_nl from = { .nl_pid = 0 };
	socklen_t size = sizeof(from);
	const ssize_t length = recvfrom(socket_, buffer, sizeof(buffer), MSG_TRUNC,
					(struct sockaddr *)&from, &size);
	const struct nlmsghdr *header = (const void *)buffer;
	size_t left = length < 0 ? 0 : (size_t)length;

	if (length < 0)
		return errno == EINTR ? 1 : -errno;
	/* Another process may send, too. */
	if (from.nl_pid)
		return 1;
	if (left > sizeof(buffer))
		return -EMSGSIZE;
	for (; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
		if (header->nlmsg_type == NLMSG_DONE)
			return 0;
		if (header->nlmsg_type == NLMSG_ERROR)
			return ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
		if (sink)
			sink(context, header);
	}
	return 1;
}

int netlink_ask(int protocol, const struct nlmsghdr *request, netlink_sink *sink,
		void *context)
{
	const int socket_ = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	int more = 1;

	if (socket_ < 0)
		return -errno;
	if (send(socket_, request, request->nlmsg_len, 0) < 0)
		more = -errno;
	while (more > 0)
		more = read_answer(socket_, sink, context);
	close(socket_);
	return more;
}

struct rtattr *netlink_add(struct nlmsghdr *request, uint16_t type, const void *data,
			   size_t length)
{
	struct rtattr *attribute;

	attribute = (void *)((char *)request + NLMSG_ALIGN(request->nlmsg_len));
	attribute->rta_type = type;
	attribute->rta_len = (uint16_t)RTA_LENGTH(length);
	if (length)
		memcpy(RTA_DATA(attribute), data, length);
	request->nlmsg_len = (uint32_t)(NLMSG_ALIGN(request->nlmsg_len) +
					RTA_ALIGN(attribute->rta_len));
	return attribute;
}

const struct rtattr *netlink_find(const void *attributes, size_t length, int type)
{
	const char *bytes = attributes;
	size_t at = 0;

	while (at + sizeof(struct rtattr) <= length) {
		const struct rtattr *attribute = (const void *)(bytes + at);

		if (attribute->rta_len < sizeof(*attribute) ||
		    attribute->rta_len > length - at)
			break;
		if ((attribute->rta_type & NLA_TYPE_MASK) == type)
			return attribute;
		at += RTA_ALIGN((size_t)attribute->rta_len);
	}
	return NULL;
}
