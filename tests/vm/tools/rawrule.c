// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hands the kernel a TRAFMETUX rule that no iptables would write.
 *
 *	rawrule legacy|nft 4|6 NAME
 *	rawrule fail legacy|nft 4|6 NAME
 *	rawrule race legacy|nft 4|6 COUNT
 *
 * NAME is put into the rule as it is: of 32 bytes and more, the first 32 and
 * no NUL. Prints "accepted" (and takes the rule away again) or "refused: " and
 * the kernel's reason; the status is 0, 1 for refused, or 2 where the rule
 * could not even be put to the kernel.
 *
 * "fail" has the first, then the second memory allocation fail that the kernel
 * makes for the rule, and so on until it makes do without that one, and tells each
 * outcome: "1: refused: Cannot allocate memory". It needs CONFIG_FAULT_INJECTION.
 *
 * "race" puts COUNT rules, one in place of the other, each at the next multiple of 8
 * milliseconds and with that as its name: several of these ask for the same names at
 * the same time.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "raw.h"
#include "xt_TRAFMETUX.h"

enum {
	ALLOCATIONS_MAX = 2000,
	/* How far the starts are apart; a second is a multiple of it. */
	RACE_NS = 8000000,
};

static int outcome(int result)
{
	if (!result) {
		puts("accepted");
		return 0;
	}
	printf("refused: %s\n", strerror(-result));
	return 1;
}

static void set_fail_nth(int fd, unsigned int number)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", number);

	if (pwrite(fd, text, length, 0) != length)
		raw_give_up("fail-nth");
}

static unsigned int fail_nth(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		raw_give_up("fail-nth");
	return strtoul(text, NULL, 10);
}

static int fail(const struct raw_way *way, int fd, const struct raw_rule *rule)
{
	int faults = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);

	if (faults < 0)
		raw_give_up("fail-nth");
	for (unsigned int i = 1; i < ALLOCATIONS_MAX; i++) {
		unsigned int left;
		int result;

		set_fail_nth(faults, i);
		result = way->add(fd, rule);
		left = fail_nth(faults);
		set_fail_nth(faults, 0);
		printf("%u: %s", i, left ? "not reached: " : "");
		fflush(stdout);
		outcome(result);
		if (!result)
			way->remove(fd, rule->family);
		if (left)
			return 0;
	}
	errno = ELOOP;
	raw_give_up("there is no end of allocations");
}

static int race(const struct raw_way *way, int fd, struct raw_rule *rule, unsigned long count)
{
	struct xt_trafmetux_tginfo info = { 0 };

	rule->info = &info;
	for (unsigned long i = 0; i < count; i++) {
		struct timespec begin;
		int result;

		clock_gettime(CLOCK_MONOTONIC, &begin);
		begin.tv_sec += begin.tv_nsec / (1000000000 - RACE_NS);
		begin.tv_nsec = (begin.tv_nsec / RACE_NS + 1) % (1000000000 / RACE_NS) * RACE_NS;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &begin, NULL);
		snprintf(info.name, sizeof(info.name), "at-%lld-%ld", (long long)begin.tv_sec,
			 begin.tv_nsec / RACE_NS);
		result = way->add(fd, rule);
		if (result)
			return outcome(result);
	}
	way->remove(fd, rule->family);
	return outcome(0);
}

int main(int argc, char **argv)
{
	struct xt_trafmetux_tginfo info = { 0 };
	struct raw_rule rule = { .extension = "TRAFMETUX", .info = &info, .size = sizeof(info) };
	const struct raw_way *way = NULL;
	const char *mode = argc == 5 ? argv[1] : "";
	size_t length;
	int fd, result;

	if (!strcmp(mode, "fail") || !strcmp(mode, "race")) {
		argc--;
		argv++;
	}
	if (argc == 4)
		way = raw_way(argv[1]);
	if (!way || (strcmp(argv[2], "4") && strcmp(argv[2], "6"))) {
		fputs("usage: rawrule [fail] legacy|nft 4|6 NAME\n"
		      "       rawrule race legacy|nft 4|6 COUNT\n", stderr);
		return 2;
	}
	rule.family = argv[2][0] == '4' ? NFPROTO_IPV4 : NFPROTO_IPV6;
	length = strlen(argv[3]);
	memcpy(info.name, argv[3], length < sizeof(info.name) ? length : sizeof(info.name));

	fd = way->open(rule.family);
	if (!strcmp(mode, "fail"))
		return fail(way, fd, &rule);
	if (!strcmp(mode, "race"))
		return race(way, fd, &rule, strtoul(argv[3], NULL, 10));
	result = way->add(fd, &rule);
	if (!result)
		way->remove(fd, rule.family);
	return outcome(result);
}
