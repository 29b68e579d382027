/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is asked of the kernel by netlink: devices, and filters at their clsact, which are
 * for kernels without tcx, see tc-bpf(8).
 */
#ifndef TRAFMETUX_NETLINK_H
#define TRAFMETUX_NETLINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Where at a device, and what program. */
struct filter_place {
	unsigned int device;
	bool is_out;
	uint32_t program;	/* its number */
};

/** What is there. */
struct filter_state {
	unsigned int preference;	/* of ours; 0: it is not there */
	unsigned int others;		/* filters there are beside it */
	bool is_first;			/* none comes before it but meters' */
};

/** filter_find - look for it; 0 or -errno */
int filter_find(const struct filter_place *place, struct filter_state *state);

/**
 * filter_add - put a program there, as far to the front as is free
 * @program:	its descriptor
 * @made_queue:	set to whether there was no clsact, and one was made
 *
 * What is there already stays as it is. Returns 0; -EADDRINUSE where what leaves can't be
 * filtered, for there is a qdisc "ingress" instead of clsact; or -errno.
 */
int filter_add(const struct filter_place *place, int program, bool *made_queue);

/** filter_remove - take it away, and nothing else; 0, also if it is gone, or -errno */
int filter_remove(const struct filter_place *place);

/** filter_remove_queue - take a clsact away; 0, -EBUSY where it has filters, or -errno */
int filter_remove_queue(unsigned int device);

/**
 * filter_redirects - is anything that comes in at a device redirected by its filters?
 *
 * So shapers have it, for what comes in can be held up only where it goes out.
 */
bool filter_redirects(unsigned int device);

/** A device of this network namespace. */
struct device {
	unsigned int number;
	char name[IF_NAMESIZE];
	unsigned int master;	/* such as a bridge, whose port it is, or 0 */
	unsigned int lower;	/* such as a VLAN's parent, or 0 */
	bool has_xdp;
};

/** All of them; devices_free() releases it. */
struct devices {
	struct device *list;
	size_t count;
	size_t capacity;
};

/** devices_read - read them into @devices, which is {0}; 0 or -errno */
int devices_read(struct devices *devices);

/** devices_free - release them; it is empty afterwards */
void devices_free(struct devices *devices);

/** devices_find - the one of a name, or NULL */
const struct device *devices_find(const struct devices *devices, const char *name);

/** devices_are_parts - does one of both carry what the other one does? */
bool devices_are_parts(const struct devices *devices, const char *name, const char *other);

#endif
