// SPDX-License-Identifier: GPL-2.0-or-later
/* So many UDP datagrams, each answered, and who answers. */
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "traffic.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
	/* Datagrams and bytes on their way at a time, which no queue drops. */
	WINDOW = 32,
	WINDOW_BYTES = 65536,
};

/* Answers each datagram with its size, unless told not to. */
void udp_sink(const char *port)
{
	int fd = listen_on(SOCK_DGRAM, 0, port);
	bool answers = !getenv("TRAFFIC_UNANSWERED");

	say_ready();
	for (;;) {
		struct sockaddr_storage from;
		socklen_t length = sizeof(from);
		uint64_t size;
		ssize_t got = recvfrom(fd, buffer, sizeof(buffer), 0,
				       (struct sockaddr *)&from, &length);

		if (got < 0)
			die("recvfrom");
		size = got;
		if (answers &&
		    sendto(fd, &size, sizeof(size), 0, (struct sockaddr *)&from, length) < 0)
			die("sendto");
	}
}

/* Waits until no more than @allowed bytes are on their way. */
static void await_answers(int fd, unsigned long long *on_the_way, unsigned long long allowed)
{
	while (*on_the_way > allowed) {
		uint64_t size;

		wait_readable(fd);
		if (recv(fd, &size, sizeof(size), 0) != sizeof(size))
			die("recv");
		*on_the_way -= size;
	}
}

void udp(const struct address *address, unsigned long long datagrams, size_t size,
		size_t segment)
{
	int fd = connect_to(address, SOCK_DGRAM, 0);
	unsigned long long packets, on_the_way = 0, allowed = (WINDOW - 1) * size;
	bool answered = !getenv("TRAFFIC_UNANSWERED");
	bool may_be_cut = getenv("TRAFFIC_FRAGMENTS");

	/* Routers cut nothing of IPv6, and what is too long for the link is cut here. */
	if (address->storage.ss_family == AF_INET)
		set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER,
			   may_be_cut ? IP_PMTUDISC_DONT : IP_PMTUDISC_DO);
	else if (!may_be_cut)
		set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO);
	set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER);
	if (segment)
		set_option(fd, IPPROTO_UDP, UDP_SEGMENT, segment);
	else
		segment = size;
	if (allowed > WINDOW_BYTES)
		allowed = WINDOW_BYTES;

	for (unsigned long long sent = 0; sent < datagrams; sent++) {
		if (send(fd, buffer, size, 0) != (ssize_t)size)
			die("send");
		if (answered)
			on_the_way += size;
		await_answers(fd, &on_the_way, allowed);
	}
	await_answers(fd, &on_the_way, 0);

	packets = datagrams * ((size + segment - 1) / segment);
	report(packets, packets * (ip_header(address) + UDP_HEADER) + datagrams * size,
	       datagrams * size);
	close(fd);
}
