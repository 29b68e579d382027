// SPDX-License-Identifier: GPL-2.0-or-later
/* Datagrams from several processes at once, as many as the machine can make. */
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "traffic.h"

enum {
	SENDERS_MAX = 64,
};

/* Shared by all processes. Each sender has a count of its own, far apart. */
struct board {
	volatile bool stop;
	struct {
		unsigned long long sent;
		char apart[120];
	} sender[SENDERS_MAX];
};

/*
 * A socket takes what is sent to the port, so that nobody answers that there is
 * none. It is never read and soon full: what comes then is dropped, behind every
 * hook.
 */
static void fill_up(const struct address *address)
{
	int fd = socket(address->storage.ss_family, SOCK_DGRAM, 0);

	if (fd < 0)
		die("socket");
	if (bind(fd, (const struct sockaddr *)&address->storage, address->length))
		die("bind");
}

/*
 * A datagram that sendto() took has passed the hooks, or the call had failed. The
 * socket is not connected, so that no ICMP error is reported in place of sending.
 */
static void send_on(struct board *board, unsigned int sender, const struct address *address,
		    size_t size)
{
	int fd = socket(address->storage.ss_family, SOCK_DGRAM, 0);
	unsigned long long sent;

	if (fd < 0)
		die("socket");

	for (sent = 0; !board->stop; sent++) {
		if (sendto(fd, buffer, size, 0, (const struct sockaddr *)&address->storage,
			   address->length) != (ssize_t)size)
			die("sendto");
	}
	board->sender[sender].sent = sent;
}

static void start_sender(struct board *board, unsigned int sender, const struct address *address,
			 size_t size)
{
	pid_t parent = getpid();

	switch (fork()) {
	case -1:
		die("fork");
	case 0:
		/* Whoever kills the first process means all of them. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
			_exit(1);
		send_on(board, sender, address, size);
		_exit(0);
	}
}

void flood(const char *host, unsigned int port, unsigned int senders, size_t size)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned long long sent = 0;
	struct address address = { 0 };
	sigset_t end;
	int got;

	if (board == MAP_FAILED)
		die("mmap");
	if (!senders || senders > SENDERS_MAX)
		die("1 to %d senders, not %u", SENDERS_MAX, senders);
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);

	for (unsigned int i = 0; i < senders; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%u", port + i);
		resolve(host, text, &address);
		fill_up(&address);
		start_sender(board, i, &address, size);
	}
	say_ready();
	sigwait(&end, &got);
	board->stop = true;

	for (unsigned int i = 0; i < senders; i++) {
		int status;

		if (wait(&status) < 0)
			die("wait");
		if (status)
			die("a sender failed");
	}
	for (unsigned int i = 0; i < senders; i++)
		sent += board->sender[i].sent;
	report(sent, sent * (ip_header(&address) + UDP_HEADER + size), sent * size);
}
