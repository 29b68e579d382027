// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets, and words for what happens to them. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "traffic.h"

enum {
	/* How long to wait for the far side. */
	PATIENCE_MS = 20000,
	/* Bytes of a TCP segment that fits any link with all headers. */
	ROOMY_SEGMENT = 1300,
};

char buffer[LARGEST];

void die(const char *format, ...)
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

unsigned long long number(const char *text)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	errno = 0;
	if (!*text || *end)
		die("%s is not a number", text);
	return value;
}

void resolve(const char *host, const char *port, struct address *address)
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

int ip_header(const struct address *address)
{
	return address->storage.ss_family == AF_INET6 ? IPV6_HEADER : IPV4_HEADER;
}

void set_option(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		die("setsockopt %d", option);
}

void write_all(int fd, const void *data, size_t size)
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

void wait_readable(int fd)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };
	int ready = poll(&wanted, 1, PATIENCE_MS);

	if (ready < 0)
		die("poll");
	errno = 0;
	if (!ready)
		die("no answer from the far side");
}

void report(unsigned long long packets, unsigned long long bytes,
		   unsigned long long payload)
{
	printf("packets %llu bytes %llu payload %llu\n", packets, bytes, payload);
}

/*
 * Eight bytes more in each IP header, of no meaning: three options that do nothing
 * and the end of the list; in IPv6 a header of its own for the destination. TCP over
 * IPv6 does not always leave room for it, and can then stall for good.
 */
static void lengthen_header(int fd, int family, int type)
{
	static const unsigned char options[] = { 1, 1, 1, 1, 1, 1, 1, 0 };
	static const unsigned char header[] = { 0, 0, 1, 4, 0, 0, 0, 0 };

	if (family == AF_INET &&
	    setsockopt(fd, IPPROTO_IP, IP_OPTIONS, options, sizeof(options)))
		die("setsockopt IP_OPTIONS");
	if (family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_DSTOPTS, header, sizeof(header)))
		die("setsockopt IPV6_DSTOPTS");
	if (family == AF_INET6 && type == SOCK_STREAM)
		set_option(fd, IPPROTO_TCP, TCP_MAXSEG, ROOMY_SEGMENT);
}

static void bind_to(int fd, const char *from)
{
	struct address address = { 0 };

	resolve(from, "0", &address);
	if (bind(fd, (const struct sockaddr *)&address.storage, address.length))
		die("bind to %s", from);
}

int connect_to(const struct address *address, int type, int protocol)
{
	int fd = socket(address->storage.ss_family, type, protocol);

	if (fd < 0)
		die("socket");
	if (getenv("TRAFFIC_FROM"))
		bind_to(fd, getenv("TRAFFIC_FROM"));
	if (getenv("TRAFFIC_LONG_HEADERS"))
		lengthen_header(fd, address->storage.ss_family, type);
	if (type == SOCK_DGRAM)
		set_option(fd, SOL_SOCKET, SO_BROADCAST, 1);
	if (connect(fd, (const struct sockaddr *)&address->storage, address->length))
		die("connect");
	return fd;
}

int listen_on(int type, int protocol, const char *port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT };
	int fd = socket(AF_INET6, type, protocol);

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

void say_ready(void)
{
	puts("ready");
	fflush(stdout);
}
