// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts IP packets and their bytes as on the wire, and keeps each minute's.
 *
 * Compiled once for each of three places, see Makefile:
 *
 *	LINK=14		at tc, of a device with Ethernet headers
 *	LINK=0		at tc, of any other
 *	LINK=0 RULE	of xt_bpf, for '-m bpf --object-pinned' in a rule
 *
 * over.bpf.c is for rules that ask whether a monitor is over its limit.
 *
 * What it reads of a packet's description is in the kernel's promise: no BTF, nothing
 * that hangs on a kernel's version.
 */
#include "meter.bpf.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define wire16(x) ((__u16)__builtin_bswap16(x))
#else
#define wire16(x) ((__u16)(x))
#endif

#define TYPE_IP 0x0800
#define TYPE_IP6 0x86dd
#define TYPE_TAG 0x8100
#define TYPE_SERVICE_TAG 0x88a8
#define TYPE_ETHERNET 0x6558	/* in GRE and Geneve */

/* What a header is: an IP protocol's number, or one of these. */
#define KIND_TYPE 256		/* two bytes that say what follows */
#define KIND_IP 257		/* IPv4 or IPv6 */
#define KIND_ETHERNET 258
#define KIND_NONE 259

/* Headers that are looked into at most, those of a tunnel and tags too. */
#define STEPS 16
#define TAGS 4

#define GSO_BY_FRAGS 0xffff

static void *(*map_lookup)(void *map, const void *key) = (void *)1;
static long (*skb_load)(const void *skb, __u32 offset, void *to, __u32 length) =
	(void *)26;
#if LINK == 0 && !defined(RULE)
#define MAY_BE_RELATIVE
static long (*skb_load_relative)(const void *skb, __u32 offset, void *to,
				 __u32 length, __u32 start) = (void *)68;
#endif
static __u64 (*jiffies64)(void) = (void *)118;

/* A packet, and where its IP header begins. */
struct packet {
	struct __sk_buff *skb;
#ifdef MAY_BE_RELATIVE
	int is_relative;	/* offsets are from the network header */
#endif
	__u32 start;
	__u64 count;
	__u64 bytes;
};

inline_always long load(const struct packet *packet, __u32 offset, void *to,
			__u32 length)
{
#ifdef MAY_BE_RELATIVE
	if (packet->is_relative)
		return skb_load_relative(packet->skb, offset, to, length,
					 BPF_HDR_START_NET);
#endif
	return skb_load(packet->skb, offset, to, length);
}

/*
 * The first packet after a minute: what was counted until then is the minute's.
 * @packets:	what it had counted before
 */
inline_always void turn(struct meter_counter *counter, __u64 packets, __u64 now)
{
	const __u32 zero = 0;
	struct meter_info *info = map_lookup(MAP(METER_MAP_INFO), &zero);
	struct meter_entry *entry;
	__u32 slot;

	if (!info || !info->slots || !info->minute)
		return;
	if (counter->ends) {
		slot = (__u32)(counter->stored % info->slots);
		entry = map_lookup(MAP(METER_MAP_RING), &slot);
		if (entry) {
			entry->end = counter->ends;
			entry->packets = packets;
			entry->bytes = counter->bytes;
			counter->stored++;
		}
	}
	counter->ends = info->base +
		((now - info->base) / info->minute + 1) * info->minute;
}

/*
 * At tc nothing interrupts it on its processor. A rule's may be, as nft_compat runs
 * matches with softirqs on.
 */
inline_always void add(__u64 packets, __u64 bytes)
{
	struct meter_counter *counter = counter_here();
	__u64 now = jiffies64();

#ifdef RULE
	__sync_fetch_and_add(&counter->packets, packets);
	barrier();
	if (unlikely(now >= counter->ends)) {
		reckon_here(now);
		turn(counter, counter->packets - packets, now);
	}
	__sync_fetch_and_add(&counter->bytes, bytes);
	barrier();
	counter->done = counter->packets;
#else
	const __u64 all = counter->packets + packets;

	counter->packets = all;
	barrier();
	if (unlikely(now >= counter->ends)) {
		reckon_here(now);
		turn(counter, counter->done, now);
	}
	counter->bytes += bytes;
	barrier();
	counter->done = all;
#endif
}

inline_always __u32 kind_of_type(__u32 type)
{
	if (type == TYPE_IP || type == TYPE_IP6)
		return KIND_IP;
	return type == TYPE_ETHERNET ? KIND_ETHERNET : KIND_NONE;
}

/* Ports of tunnels, as registered. */
#define PORT_VXLAN 4789
#define PORT_VXLAN_LINUX 8472
#define PORT_VXLAN_GPE 4790
#define PORT_GENEVE 6081

/* What is behind UDP's header, and that one's length, a tunnel's with it. */
inline_always __u32 kind_of_udp(const struct packet *packet, __u32 at, __u32 *length)
{
	__u16 word[8];
	__u32 port;

	*length = 8;
	if (load(packet, at, word, sizeof(word)))
		return KIND_NONE;
	port = wire16(word[1]);
	if (port == PORT_VXLAN || port == PORT_VXLAN_LINUX) {
		*length = 16;
		return KIND_ETHERNET;
	}
	if (port == PORT_VXLAN_GPE) {
		*length = 16;
		switch (wire16(word[5]) & 0xff) {
		case 1:
		case 2:
			return KIND_IP;
		case 3:
			return KIND_ETHERNET;
		}
		*length = 8;
	}
	if (port == PORT_GENEVE) {
		*length = 16 + (wire16(word[4]) >> 8 & 0x3f) * 4;
		return kind_of_type(wire16(word[5]));
	}
	return KIND_NONE;
}

/* A header that was passed: how long it was, and what is behind it. */
struct passed {
	__u32 length;
	__u32 kind;
};

inline_always int pass_ip(const struct packet *packet, __u32 at, struct passed *passed)
{
	__u8 byte[20];

	if (load(packet, at, byte, sizeof(byte)))
		return 0;
	if (byte[0] >> 4 == 4)
		*passed = (struct passed){ (byte[0] & 15) * 4, byte[9] };
	else
		*passed = (struct passed){ 40, byte[6] };
	return 1;
}

/* Of a fragment the second byte is 0. */
inline_always int pass_extension(const struct packet *packet, __u32 at,
				 struct passed *passed)
{
	__u8 byte[2];

	if (load(packet, at, byte, sizeof(byte)))
		return 0;
	*passed = (struct passed){ (byte[1] + 1) * 8, byte[0] };
	return 1;
}

/* A type, or a tag, behind which is another one. */
inline_always int pass_type(const struct packet *packet, __u32 at, struct passed *passed)
{
	__u16 word;
	__u32 type;

	if (load(packet, at, &word, sizeof(word)))
		return 0;
	type = wire16(word);
	if (type == TYPE_TAG || type == TYPE_SERVICE_TAG)
		*passed = (struct passed){ 4, KIND_TYPE };
	else
		*passed = (struct passed){ 2, kind_of_type(type) };
	return 1;
}

/* Checksum, key and sequence may be there. */
inline_always int pass_gre(const struct packet *packet, __u32 at, struct passed *passed)
{
	__u16 word[2];
	__u32 flags;

	if (load(packet, at, word, sizeof(word)))
		return 0;
	flags = wire16(word[0]);
	*passed = (struct passed){
		4 + ((flags >> 15 & 1) + (flags >> 13 & 1) + (flags >> 12 & 1)) * 4,
		kind_of_type(wire16(word[1])),
	};
	return 1;
}

/*
 * Of a packet that is to be segmented: the bytes of headers each segment gets; 0 unknown.
 * No branch hangs on @at, or the verifier would follow each of its values.
 */
inline_always __u32 headers_of(const struct packet *packet, __u32 jumbo)
{
	const __u32 start = packet->start + jumbo;
	struct passed passed = { 0, KIND_IP };
	__u32 at = packet->start;
	__u8 byte;

	for (int step = 0; step < STEPS; step++) {
		int is_passed = 1;

		switch (passed.kind) {
		case KIND_IP:
			is_passed = pass_ip(packet, at, &passed);
			break;
		case KIND_ETHERNET:
			passed = (struct passed){ 12, KIND_TYPE };
			break;
		case KIND_TYPE:
			is_passed = pass_type(packet, at, &passed);
			break;
		case 0:		/* hop by hop */
		case 43:	/* routing */
		case 44:	/* fragment */
		case 60:	/* destination options */
			is_passed = pass_extension(packet, at, &passed);
			break;
		case 4:
		case 41:
			passed = (struct passed){ 0, KIND_IP };
			break;
		case 47:
			is_passed = pass_gre(packet, at, &passed);
			break;
		case 17:
			passed.kind = kind_of_udp(packet, at, &passed.length);
			if (passed.kind == KIND_NONE)
				return at + passed.length - start;
			break;
		case 6:
			if (load(packet, at + 12, &byte, 1))
				return 0;
			return at + (byte >> 4) * 4 - start;
		case 132:	/* SCTP */
			return at + 12 - start;
		default:
			return 0;
		}
		if (!is_passed)
			return 0;
		at += passed.length;
	}
	return 0;
}

/* As many packets as it is to become; what they have in all. */
inline_always void measure_segments(struct packet *packet, __u32 jumbo)
{
	const __u32 size = packet->skb->gso_size;
	__u32 count = packet->skb->gso_segs;
	const __u32 headers = headers_of(packet, jumbo);
	/* Such an option does not go out with the segments. */
	const __u64 bytes = packet->bytes - jumbo;

	if (!count && size && size != GSO_BY_FRAGS && bytes > headers)
		count = (__u32)((bytes - headers + size - 1) / size);
	if (!count)
		count = 1;
	packet->count = count;
	packet->bytes = bytes + (__u64)(count - 1) * headers;
}

/* Of any packet, by its IP header; false if it has none. */
inline_always int measure_header(struct packet *packet)
{
	const __u32 size = packet->skb->gso_size;
	__u32 whole = packet->skb->len - packet->start;
	__u32 jumbo = 0;
	__u32 bytes;
	__u8 byte[8];

	if (load(packet, packet->start, byte, sizeof(byte)))
		return 0;
	bytes = (__u32)byte[2] << 8 | byte[3];
	if (byte[0] >> 4 == 6) {
		bytes = (__u32)byte[4] << 8 | byte[5];
		if (!bytes && byte[6] == 0)
			jumbo = 8;
		bytes = bytes ? bytes + 40 : jumbo ? 0 : 40;
	} else if (byte[0] >> 4 != 4) {
		return 0;
	}
#ifdef MAY_BE_RELATIVE
	/* How much is before it there can't be seen. */
	if (packet->is_relative && bytes)
		whole = bytes;
#endif
	packet->count = 1;
	packet->bytes = bytes && !size ? bytes : whole;
	if (size)
		measure_segments(packet, jumbo);
	return 1;
}

/* Where IP begins behind Ethernet's header and tags; false if there is none. */
inline_always int find_ip(struct packet *packet __attribute__((unused)))
{
#if LINK == 14
	__u16 type;

	packet->start = 12;
	for (int tag = 0; tag <= TAGS; tag++) {
		if (load(packet, packet->start, &type, sizeof(type)))
			return 0;
		packet->start += 2;
		type = wire16(type);
		if (type == TYPE_IP || type == TYPE_IP6)
			return 1;
		if (type != TYPE_TAG && type != TYPE_SERVICE_TAG)
			return 0;
		packet->start += 2;
	}
	return 0;
#elif defined(RULE)
	return 1;
#else
	__u8 first;

	if (packet->skb->protocol != wire16(TYPE_IP) &&
	    packet->skb->protocol != wire16(TYPE_IP6))
		return 0;
	if (skb_load(packet->skb, 0, &first, 1))
		return 0;
	first >>= 4;
	packet->is_relative =
		first != (packet->skb->protocol == wire16(TYPE_IP) ? 4 : 6);
	return 1;
#endif
}

#ifndef RULE
/* Most headers: IP without options, TCP or UDP, where they can be read at once; or 0. */
inline_always __u32 headers_at_once(const void *data, const void *end)
{
	const __u8 *ip;
	const __u8 *next;
	__u32 kind;
	__u32 length;
	__u32 port;

	reckon_here(data);
	if (data + LINK + 28 > end)
		return 0;
	ip = data + LINK;
	if (ip[0] == 0x45) {
		length = 20;
		kind = ip[9];
	} else if (ip[0] >> 4 == 6) {
		length = 40;
		kind = ip[6];
	} else {
		return 0;
	}
	next = ip + length;
	if (kind == 6) {
		if ((void *)next + 20 > end)
			return 0;
		return length + (next[12] >> 4) * 4;
	}
	if (kind != 17 || (void *)next + 8 > end)
		return 0;
	port = wire16(*(__u16 *)(next + 2));
	if (port == PORT_VXLAN || port == PORT_VXLAN_LINUX || port == PORT_VXLAN_GPE ||
	    port == PORT_GENEVE)
		return 0;
	return length + 8;
}

/* Of Ethernet's types and IP's versions, where no header is known before it any. */
inline_always int is_type(const void *data __attribute__((unused)),
			  __u32 type __attribute__((unused)))
{
#if LINK == 14
	return *(__u16 *)(data + 12) == wire16(type);
#else
	return 1;
#endif
}

/* A packet's length by its IP header; 0 if there is none, or it tells none. */
inline_always __u64 length_at_once(const void *data)
{
	const __u8 *ip = data + LINK;
	__u64 bytes;

	if (is_type(data, TYPE_IP) && ip[0] >> 4 == 4) {
		bytes = wire16(*(__u16 *)(ip + 2));
		reckon_here(bytes);
		return bytes;
	}
	if (!is_type(data, TYPE_IP6) || ip[0] >> 4 != 6)
		return 0;
	bytes = wire16(*(__u16 *)(ip + 4));
	return bytes ? bytes + 40 : 0;
}

/*
 * Most packets: their headers are where they can be read at once. Where no header is
 * known before IP's there may be one after all; then IP's length won't fit.
 */
inline_always __u64 measure_at_once(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;
	__u64 bytes;

	if (data + LINK + 20 > end)
		return 0;
	bytes = length_at_once(data);
#if LINK == 0
	if (bytes != skb->len)
		return 0;
#endif
	return bytes;
}

/* The same of what is to be segmented. */
inline_always int measure_segments_at_once(struct packet *packet)
{
	struct __sk_buff *skb = packet->skb;
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;
	const __u32 headers = headers_at_once(data, end);

	packet->count = skb->gso_segs;
	packet->bytes = skb->len - LINK + (packet->count - 1) * headers;
	return packet->count && headers;
}
#endif

__attribute__((section("code"), used)) int meter(struct __sk_buff *skb)
{
	struct packet packet = { .skb = skb };
#ifdef RULE
	if (find_ip(&packet) && measure_header(&packet))
		add(packet.count, packet.bytes);
	return 1;
#else
	const __u64 bytes = measure_at_once(skb);

	if (likely(bytes && !skb->gso_size)) {
		add(1, bytes);
		return -1;
	}
	if ((bytes && measure_segments_at_once(&packet)) ||
	    (find_ip(&packet) && measure_header(&packet)))
		add(packet.count, packet.bytes);
	return -1;	/* TC_ACT_UNSPEC, TCX_NEXT: what comes next decides */
#endif
}
