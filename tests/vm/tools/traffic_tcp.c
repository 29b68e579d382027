// SPDX-License-Identifier: GPL-2.0-or-later
/* A TCP stream of so many bytes, and who takes it. */
#include <errno.h>
#include <netinet/in.h>
#include <linux/tcp.h>
#include <stdint.h>
#include <unistd.h>

#include "traffic.h"

enum {
	/* Every segment carries timestamps: 20 bytes and 12 of options. */
	TCP_HEADER = 32,
	/* The SYN carries MSS, SACK, timestamps and window scale: 8 more. */
	TCP_SYN_MORE = 8,
};

/* Reads each connection to its end, then answers with how much it was. */
void tcp_sink(const char *port)
{
	int listener = listen_on(SOCK_STREAM, 0, port);

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

static void get_info(int fd, struct tcp_info *info)
{
	socklen_t length = sizeof(*info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length))
		die("TCP_INFO");
}

void tcp(const struct address *address, unsigned long long bytes, size_t write_size)
{
	int fd = connect_to(address, SOCK_STREAM, 0);
	unsigned long long left = bytes;
	struct tcp_info info;
	uint64_t arrived = 0;
	uint32_t syns;
	char more;

	/* On a slow machine the SYN may go out more than once. */
	get_info(fd, &info);
	syns = 1 + info.tcpi_total_retrans;

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
	get_info(fd, &info);
	report(info.tcpi_segs_out,
	       info.tcpi_bytes_sent + syns * TCP_SYN_MORE +
	       info.tcpi_segs_out * (unsigned long long)(ip_header(address) + TCP_HEADER),
	       bytes);
	close(fd);
}
