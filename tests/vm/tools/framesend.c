// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends frames as they are given, as a network card could bring them.
 *
 *	framesend DEVICE COUNT PROTOCOL HEX
 *
 * HEX is the frame from the link header on. PROTOCOL is a number, and what the
 * kernel is told that the frame is, true or not.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	FRAME_MAX = 1600,
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static size_t from_hex(const char *text, unsigned char *bytes)
{
	size_t length = 0;
	unsigned int value;

	for (; sscanf(text, "%2x", &value) == 1; text += 2) {
		if (length == FRAME_MAX || !text[1]) {
			fputs("framesend: that is no frame\n", stderr);
			exit(1);
		}
		bytes[length++] = value;
	}
	return length;
}

int main(int count, char **arguments)
{
	static unsigned char bytes[FRAME_MAX];
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	size_t length;
	int fd;

	if (count != 5) {
		fputs("framesend: four arguments are needed\n", stderr);
		return 1;
	}
	to.sll_ifindex = if_nametoindex(arguments[1]);
	if (!to.sll_ifindex)
		die(arguments[1]);
	to.sll_protocol = htons(strtoul(arguments[3], NULL, 0));
	length = from_hex(arguments[4], bytes);
	/* Protocol 0: it is not to receive anything. */
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0)
		die("socket");
	for (long left = strtol(arguments[2], NULL, 10); left > 0; left--) {
		if (sendto(fd, bytes, length, 0, (struct sockaddr *)&to,
			   sizeof(to)) != (ssize_t)length)
			die("sendto");
	}
	return 0;
}
