// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends datagrams of many hosts to many others, past this machine's own IP.
 *
 *	hostsend DEVICE MAC SOURCE N DESTINATION M COUNT SIZE [MACS]
 *
 * COUNT datagrams of SIZE bytes of payload go to the machine with the address MAC.
 * The first is from the address SOURCE to DESTINATION, and of each further one both
 * are the next address, N and M of them, before it begins again. Their own MAC
 * addresses are 02:00:00:01:00:00 and, if MACS is above 1, so many next ones.
 *
 * Prints "packets 12 bytes 13104" as IP has them. With COUNT 0 it goes on until it is
 * sent SIGTERM.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	SIZE_MAX_BYTES = 1400,
	PORT = 7000,
};

/* Addresses that follow each other; of IPv4 the last four bytes. */
struct range {
	unsigned char first[16];
	unsigned long count;
	unsigned long at;
};

struct frame {
	struct ethhdr link;
	unsigned char rest[sizeof(struct ip6_hdr) + sizeof(struct udphdr) + SIZE_MAX_BYTES];
} __attribute__((packed));

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void die(const char *what)
{
	fprintf(stderr, "hostsend: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void range_init(struct range *range, int family, const char *text, const char *count)
{
	int offset = family == AF_INET ? 12 : 0;

	if (inet_pton(family, text, range->first + offset) != 1)
		die(text);
	range->count = strtoul(count, NULL, 10);
}

/* The present address, its last four bytes counted up. */
static void range_put(const struct range *range, unsigned char *address, size_t size)
{
	uint32_t last;

	memcpy(address, range->first + sizeof(range->first) - size, size);
	memcpy(&last, address + size - sizeof(last), sizeof(last));
	last = htonl(ntohl(last) + range->at);
	memcpy(address + size - sizeof(last), &last, sizeof(last));
}

static void range_next(struct range *range)
{
	range->at = (range->at + 1) % range->count;
}

static uint32_t sum_of(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	return sum;
}

static uint16_t folded(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum & 0xffff);
}

static size_t put_ipv4(unsigned char *at, const struct range *from, const struct range *to,
		       size_t size)
{
	struct iphdr ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP };
	size_t length = sizeof(ip) + sizeof(struct udphdr) + size;

	ip.tot_len = htons(length);
	range_put(from, (unsigned char *)&ip.saddr, 4);
	range_put(to, (unsigned char *)&ip.daddr, 4);
	ip.check = folded(sum_of(&ip, sizeof(ip)));
	memcpy(at, &ip, sizeof(ip));
	return length;
}

static size_t put_ipv6(unsigned char *at, const struct range *from, const struct range *to,
		       size_t size)
{
	struct ip6_hdr ip = { .ip6_flow = htonl(6U << 28), .ip6_hlim = 64,
			      .ip6_nxt = IPPROTO_UDP };

	ip.ip6_plen = htons(sizeof(struct udphdr) + size);
	range_put(from, (unsigned char *)&ip.ip6_src, 16);
	range_put(to, (unsigned char *)&ip.ip6_dst, 16);
	memcpy(at, &ip, sizeof(ip));
	return sizeof(ip) + sizeof(struct udphdr) + size;
}

/* Without a checksum: nobody is to read it but counters. */
static void put_udp(unsigned char *at, size_t size)
{
	struct udphdr udp = { .source = htons(PORT), .dest = htons(PORT) };

	udp.len = htons(sizeof(udp) + size);
	memcpy(at, &udp, sizeof(udp));
}

static void mac_put(unsigned char *mac, unsigned long number)
{
	static const unsigned char first[ETH_ALEN] = { 2, 0, 0, 1, 0, 0 };

	memcpy(mac, first, ETH_ALEN);
	mac[4] = number >> 8;
	mac[5] = number;
}

static int open_device(const char *name, struct sockaddr_ll *device)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0)
		die("socket");
	device->sll_family = AF_PACKET;
	device->sll_ifindex = if_nametoindex(name);
	if (!device->sll_ifindex)
		die(name);
	return fd;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = end };
	struct range from = { .at = 0 }, to = { .at = 0 };
	unsigned long long sent = 0, bytes = 0, count;
	struct sockaddr_ll device = { 0 };
	struct frame frame = { 0 };
	unsigned long macs;
	size_t size;
	int family, fd;

	if (argc != 9 && argc != 10) {
		fputs("usage: hostsend DEVICE MAC SOURCE N DESTINATION M COUNT SIZE [MACS]\n", stderr);
		return 2;
	}
	if (sscanf(argv[2], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &frame.link.h_dest[0],
		   &frame.link.h_dest[1], &frame.link.h_dest[2], &frame.link.h_dest[3],
		   &frame.link.h_dest[4], &frame.link.h_dest[5]) != ETH_ALEN)
		die(argv[2]);
	family = strchr(argv[3], ':') ? AF_INET6 : AF_INET;
	range_init(&from, family, argv[3], argv[4]);
	range_init(&to, family, argv[5], argv[6]);
	count = strtoull(argv[7], NULL, 10);
	size = strtoul(argv[8], NULL, 10);
	macs = argc == 10 ? strtoul(argv[9], NULL, 10) : 1;
	if (size > SIZE_MAX_BYTES || !from.count || !to.count || !macs)
		die("numbers");
	fd = open_device(argv[1], &device);
	sigaction(SIGTERM, &action, NULL);
	frame.link.h_proto = htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	for (; !ended && (!count || sent < count); sent++) {
		size_t length = family == AF_INET ? put_ipv4(frame.rest, &from, &to, size) :
						    put_ipv6(frame.rest, &from, &to, size);

		put_udp(frame.rest + length - size - sizeof(struct udphdr), size);
		mac_put(frame.link.h_source, sent % macs);
		while (sendto(fd, &frame, ETH_HLEN + length, 0, (struct sockaddr *)&device,
			      sizeof(device)) < 0) {
			if (errno != ENOBUFS && errno != EINTR)
				die("sendto");
		}
		bytes += length;
		range_next(&from);
		range_next(&to);
	}
	printf("packets %llu bytes %llu\n", sent, bytes);
	return 0;
}
