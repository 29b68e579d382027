// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Times what costs few instructions, in a guest whose clock counts them.
 *
 *	cost clock
 *	cost packets ADDRESS PORT SIZE [SEGMENT-SIZE]
 *	cost arrivals ADDRESS PORT SIZE [SEGMENT-SIZE]
 *	cost read FILE
 *
 * Each repeats something in rounds, and most take the quickest round: all rounds do
 * the same, but a timer interrupt may fall into any of them.
 *
 * "clock" prints how many nanoseconds a thousand instructions take: 1000.00 if
 * the others can be believed. "packets" prints how long it takes to send one
 * UDP datagram, of SIZE bytes; with SEGMENT-SIZE it is handed to the kernel as
 * one UDP_SEGMENT packet. "arrivals" is for an address where it also arrives
 * meanwhile: it takes the middle one of all rounds, for in some the kernel puts
 * arrivals off. "read" prints how long it takes to open a file, read it to its end
 * and close it, and how long the reading alone takes.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/udp.h>
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
	/* A round must end well before the next timer tick, 4 ms later. */
	PACKETS = 10,
	ROUNDS = 50,
	LOOPS = 50000,
	LOOP_INSTRUCTIONS = 2,
	LARGEST = 65536,
};

static char buffer[LARGEST];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int64_t lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * Counts down: one instruction to subtract and one to jump, on any machine, also
 * where the compiler unrolls it: it has to show each value.
 */
static __attribute__((noinline)) void loop(long count)
{
	do {
		__asm__ volatile ("" : "+r" (count));
	} while (--count);
}

static int64_t time_loop(long count)
{
	int64_t least = INT64_MAX;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		int64_t start = now();

		loop(count);
		least = lesser(least, now() - start);
	}
	return least;
}

/* Of two lengths, so that what comes with every loop cancels out. */
static void clock_main(void)
{
	double taken = time_loop(2 * LOOPS) - time_loop(LOOPS);

	printf("%.2f\n", taken * 1000 / ((double)LOOPS * LOOP_INSTRUCTIONS));
}

static int connected(const char *address, const char *port)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_DGRAM,
	};
	struct addrinfo *to;
	int fd;

	if (getaddrinfo(address, port, &hints, &to)) {
		fprintf(stderr, "cost: %s is not an address\n", address);
		exit(1);
	}
	fd = socket(to->ai_family, SOCK_DGRAM, 0);
	if (fd < 0)
		die("socket");
	if (connect(fd, to->ai_addr, to->ai_addrlen))
		die("connect");
	freeaddrinfo(to);
	return fd;
}

static int compare(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

/* The quickest round is @rank 0. */
static void packets_main(int fd, int size, int segment, int rank)
{
	int64_t taken[ROUNDS];
	int round, i;

	if (segment && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment,
				  sizeof(segment)))
		die("UDP_SEGMENT");
	for (round = 0; round < ROUNDS; round++) {
		int64_t start = now();

		for (i = 0; i < PACKETS; i++)
			if (send(fd, buffer, size, 0) != size)
				die("send");
		taken[round] = now() - start;
	}
	qsort(taken, ROUNDS, sizeof(taken[0]), compare);
	printf("%.1f\n", (double)taken[rank] / PACKETS);
}

static void read_main(const char *path)
{
	int64_t whole = INT64_MAX, reading = INT64_MAX;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		int64_t opening = now(), start, end;
		int fd = open(path, O_RDONLY);
		ssize_t got;

		if (fd < 0)
			die(path);
		start = now();
		do {
			got = read(fd, buffer, sizeof(buffer));
			if (got < 0)
				die(path);
		} while (got);
		end = now();
		close(fd);
		reading = lesser(reading, end - start);
		whole = lesser(whole, now() - opening);
	}
	printf("%lld %lld\n", (long long)whole, (long long)reading);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "clock")) {
		clock_main();
	} else if (argc == 3 && !strcmp(argv[1], "read")) {
		read_main(argv[2]);
	} else if ((argc == 5 || argc == 6) &&
		   (!strcmp(argv[1], "packets") || !strcmp(argv[1], "arrivals"))) {
		int size = atoi(argv[4]);

		if (size < 1 || size > LARGEST)
			return 2;
		packets_main(connected(argv[2], argv[3]), size,
			     argc == 6 ? atoi(argv[5]) : 0,
			     argv[1][0] == 'a' ? ROUNDS / 2 : 0);
	} else {
		fputs("usage: cost clock | cost packets|arrivals ADDRESS PORT SIZE [SEGMENT-SIZE] | cost read FILE\n",
		      stderr);
		return 2;
	}
	return 0;
}
