// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exact traffic for the scenarios.
 *
 *	traffic tcp-sink PORT
 *	traffic udp-sink PORT
 *	traffic tcp  ADDRESS PORT BYTES [WRITE-SIZE]
 *	traffic udp  ADDRESS PORT DATAGRAMS SIZE [SEGMENT-SIZE]
 *	traffic icmp ADDRESS COUNT SIZE
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
 * knows how many segments it made and sent again.
 *
 * "until" reads seconds since 1970, one a line, sleeps until each begins by the
 * clock on the wall, and says so with a line of its own.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <linux/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	UDP_HEADER = 8,
	ICMP_ECHO_HEADER = 8,
	/* Every segment carries timestamps: 20 bytes and 12 of options. */
	TCP_HEADER = 32,
	/* The SYN carries MSS, SACK, timestamps and window scale: 8 more. */
	TCP_SYN_MORE = 8,
	/* Largest datagram or write, and how long to wait for the far side. */
	LARGEST = 65536,
	PATIENCE_MS = 20000,
	/* Datagrams and bytes on their way at a time, which no queue drops. */
	WINDOW = 32,
	WINDOW_BYTES = 65536,
	SOCKET_BUFFER = 16 << 20,
};

struct address {
	struct sockaddr_storage storage;
	socklen_t length;
};

static char buffer[LARGEST];

static void die(const char *format, ...)
{
	int error = errno;
	va_list arguments;

	fputs("traffic: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "%s%s\n", error ? ": " : "", error ? strerror(error) : "");
	exit(1);
}

static unsigned long long number(const char *text)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	errno = 0;
	if (!*text || *end)
		die("%s is not a number", text);
	return value;
}

static void resolve(const char *host, const char *port, struct address *address)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *found;

	errno = 0;
	if (getaddrinfo(host, port, &hints, &found))
		die("%s %s is not a numeric address", host, port);
	memcpy(&address->storage, found->ai_addr, found->ai_addrlen);
	address->length = found->ai_addrlen;
	freeaddrinfo(found);
}

static int ip_header(const struct address *address)
{
	return address->storage.ss_family == AF_INET6 ? IPV6_HEADER : IPV4_HEADER;
}

static void set_option(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		die("setsockopt %d", option);
}

static void wait_readable(int fd)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };
	int ready = poll(&wanted, 1, PATIENCE_MS);

	if (ready < 0)
		die("poll");
	errno = 0;
	if (!ready)
		die("no answer from the far side");
}

static void report(unsigned long long packets, unsigned long long bytes,
		   unsigned long long payload)
{
	printf("packets %llu bytes %llu payload %llu\n", packets, bytes, payload);
}

/* A dual-stack socket bound to the port on every address. */
static int listen_on(int type, const char *port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT };
	int fd = socket(AF_INET6, type, 0);

	any.sin6_port = htons(number(port));
	if (fd < 0)
		die("socket");
	set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	if (type == SOCK_DGRAM)
		set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER);
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)))
		die("bind to port %s", port);
	if (type == SOCK_STREAM && listen(fd, 16))
		die("listen");
	return fd;
}

static void say_ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void write_all(int fd, const void *data, size_t size)
{
	const char *from = data;

	while (size) {
		ssize_t done = write(fd, from, size);

		if (done < 0)
			die("write");
		from += done;
		size -= done;
	}
}

/* Reads each connection to its end, then answers with how much it was. */
static void tcp_sink(const char *port)
{
	int listener = listen_on(SOCK_STREAM, port);

	say_ready();
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		uint64_t total = 0;
		ssize_t got;

		if (fd < 0)
			die("accept");
		while ((got = read(fd, buffer, sizeof(buffer))) > 0)
			total += got;
		if (got < 0)
			die("read");
		write_all(fd, &total, sizeof(total));
		close(fd);
	}
}

/* Answers each datagram with its size. */
static void udp_sink(const char *port)
{
	int fd = listen_on(SOCK_DGRAM, port);

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
		if (sendto(fd, &size, sizeof(size), 0, (struct sockaddr *)&from, length) < 0)
			die("sendto");
	}
}

static int connect_to(const struct address *address, int type)
{
	int fd = socket(address->storage.ss_family, type, 0);

	if (fd < 0)
		die("socket");
	if (connect(fd, (const struct sockaddr *)&address->storage, address->length))
		die("connect");
	return fd;
}

static void tcp(const struct address *address, unsigned long long bytes, size_t write_size)
{
	int fd = connect_to(address, SOCK_STREAM);
	unsigned long long left = bytes;
	struct tcp_info info = { 0 };
	socklen_t length = sizeof(info);
	uint64_t arrived = 0;
	char more;

	while (left) {
		size_t size = left < write_size ? left : write_size;

		write_all(fd, buffer, size);
		left -= size;
	}
	if (shutdown(fd, SHUT_WR))
		die("shutdown");
	wait_readable(fd);
	errno = 0;
	if (recv(fd, &arrived, sizeof(arrived), MSG_WAITALL) != sizeof(arrived))
		die("the far side closed without an answer");
	/* The far side's FIN: after it nothing more of ours will leave. */
	if (read(fd, &more, 1) != 0)
		die("the far side answered more than asked");
	if (arrived != bytes)
		die("%llu bytes sent, %llu arrived", bytes, (unsigned long long)arrived);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length))
		die("TCP_INFO");
	report(info.tcpi_segs_out,
	       info.tcpi_bytes_sent + TCP_SYN_MORE +
	       info.tcpi_segs_out * (unsigned long long)(ip_header(address) + TCP_HEADER),
	       bytes);
	close(fd);
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

static void udp(const struct address *address, unsigned long long datagrams, size_t size,
		size_t segment)
{
	int fd = connect_to(address, SOCK_DGRAM);
	unsigned long long packets, on_the_way = 0, allowed = (WINDOW - 1) * size;

	if (address->storage.ss_family == AF_INET)
		set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	else
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
		on_the_way += size;
		await_answers(fd, &on_the_way, allowed);
	}
	await_answers(fd, &on_the_way, 0);

	packets = datagrams * ((size + segment - 1) / segment);
	report(packets, packets * (ip_header(address) + UDP_HEADER) + datagrams * size,
	       datagrams * size);
	close(fd);
}

/* One echo request at a time, each awaited; strangers' packets are passed over. */
static void icmp(const struct address *address, unsigned long long count, size_t size)
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
	fputs("usage: traffic tcp-sink PORT | udp-sink PORT\n"
	      "       traffic tcp ADDRESS PORT BYTES [WRITE-SIZE]\n"
	      "       traffic udp ADDRESS PORT DATAGRAMS SIZE [SEGMENT-SIZE]\n"
	      "       traffic icmp ADDRESS COUNT SIZE\n"
	      "       traffic until\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct address address;
	const char *mode = argc > 1 ? argv[1] : "";

	if (argc == 3 && !strcmp(mode, "tcp-sink")) {
		tcp_sink(argv[2]);
	} else if (argc == 3 && !strcmp(mode, "udp-sink")) {
		udp_sink(argv[2]);
	} else if ((argc == 5 || argc == 6) && !strcmp(mode, "tcp")) {
		resolve(argv[2], argv[3], &address);
		tcp(&address, number(argv[4]), argc == 6 ? size_argument(argv[5]) : LARGEST);
	} else if ((argc == 6 || argc == 7) && !strcmp(mode, "udp")) {
		resolve(argv[2], argv[3], &address);
		if (!size_argument(argv[5]))
			die("an empty datagram cannot be told from its answer");
		udp(&address, number(argv[4]), size_argument(argv[5]),
		    argc == 7 ? size_argument(argv[6]) : 0);
	} else if (argc == 5 && !strcmp(mode, "icmp")) {
		resolve(argv[2], "0", &address);
		icmp(&address, number(argv[3]), size_argument(argv[4]));
	} else if (argc == 2 && !strcmp(mode, "until")) {
		until();
	} else {
		return usage();
	}
	return 0;
}
