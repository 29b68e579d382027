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
 * What it reads of a packet's description is in the kernel's promise: no BTF, nothing
 * that hangs on a kernel's version.
 */
#include <linux/bpf.h>

#include "bpf_meter.h"

#define inline_always static inline __attribute__((always_inline))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() asm volatile("" ::: "memory")

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

#define MAP(number) ({ \
	void *map_; \
	asm volatile("%0 = %1 ll" : "=r"(map_) : "i"(number)); \
	map_; \
})

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

/* The first packet after a minute: what was counted until then is the minute's. */
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
	const __u32 zero = 0;
	struct meter_counter *counter = map_lookup(MAP(METER_MAP_COUNTER), &zero);
	__u64 before;
	__u64 now;

	if (!counter)
		return;
	now = jiffies64();
	before = counter->packets;
#ifdef RULE
	__sync_fetch_and_add(&counter->packets, packets);
	barrier();
	if (unlikely(now >= counter->ends))
		turn(counter, before, now);
	__sync_fetch_and_add(&counter->bytes, bytes);
	barrier();
	counter->done = counter->packets;
#else
	before += packets;
	counter->packets = before;
	barrier();
	if (unlikely(now >= counter->ends))
		turn(counter, before - packets, now);
	counter->bytes += bytes;
	barrier();
	counter->done = before;
#endif
}

inline_always __u32 kind_of_type(__u32 type)
{
	if (type == TYPE_IP || type == TYPE_IP6)
		return KIND_IP;
	return type == TYPE_ETHERNET ? KIND_ETHERNET : KIND_NONE;
}

/* A tunnel's UDP port, as registered: what is behind UDP's header, and its length. */
inline_always __u32 kind_of_udp(const struct packet *packet, __u32 at, __u32 *length)
{
	__u16 word[8];
	__u32 port;

	*length = 8;
	if (load(packet, at, word, sizeof(word)))
		return KIND_NONE;
	port = wire16(word[1]);
	if (port == 4789 || port == 8472) {		/* VXLAN */
		*length = 16;
		return KIND_ETHERNET;
	}
	if (port == 4790) {				/* VXLAN-GPE */
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
	if (port == 6081) {				/* Geneve */
		*length = 16 + (wire16(word[4]) >> 8 & 0x3f) * 4;
		return kind_of_type(wire16(word[5]));
	}
	return KIND_NONE;
}

/*
 * Of a packet that is to be segmented: the bytes of headers each segment gets; 0 unknown.
 * No branch hangs on @at, or the verifier would follow each of its values.
 */
inline_always __u32 headers_of(const struct packet *packet, __u32 jumbo)
{
	const __u32 start = packet->start + jumbo;
	__u32 at = packet->start;
	__u32 kind = KIND_IP;
	__u32 length;
	__u8 byte[20];
	__u16 word[2];

	for (int step = 0; step < STEPS; step++) {
		switch (kind) {
		case KIND_IP:
			if (load(packet, at, byte, sizeof(byte)))
				return 0;
			if (byte[0] >> 4 == 4) {
				at += (byte[0] & 15) * 4;
				kind = byte[9];
			} else {
				at += 40;
				kind = byte[6];
			}
			break;
		case KIND_ETHERNET:
			at += 12;
			kind = KIND_TYPE;
			break;
		case KIND_TYPE:
			if (load(packet, at, word, sizeof(word[0])))
				return 0;
			length = wire16(word[0]);
			at += 2;
			if (length == TYPE_TAG || length == TYPE_SERVICE_TAG)
				at += 2;
			else
				kind = kind_of_type(length);
			break;
		case 0:		/* hop by hop */
		case 43:	/* routing */
		case 44:	/* fragment: its second byte is 0 */
		case 60:	/* destination options */
			if (load(packet, at, byte, 2))
				return 0;
			at += (byte[1] + 1) * 8;
			kind = byte[0];
			break;
		case 4:
		case 41:
			kind = KIND_IP;
			break;
		case 47:	/* GRE: checksum, key and sequence may be there */
			if (load(packet, at, word, sizeof(word)))
				return 0;
			length = wire16(word[0]);
			at += 4 + (length >> 15 & 1) * 4 + (length >> 13 & 1) * 4 +
			      (length >> 12 & 1) * 4;
			kind = kind_of_type(wire16(word[1]));
			break;
		case 17:
			kind = kind_of_udp(packet, at, &length);
			at += length;
			if (kind == KIND_NONE)
				return at - start;
			break;
		case 6:
			if (load(packet, at + 12, byte, 1))
				return 0;
			return at + (byte[0] >> 4) * 4 - start;
		case 132:	/* SCTP */
			return at + 12 - start;
		default:
			return 0;
		}
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
/* Most packets: not to be segmented, their header where it can be read at once. */
inline_always __u32 measure_at_once(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *end = (void *)(long)skb->data_end;
	const __u8 *ip = data + LINK;
	__u32 bytes;

	if (skb->gso_size || data + LINK + 20 > end)
		return 0;
#if LINK == 14
	if (*(__u16 *)(data + 12) == wire16(TYPE_IP))
		return ip[0] >> 4 == 4 ? wire16(*(__u16 *)(ip + 2)) : 0;
	if (*(__u16 *)(data + 12) != wire16(TYPE_IP6) || ip[0] >> 4 != 6)
		return 0;
	bytes = wire16(*(__u16 *)(ip + 4));
	return bytes ? bytes + 40 : 0;
#else
	/* Should there be a header before it after all, the length won't fit. */
	if (ip[0] >> 4 == 4)
		bytes = wire16(*(__u16 *)(ip + 2));
	else if (ip[0] >> 4 == 6)
		bytes = wire16(*(__u16 *)(ip + 4)) + 40;
	else
		return 0;
	return bytes == skb->len ? bytes : 0;
#endif
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
	packet.count = 1;
	packet.bytes = measure_at_once(skb);
	if (likely(packet.bytes) || (find_ip(&packet) && measure_header(&packet)))
		add(packet.count, packet.bytes);
	return -1;	/* TC_ACT_UNSPEC, TCX_NEXT: what comes next decides */
#endif
}
