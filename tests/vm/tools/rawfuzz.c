// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hands the kernel thousands of malformed TRAFMETUX rules, and compares what it
 * makes of each with what it should.
 *
 *	rawfuzz [match] names   legacy|nft 4|6 SEED COUNT
 *	rawfuzz [match] bytes   legacy|nft 4|6 SEED COUNT
 *	rawfuzz match flags     legacy|nft 4|6 SEED COUNT
 *	rawfuzz [match] sizes   legacy|nft 4|6
 *	rawfuzz [match] strange legacy|nft 4|6
 *
 * They are rules with the target, or with the match.
 *
 * names: COUNT random names, some of them valid, before garbage of all kinds in
 * the kernel's own part; bytes: every byte value at every position of a name, or
 * COUNT of them at random if that is not 0; flags: COUNT random questions; sizes: every size of the rule up to
 * 256 bytes; strange: wrong revisions, and by nfnetlink wrong families.
 *
 * Each rule that the kernel takes is read back: it must have the name as given,
 * and nothing but zeros where the kernel keeps pointers. Then its monitor must be
 * there, and count a packet if it is the target's. Prints "rules N accepted N", and
 * status 0; or what was wrong with which rule, and status 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "raw.h"
#include "xt_TRAFMETUX.h"

/* Both begin with the name, and are of one size. */
union info {
	struct xt_trafmetux_tginfo target;
	struct xt_trafmetux_mtinfo match;
};

enum {
	NAME = XT_TRAFMETUX_NAME_SIZE,
	WHOLE = sizeof(union info),
};

_Static_assert(sizeof(struct xt_trafmetux_tginfo) == sizeof(struct xt_trafmetux_mtinfo),
	       "what is said of sizes holds for both");

static bool is_match;
static const struct raw_way *way;
static int family, fd;
static unsigned int rules, accepted;

/* The same for the same seed everywhere (xorshift64*). */
static uint64_t state;

static uint64_t chance(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(2685821657736338717);
}

static void wrong(const char *what, const void *info, size_t size, int result)
{
	const unsigned char *bytes = info;

	printf("rule %u: %s: %s\nit was", rules, what, result ? strerror(-result) : "accepted");
	for (size_t i = 0; i < size; i++)
		printf(" %02x", bytes[i]);
	printf("\n");
	exit(1);
}

/* Said again from the description, on purpose: not xt_trafmetux_name_check(). */
static bool is_name(const char *name)
{
	size_t length = strnlen(name, NAME);

	return length > 0 && length < NAME && name[0] != '.' && name[0] != '-' &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		      "0123456789_.:+@-") == length;
}

/* What userland gets of a rule that was taken. */
static void check_read(const char *name)
{
	const size_t private = is_match ? offsetof(struct xt_trafmetux_mtinfo, internal) :
					  offsetof(struct xt_trafmetux_tginfo, internal);
	char told[WHOLE];
	size_t size;

	memset(told, 0xee, sizeof(told));
	size = way->read(fd, family, told, sizeof(told));
	if (size < NAME || strncmp(told, name, NAME))
		wrong("the name read back is not that given", told, sizeof(told), 0);
	for (size_t at = private; at < sizeof(told) && at < size; at++) {
		if (told[at])
			wrong("the kernel's own part is told", told, sizeof(told), 0);
	}
}

/* A packet through the rule, if the loopback is up. */
static bool send_packet(void)
{
	struct sockaddr_in v4 = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
		.sin_port = htons(9),
	};
	struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
		.sin6_port = htons(9),
	};
	bool is_v4 = family == NFPROTO_IPV4;
	const void *to = is_v4 ? (const void *)&v4 : (const void *)&v6;
	int sender = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
	bool sent = sendto(sender, "", 1, 0, to, is_v4 ? sizeof(v4) : sizeof(v6)) == 1;

	close(sender);
	return sent;
}

static void check_monitor(const char *name)
{
	char path[64] = "/proc/trafmetux/", line[256];
	unsigned long long packets = 0;
	bool sent = send_packet();
	FILE *file;

	strncat(path, name, NAME);
	file = fopen(path, "r");
	if (!file)
		wrong("its monitor is not there", name, NAME, 0);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "packets %llu", &packets);
	fclose(file);
	if (sent && !packets != is_match)
		wrong("its monitor does not count as it should", name, NAME, 0);
}

/* A rule with @size bytes of @info, which begins with the name. */
static struct raw_rule rule_of(const void *info, size_t size)
{
	return (struct raw_rule){
		.family = family,
		.extension = is_match ? "trafmetux" : "TRAFMETUX",
		.is_match = is_match,
		.info = info,
		.size = size,
	};
}

/* Puts a rule and compares the kernel's judgement with @expected. */
static void try(const struct raw_rule *rule, bool expected)
{
	int result = way->add(fd, rule);

	rules++;
	/* Some kernels round up what nfnetlink has, and fill it up with zeros. */
	if (!result != expected && (rule->size <= WHOLE - 8 || rule->size >= WHOLE))
		wrong(expected ? "refused" : "not refused", rule->info, rule->size, result);
	if (!result) {
		accepted++;
		check_read(rule->info);
		check_monitor(rule->info);
	} else if (result != -EINVAL) {
		wrong("not refused as invalid", rule->info, rule->size, result);
	}
}

static void try_name(const union info *info)
{
	struct raw_rule rule = rule_of(info, WHOLE);

	try(&rule, is_name(info->target.name));
}

/* What a malicious userland might put in place of the kernel's pointers. */
static uint64_t garbage(void)
{
	static const uint64_t likely[] = {
		0, 1, UINT64_MAX, 0xffff888000001000, 0xffffffff81000000, 0xdead000000000100,
	};
	size_t count = sizeof(likely) / sizeof(likely[0]);
	uint64_t pick = chance() % (count + 1);

	return pick < count ? likely[pick] : chance();
}

/* All behind the name: a question that is in order, and garbage. */
static void fill(union info *info)
{
	if (is_match) {
		info->match.flags = XT_TRAFMETUX_OVER_LIMIT |
				    (chance() % 2 ? XT_TRAFMETUX_INVERT : 0);
		info->match.reserved = 0;
		info->match.internal = garbage();
		return;
	}
	info->target.internal[0] = garbage();
	info->target.internal[1] = garbage();
}

/* Mostly valid characters, so that faults are met in every place. */
static char character(void)
{
	static const char valid[] = "Az09_.:+@-";

	return chance() % 16 ? valid[chance() % (sizeof(valid) - 1)] : (char)chance();
}

static void names(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		size_t length = chance() % (NAME + 4);
		union info info;
		char *name = info.target.name;

		for (size_t at = 0; at < NAME; at++)
			name[at] = at < length ? character() : (chance() % 2 ? 0 : (char)chance());
		if (length < NAME)
			name[length] = '\0';
		fill(&info);
		try_name(&info);
	}
}

static void one_byte(unsigned int value, unsigned int at)
{
	union info info = { .target.name = "" };

	/* Valid but for that byte; where it is the last, there is no end. */
	memset(info.target.name, 'a', NAME - 1);
	info.target.name[at] = value;
	fill(&info);
	try_name(&info);
}

static void bytes(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		one_byte(chance() % 256, chance() % NAME);
	for (unsigned int at = 0; !count && at < NAME; at++) {
		for (unsigned int value = 0; value < 256; value++)
			one_byte(value, at);
	}
}

/* Only "over the limit" and its contrary can be asked. */
static void flags(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		union info info = { .match.name = "flags" };
		struct raw_rule rule = rule_of(&info, WHOLE);

		fill(&info);
		if (chance() % 4)
			info.match.flags = chance() % 2 ? 1u << chance() % 32 : chance();
		if (chance() % 4 == 0)
			info.match.reserved = chance() % 2 ? 1u << chance() % 32 : chance();
		try(&rule, (info.match.flags == 1 || info.match.flags == 3) &&
			   info.match.reserved == 0);
	}
}

static void sizes(void)
{
	char bytes[RAW_INFO_MAX] = "";
	union info info = { .target.name = "sizes" };
	struct raw_rule rule = rule_of(bytes, 0);

	fill(&info);
	memcpy(bytes, &info, sizeof(info));
	for (rule.size = 0; rule.size <= RAW_INFO_MAX; rule.size++)
		try(&rule, rule.size > WHOLE - 8 && rule.size <= WHOLE);
	if (way != &raw_legacy)
		return;
	rule.size = WHOLE;
	for (rule.false_size = 1; rule.false_size <= RAW_INFO_MAX; rule.false_size++)
		try(&rule, rule.false_size == 32 + WHOLE);
}

/* Refused, by x_tables: there is no such extension. */
static void try_strange(const struct raw_rule *rule)
{
	int result = way->add(fd, rule);

	rules++;
	if (!result)
		wrong("taken", rule->info, rule->size, result);
	if (result != -ENOENT && result != -EINVAL && result != -EOPNOTSUPP &&
	    result != -EAFNOSUPPORT && result != -EPROTONOSUPPORT)
		wrong("refused in a strange way", rule->info, rule->size, result);
}

static void strange(void)
{
	union info info = { .target.name = "strange" };
	struct raw_rule rule = rule_of(&info, WHOLE);

	fill(&info);
	/* The kernel looks for a module each time, which takes its time. */
	for (rule.revision = 1; rule.revision < 256; rule.revision = rule.revision * 2 + 1)
		try_strange(&rule);
	rule.revision = 0;
	if (way != &raw_nft)
		return;
	for (rule.family = 0; rule.family < 16; rule.family++) {
		if (rule.family != NFPROTO_IPV4 && rule.family != NFPROTO_IPV6)
			try_strange(&rule);
	}
}

int main(int argc, char **argv)
{
	bool counted;

	if (argc > 1 && !strcmp(argv[1], "match")) {
		is_match = true;
		argc--;
		argv++;
	}
	counted = argc == 6;
	if (argc >= 4)
		way = raw_way(argv[2]);
	if (!way || (strcmp(argv[3], "4") && strcmp(argv[3], "6")))
		goto usage;
	family = argv[3][0] == '4' ? NFPROTO_IPV4 : NFPROTO_IPV6;
	if (counted)
		state = strtoull(argv[4], NULL, 10) + 1;
	fd = way->open(family);

	if (counted && !strcmp(argv[1], "names"))
		names(strtoull(argv[5], NULL, 10));
	else if (counted && !strcmp(argv[1], "bytes"))
		bytes(strtoull(argv[5], NULL, 10));
	else if (counted && is_match && !strcmp(argv[1], "flags"))
		flags(strtoull(argv[5], NULL, 10));
	else if (argc == 4 && !strcmp(argv[1], "sizes"))
		sizes();
	else if (argc == 4 && !strcmp(argv[1], "strange"))
		strange();
	else
		goto usage;
	if (accepted)
		way->remove(fd, family);
	printf("rules %u accepted %u\n", rules, accepted);
	return 0;

usage:
	fputs("usage: rawfuzz [match] names|bytes|flags legacy|nft 4|6 SEED COUNT\n"
	      "       rawfuzz [match] sizes|strange legacy|nft 4|6\n", stderr);
	return 2;
}
