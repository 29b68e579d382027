// SPDX-License-Identifier: GPL-2.0-or-later
/* ICMP echo requests, each answered by the far side's kernel. */
#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "traffic.h"

enum {
	ICMP_ECHO_HEADER = 8,
};

/* One echo request at a time, each awaited; strangers' packets are passed over. */
void icmp(const struct address *address, unsigned long long count, size_t size)
{
	int family = address->storage.ss_family;
	int fd = socket(family, SOCK_RAW, family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	uint16_t identifier = htons(getpid() & 0xffff);
	int reply_type = family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY;

	if (fd < 0)
		die("raw socket");
	if (connect(fd, (const struct sockaddr *)&address->storage, address->length))
		die("connect");

	for (unsigned long long sent = 0; sent < count; sent++) {
		/* ICMP and ICMPv6 echo headers have the same shape. */
		struct icmphdr *header = (struct icmphdr *)buffer;
		uint16_t sequence = htons(sent & 0xffff);

		memset(header, 0, sizeof(*header));
		header->type = family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
		header->un.echo.id = identifier;
		header->un.echo.sequence = sequence;
		if (family == AF_INET) {	/* the kernel fills in ICMPv6's */
			const uint16_t *words = (const uint16_t *)buffer;
			uint32_t sum = 0;

			memset(buffer + ICMP_ECHO_HEADER, 0, size + 1);
			for (size_t i = 0; i < (ICMP_ECHO_HEADER + size + 1) / 2; i++)
				sum += words[i];
			sum = (sum >> 16) + (sum & 0xffff);
			header->checksum = ~(sum + (sum >> 16));
		}
		if (send(fd, buffer, ICMP_ECHO_HEADER + size, 0) < 0)
			die("send");
		for (;;) {
			static char answer[LARGEST];
			int skip = family == AF_INET ? IPV4_HEADER : 0;
			struct icmphdr *reply = (struct icmphdr *)(answer + skip);
			ssize_t got;

			wait_readable(fd);
			got = recv(fd, answer, sizeof(answer), 0);
			if (got < skip + ICMP_ECHO_HEADER)
				die("recv");
			if (reply->type == reply_type && reply->un.echo.id == identifier &&
			    reply->un.echo.sequence == sequence)
				break;
		}
	}
	report(count, count * (ip_header(address) + ICMP_ECHO_HEADER + size), count * size);
	close(fd);
}
