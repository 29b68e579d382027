/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts a rule to the kernel as it is, by either way in: iptables' setsockopt or
 * nfnetlink. Trouble that is not the kernel's judgement of the rule ends the
 * program with status 2.
 */
#ifndef RAW_H
#define RAW_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct raw_rule - a rule in PREROUTING (of a bridge or ARP: the hook numbered 0)
 * @family: NFPROTO_IPV4, NFPROTO_IPV6; by nfnetlink any other as well
 * @extension: the target's name, or the match's
 * @is_match: it is a match, and the rule's target does no more than go on
 * @revision: of the extension
 * @info: what the extension is handed
 * @size: how many bytes of it; at most RAW_INFO_MAX
 * @false_size: legacy only: what the entry says of the extension's size, if not 0
 */
struct raw_rule {
	int family;
	const char *extension;
	bool is_match;
	unsigned int revision;
	const void *info;
	size_t size;
	size_t false_size;
};

enum {
	RAW_INFO_MAX = 256,
};

/**
 * struct raw_way - a way into the kernel
 * @name: as on the command line
 * @open: returns a socket for a family's rules
 * @add: puts a rule, in place of the one before; 0 or the kernel's -errno
 * @remove: takes away what @add has put
 * @read: reads the rule back as the kernel tells it to userland; returns how many
 *	bytes of the extension's info there are, and at most @room of them
 */
struct raw_way {
	const char *name;
	int (*open)(int family);
	int (*add)(int fd, const struct raw_rule *rule);
	void (*remove)(int fd, int family);
	size_t (*read)(int fd, int family, void *info, size_t room);
};

extern const struct raw_way raw_legacy, raw_nft;

/** raw_way - the way of that name, or NULL */
const struct raw_way *raw_way(const char *name);

/** raw_give_up - print what failed, and errno, and exit with status 2 */
void raw_give_up(const char *what) __attribute__((noreturn));

#endif /* RAW_H */
