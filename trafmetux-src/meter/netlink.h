/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters at a device's clsact, where the kernel has no tcx: see tc-bpf(8). */
#ifndef TRAFMETUX_NETLINK_H
#define TRAFMETUX_NETLINK_H

#include <stdbool.h>
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
	unsigned int others;		/* filters of others */
	bool is_first;			/* no other's comes before it */
};

/** filter_find - look for it; 0 or -errno */
int filter_find(const struct filter_place *place, struct filter_state *state);

/**
 * filter_add - put a program there, as far to the front as is free
 * @program:	its descriptor
 * @made_queue:	set to whether there was no clsact, and one was made
 *
 * What is there already stays as it is. Returns 0 or -errno.
 */
int filter_add(const struct filter_place *place, int program, bool *made_queue);

/** filter_remove - take it away, and nothing else; 0, also if it is gone, or -errno */
int filter_remove(const struct filter_place *place);

/** filter_remove_queue - take a clsact away that has no filters; 0 or -errno */
int filter_remove_queue(unsigned int device);

#endif
