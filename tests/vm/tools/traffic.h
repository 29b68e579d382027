/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the modes of the traffic tool share. Whatever fails ends the program. */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include <stddef.h>
#include <sys/socket.h>

enum {
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	UDP_HEADER = 8,
	/* Largest datagram or write. */
	LARGEST = 65536,
	SOCKET_BUFFER = 16 << 20,
};

/** Where to send to. */
struct address {
	struct sockaddr_storage storage;
	socklen_t length;
};

/** What is sent, and room for what is received: any bytes. */
extern char buffer[LARGEST];

/** die - print what failed, with the reason if errno has one, and exit 1 */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/** number - a decimal number, or the end of the program */
unsigned long long number(const char *text);

/** resolve - numeric @host and @port, of either family */
void resolve(const char *host, const char *port, struct address *address);

/** ip_header - the size of the header that packets to @address get, in bytes */
int ip_header(const struct address *address);

/** set_option - setsockopt of an int */
void set_option(int fd, int level, int option, int value);

/** wait_readable - until there is something to read, for 20 seconds at most */
void wait_readable(int fd);

/** write_all - all of it, however long that takes */
void write_all(int fd, const void *data, size_t size);

/** connect_to - a new socket of @type and @protocol (0: its own), connected to @address */
int connect_to(const struct address *address, int type, int protocol);

/** listen_on - a dual-stack socket of @type and @protocol, bound to @port on every address */
int listen_on(int type, int protocol, const char *port);

/** say_ready - tell whoever started this that traffic may come */
void say_ready(void);

/** report - what left this machine: packets and bytes at the IP level, payload */
void report(unsigned long long packets, unsigned long long bytes, unsigned long long payload);

/* The modes; see traffic.c. */
void tcp_sink(const char *port);
void tcp(const struct address *address, unsigned long long bytes, size_t write_size);
void sctp_sink(const char *port);
void sctp(const struct address *address, unsigned long long bytes, size_t write_size);
void udp_sink(const char *port);
void udp(const struct address *address, unsigned long long datagrams, size_t size, size_t segment);
void icmp(const struct address *address, unsigned long long count, size_t size);
void flood(const char *host, unsigned int port, unsigned int senders, size_t size);

#endif /* TRAFFIC_H */
