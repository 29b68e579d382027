// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exact traffic for the scenarios.
 *
 *	traffic tcp-sink PORT
 *	traffic sctp-sink PORT
 *	traffic udp-sink PORT
 *	traffic tcp  ADDRESS PORT BYTES [WRITE-SIZE]
 *	traffic sctp ADDRESS PORT BYTES [WRITE-SIZE]
 *	traffic udp  ADDRESS PORT DATAGRAMS SIZE [SEGMENT-SIZE]
 *	traffic icmp ADDRESS COUNT SIZE
 *	traffic flood ADDRESS PORT SENDERS SIZE
 *	traffic until
 *
 * A sink prints "ready" once it listens, and serves IPv4 and IPv6 until it is
 * killed. A sender returns when the far side has everything, and prints what
 * left this machine at the IP level:
 *
 *	packets 12 bytes 13104 payload 12000
 *
 * UDP and ICMP senders know that from what they send: nothing is fragmented or
 * sent again. With SEGMENT-SIZE each write of SIZE bytes is handed to the
 * kernel as one UDP_SEGMENT packet, of which DATAGRAMS are made; they count as
 * the segments on the wire. TCP asks the kernel (TCP_INFO), for only the kernel
 * knows how many segments it made and sent again. What SCTP sends in all nobody
 * knows: it prints the payload alone.
 *
 * With TRAFFIC_LONG_HEADERS in the environment TCP and UDP senders' packets have
 * IP options, or an IPv6 extension header, of eight bytes; what they print does
 * not count them. With TRAFFIC_FRAGMENTS datagrams may be larger than the link
 * takes, and routers may cut them; what is printed is as if they were not cut.
 * TRAFFIC_FROM is the address of this machine that a sender sends from.
 * With TRAFFIC_UNANSWERED a UDP sender awaits no answers, and a sink gives none.
 *
 * "flood" takes an address of this machine. It says "ready", and SENDERS
 * processes send to PORT, PORT + 1 ... as quickly as they can, until the first
 * process is sent SIGTERM. Nobody reads what arrives.
 *
 * "until" reads seconds since 1970, one a line, sleeps until each begins by the
 * clock on the wall, and says so with a line of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "traffic.h"

static void until(void)
{
	char line[32];

	while (fgets(line, sizeof(line), stdin)) {
		struct timespec time = { 0 };

		line[strcspn(line, "\n")] = '\0';
		time.tv_sec = number(line);
		errno = clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL);
		if (errno)
			die("clock_nanosleep");
		puts(line);
		fflush(stdout);
	}
}

static size_t size_argument(const char *text)
{
	unsigned long long size = number(text);

	/* Room for headers, so that an IP packet can hold it. */
	if (size > LARGEST - 100)
		die("%s is too large", text);
	return size;
}

static int usage(void)
{
	fputs("usage: traffic tcp-sink PORT | sctp-sink PORT | udp-sink PORT\n"
	      "       traffic tcp|sctp ADDRESS PORT BYTES [WRITE-SIZE]\n"
	      "       traffic udp ADDRESS PORT DATAGRAMS SIZE [SEGMENT-SIZE]\n"
	      "       traffic icmp ADDRESS COUNT SIZE\n"
	      "       traffic flood ADDRESS PORT SENDERS SIZE\n"
	      "       traffic until\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct address address;
	const char *mode = argc > 1 ? argv[1] : "";

	if (argc == 3 && !strcmp(mode, "tcp-sink")) {
		tcp_sink(argv[2]);
	} else if (argc == 3 && !strcmp(mode, "sctp-sink")) {
		sctp_sink(argv[2]);
	} else if (argc == 3 && !strcmp(mode, "udp-sink")) {
		udp_sink(argv[2]);
	} else if ((argc == 5 || argc == 6) && !strcmp(mode, "tcp")) {
		resolve(argv[2], argv[3], &address);
		tcp(&address, number(argv[4]), argc == 6 ? size_argument(argv[5]) : LARGEST);
	} else if ((argc == 5 || argc == 6) && !strcmp(mode, "sctp")) {
		resolve(argv[2], argv[3], &address);
		sctp(&address, number(argv[4]), argc == 6 ? size_argument(argv[5]) : LARGEST);
	} else if ((argc == 6 || argc == 7) && !strcmp(mode, "udp")) {
		resolve(argv[2], argv[3], &address);
		if (!size_argument(argv[5]))
			die("an empty datagram cannot be told from its answer");
		udp(&address, number(argv[4]), size_argument(argv[5]),
		    argc == 7 ? size_argument(argv[6]) : 0);
	} else if (argc == 5 && !strcmp(mode, "icmp")) {
		resolve(argv[2], "0", &address);
		icmp(&address, number(argv[3]), size_argument(argv[4]));
	} else if (argc == 6 && !strcmp(mode, "flood")) {
		flood(argv[2], number(argv[3]), number(argv[4]), size_argument(argv[5]));
	} else if (argc == 2 && !strcmp(mode, "until")) {
		until();
	} else {
		return usage();
	}
	return 0;
}
