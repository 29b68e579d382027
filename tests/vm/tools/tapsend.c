// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends segmented packets as a virtual machine does: through a tap device, with
 * a header that tells how large the segments are and not how many there will be
 * (the kernel marks them SKB_GSO_DODGY and counts for itself).
 *
 *	tapsend DEVICE MAC tcp4|tcp6|udp4|udp6|ufo4|ufo6[x] COUNT PAYLOAD SEGMENT
 *
 * The device is made and set up by the caller (ip tuntap add ... mode tap
 * vnet_hdr). COUNT frames go to MAC, which is the device's own address, from
 * 10.8.0.2 or fd08::2 to port 7000 of 10.3.0.2 or fd00:3::2, each of PAYLOAD
 * bytes to be cut into pieces of SEGMENT. "ufo" is one UDP datagram that is to be
 * fragmented: SEGMENT is then a multiple of eight, and there is one UDP header among
 * the pieces. With x there are eight bytes of IP options, or an IPv6 extension header,
 * in each. Prints, as the traffic tool does, what that is on the wire at the IP level.
 * Status 2: this kernel does not take such frames.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

enum {
	PORT = 7000,
	PAYLOAD_MAX = 60000,
	/* What IPv6 puts into each fragment; IPv4 has the room already. */
	FRAGMENT_HEADER = 8,
};

/* A frame as the tap takes it. */
struct frame {
	struct virtio_net_hdr offload;
	unsigned char bytes[sizeof(struct ether_header) + 128 + PAYLOAD_MAX];
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static size_t number(const char *text, size_t most)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!*text || *end || value > most) {
		fprintf(stderr, "tapsend: %s is not a number up to %zu\n", text, most);
		exit(1);
	}
	return value;
}

static int open_tap(const char *device)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int fd = open("/dev/net/tun", O_RDWR);

	if (fd < 0)
		die("/dev/net/tun");
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (ioctl(fd, TUNSETIFF, &request))
		die(device);
	return fd;
}

/* One's complement sum, as every Internet checksum is made of. */
static unsigned int sum_of(const void *data, size_t length, unsigned int sum)
{
	const unsigned char *bytes = data;

	for (size_t at = 0; at + 1 < length; at += 2)
		sum += bytes[at] << 8 | bytes[at + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Options that do nothing, and a header for the destination that says nothing. */
static const unsigned char ip_options[] = { 1, 1, 1, 1, 1, 1, 1, 0 };
static const unsigned char destination[] = { 0, 0, 1, 4, 0, 0, 0, 0 };

/*
 * The IP header, with @more bytes after it (0 or 8), and what it carries. Returns
 * its length; @pseudo is the sum that TCP and UDP begin with.
 */
static size_t put_ip4(unsigned char *to, int protocol, size_t length, size_t more,
		      unsigned int *pseudo)
{
	struct iphdr ip = {
		.version = 4, .ihl = (sizeof(ip) + more) / 4, .ttl = 64,
		.protocol = protocol, .tot_len = htons(sizeof(ip) + more + length),
		.saddr = inet_addr("10.8.0.2"), .daddr = inet_addr("10.3.0.2"),
	};

	memcpy(to + sizeof(ip), ip_options, more);
	ip.check = htons(~sum_of(to + sizeof(ip), more, sum_of(&ip, sizeof(ip), 0)));
	*pseudo = sum_of(&ip.saddr, 8, protocol + length);
	memcpy(to, &ip, sizeof(ip));
	return sizeof(ip) + more;
}

static size_t put_ip6(unsigned char *to, int protocol, size_t length, size_t more,
		      unsigned int *pseudo)
{
	struct ip6_hdr ip = { .ip6_flow = htonl(6 << 28) };

	memcpy(to + sizeof(ip), destination, more);
	to[sizeof(ip)] = protocol;
	ip.ip6_plen = htons(more + length);
	ip.ip6_nxt = more ? IPPROTO_DSTOPTS : protocol;
	ip.ip6_hlim = 64;
	inet_pton(AF_INET6, "fd08::2", &ip.ip6_src);
	inet_pton(AF_INET6, "fd00:3::2", &ip.ip6_dst);
	*pseudo = sum_of(&ip.ip6_src, 32, protocol + length);
	memcpy(to, &ip, sizeof(ip));
	return sizeof(ip) + more;
}

/* The TCP or UDP header, its checksum left to whoever segments. */
static size_t put_transport(unsigned char *to, bool is_tcp, size_t payload,
			    unsigned int pseudo)
{
	if (is_tcp) {
		/* Twelve bytes of options, all of them "nothing". */
		struct tcphdr tcp = {
			.source = htons(40000), .dest = htons(PORT), .doff = 8,
			.ack = 1, .window = htons(1000), .check = htons(pseudo),
		};

		memcpy(to, &tcp, sizeof(tcp));
		memset(to + sizeof(tcp), 1, 12);
		return sizeof(tcp) + 12;
	}

	struct udphdr udp = {
		.source = htons(40000), .dest = htons(PORT),
		.len = htons(sizeof(udp) + payload), .check = htons(pseudo),
	};

	memcpy(to, &udp, sizeof(udp));
	return sizeof(udp);
}

int main(int count, char **arguments)
{
	static struct frame frame;
	struct ether_header ethernet = { .ether_shost = { 2, 0, 0, 8, 0, 2 } };
	size_t frames, payload, segment, ip, more, transport, length, pieces;
	unsigned char *at = frame.bytes;
	unsigned int pseudo;
	bool is_tcp, is_fragmented;
	int family, protocol, tap;

	if (count != 7) {
		fputs("tapsend: six arguments are needed\n", stderr);
		return 1;
	}
	is_tcp = arguments[3][0] == 't';
	is_fragmented = arguments[3][1] == 'f';
	family = arguments[3][3] == '6' ? 6 : 4;
	frames = number(arguments[4], 100000);
	payload = number(arguments[5], PAYLOAD_MAX);
	segment = number(arguments[6], PAYLOAD_MAX);
	tap = open_tap(arguments[1]);

	memcpy(ethernet.ether_dhost, ether_aton(arguments[2]), ETH_ALEN);
	ethernet.ether_type = htons(family == 4 ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	memcpy(at, &ethernet, sizeof(ethernet));
	at += sizeof(ethernet);
	transport = is_tcp ? 32 : 8;
	more = arguments[3][4] == 'x' ? sizeof(ip_options) : 0;
	protocol = is_tcp ? IPPROTO_TCP : IPPROTO_UDP;
	ip = family == 4 ? put_ip4(at, protocol, transport + payload, more, &pseudo) :
			   put_ip6(at, protocol, transport + payload, more, &pseudo);
	at += ip;
	put_transport(at, is_tcp, payload, pseudo);

	frame.offload = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = is_fragmented ? VIRTIO_NET_HDR_GSO_UDP :
			    !is_tcp ? VIRTIO_NET_HDR_GSO_UDP_L4 :
			    family == 4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6,
		.hdr_len = sizeof(ethernet) + ip + transport,
		.gso_size = segment,
		.csum_start = sizeof(ethernet) + ip,
		.csum_offset = is_tcp ? 16 : 6,
	};
	length = sizeof(frame.offload) + sizeof(ethernet) + ip + transport + payload;
	for (size_t sent = 0; sent < frames; sent++) {
		if (write(tap, &frame, length) == (ssize_t)length)
			continue;
		if (errno == EINVAL)
			return 2;
		die("write");
	}
	if (is_fragmented) {
		/* All headers but the IP header are part of what is cut. */
		payload += transport;
		transport = family == 6 ? FRAGMENT_HEADER : 0;
	}
	pieces = (payload + segment - 1) / segment;
	printf("packets %zu bytes %zu payload %zu\n", frames * pieces,
	       frames * (pieces * (ip + transport) + payload), frames * payload);
	return 0;
}
