// SPDX-License-Identifier: GPL-2.0-or-later
/* Bytes over SCTP, and who takes them. */
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "traffic.h"

/*
 * SCTP has no half-closed connections: the first eight bytes say how many follow.
 * Answers with how much came.
 */
void sctp_sink(const char *port)
{
	int listener = listen_on(SOCK_STREAM, IPPROTO_SCTP, port);

	say_ready();
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		uint64_t total = 0, wanted;
		ssize_t got;

		if (fd < 0)
			die("accept");
		/* A message of its own, and one read never goes on to the next. */
		if (read(fd, &wanted, sizeof(wanted)) != sizeof(wanted))
			die("read");
		while (total < wanted) {
			got = read(fd, buffer, sizeof(buffer));
			if (got <= 0)
				die("read");
			total += got;
		}
		write_all(fd, &total, sizeof(total));
		close(fd);
	}
}

void sctp(const struct address *address, unsigned long long bytes, size_t write_size)
{
	int fd = connect_to(address, SOCK_STREAM, IPPROTO_SCTP);
	uint64_t left = bytes, arrived = 0;

	write_all(fd, &left, sizeof(left));
	while (left) {
		size_t size = left < write_size ? left : write_size;

		write_all(fd, buffer, size);
		left -= size;
	}
	wait_readable(fd);
	errno = 0;
	if (recv(fd, &arrived, sizeof(arrived), MSG_WAITALL) != sizeof(arrived))
		die("the far side closed without an answer");
	if (arrived != bytes)
		die("%llu bytes sent, %llu arrived", bytes, (unsigned long long)arrived);
	printf("payload %llu\n", bytes);
	close(fd);
}
