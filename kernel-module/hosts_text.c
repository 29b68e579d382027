// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of a table of hosts. There may be many of them: seq_printf(), and seq_file's
 * own numbers, take three times as long.
 */
#include <linux/if_ether.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <asm/byteorder.h>

#include "hosts.h"
#include "hosts_text.h"

/* The numbers below 1000, three characters each, and how many of them count. */
static char trafmetux_thousand[1000][4];

static char *trafmetux_text_first(char *to, u32 value)
{
	memcpy(to, trafmetux_thousand[value], 4);
	return to + trafmetux_thousand[value][3];
}

/* Three digits behind others. */
static char *trafmetux_text_rest(char *to, u32 value)
{
	if (value < 100)
		*to++ = '0';
	if (value < 10)
		*to++ = '0';
	return trafmetux_text_first(to, value);
}

/* Up to three characters behind it are written to as well. */
static char *trafmetux_text_number(char *to, u64 value)
{
	u32 group[7];
	int count = 0;

	while (value >= 1000)
		value = div_u64_rem(value, 1000, &group[count++]);
	to = trafmetux_text_first(to, value);
	while (count)
		to = trafmetux_text_rest(to, group[--count]);
	return to;
}

/* Packets and bytes up, then down, each with a blank before it. */
static char *trafmetux_text_totals(char *to, const struct trafmetux_reading *total)
{
	unsigned int i;

	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++) {
		*to++ = ' ';
		to = trafmetux_text_number(to, total[i].packets);
		*to++ = ' ';
		to = trafmetux_text_number(to, total[i].bytes);
	}
	return to;
}

static char *trafmetux_text_ipv4(char *to, __be32 address)
{
	u32 v4 = ntohl(address);
	int shift;

	for (shift = 24; shift >= 0; shift -= 8) {
		to = trafmetux_text_first(to, v4 >> shift & 0xff);
		if (shift)
			*to++ = '.';
	}
	return to;
}

/* The last four bits. (Where the kernel declares its own digits differs.) */
static char trafmetux_text_hex(unsigned int value)
{
	return "0123456789abcdef"[value & 0xf];
}

static char *trafmetux_text_group(char *to, unsigned int group)
{
	int shift = group >> 12 ? 12 : group >> 8 ? 8 : group >> 4 ? 4 : 0;

	for (; shift >= 0; shift -= 4)
		*to++ = trafmetux_text_hex(group >> shift);
	return to;
}

/* The longest run of zeroes, of two groups at least; the first one (RFC 5952). */
static unsigned int trafmetux_text_zeroes(const struct in6_addr *address,
					  unsigned int *length)
{
	unsigned int best = 8, run = 0, i;

	*length = 1;
	for (i = 0; i < 8; i++) {
		run = address->s6_addr16[i] ? 0 : run + 1;
		if (run > *length) {
			*length = run;
			best = i + 1 - run;
		}
	}
	return best;
}

static char *trafmetux_text_ipv6(char *to, const struct in6_addr *address)
{
	unsigned int length, i;
	unsigned int zeroes = trafmetux_text_zeroes(address, &length);

	for (i = 0; i < 8; i++) {
		if (i == zeroes) {
			*to++ = ':';
			*to++ = ':';
			i += length - 1;
			continue;
		}
		if (i && i != zeroes + length)
			*to++ = ':';
		to = trafmetux_text_group(to, ntohs(address->s6_addr16[i]));
	}
	return to;
}

static char *trafmetux_text_address(char *to, const union trafmetux_address *address,
				    u64 tag)
{
	unsigned int prefix = tag & TRAFMETUX_TAG_KIND;
	unsigned int whole = 32;

	if (prefix < TRAFMETUX_KIND_IPV6) {
		to = trafmetux_text_ipv4(to, address->v4);
	} else {
		to = trafmetux_text_ipv6(to, &address->v6);
		prefix -= TRAFMETUX_KIND_IPV6;
		whole = 128;
	}
	if (prefix != whole) {
		*to++ = '/';
		to = trafmetux_text_number(to, prefix);
	}
	return to;
}

static char *trafmetux_text_mac(char *to, u64 tag)
{
	unsigned int i;

	if (!(tag & TRAFMETUX_TAG_MAC)) {
		*to++ = '-';
		return to;
	}
	for (i = 0; i < ETH_ALEN; i++) {
		u8 byte = trafmetux_host_mac_byte(tag, i);

		*to++ = trafmetux_text_hex(byte >> 4);
		*to++ = trafmetux_text_hex(byte);
		*to++ = ':';
	}
	return to - 1;
}

/**
 * trafmetux_text_row() - write a row's line
 * @to: where; TRAFMETUX_HOSTS_LINE_MAX bytes
 * @row: the row
 *
 * Return: behind the line, where there is no NUL.
 */
char *trafmetux_text_row(char *to, const struct trafmetux_host_row *row)
{
	memcpy(to, "host ", 5);
	to = trafmetux_text_number(to + 5, row->note.id);
	*to++ = ' ';
	to = trafmetux_text_address(to, &row->address, row->tag);
	*to++ = ' ';
	to = trafmetux_text_mac(to, row->tag);
	to = trafmetux_text_totals(to, row->total);
	if (row->note.flags & TRAFMETUX_HOST_LIMITED) {
		memcpy(to, " limit ", 7);
		to = trafmetux_text_number(to + 7, row->note.limit);
	}
	*to++ = '\n';
	return to;
}

/**
 * trafmetux_text_sample() - write a sample's line
 * @to: where; TRAFMETUX_HOSTS_LINE_MAX bytes
 * @sample: the sample
 *
 * Return: as trafmetux_text_row().
 */
char *trafmetux_text_sample(char *to, const struct trafmetux_host_sample *sample)
{
	memcpy(to, "sample ", 7);
	to = trafmetux_text_number(to + 7, sample->time);
	*to++ = ' ';
	to = trafmetux_text_number(to, sample->id);
	to = trafmetux_text_totals(to, sample->total);
	if (sample->since) {
		*to++ = ' ';
		to = trafmetux_text_number(to, sample->since);
	}
	*to++ = '\n';
	return to;
}

/**
 * trafmetux_text_init() - get ready to write numbers
 */
void __init trafmetux_text_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(trafmetux_thousand); i++)
		trafmetux_thousand[i][3] = snprintf(trafmetux_thousand[i],
						    sizeof(trafmetux_thousand[i]),
						    "%u", i);
}
