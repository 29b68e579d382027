/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where this process runs: which machine, since which boot, in which network. */
#ifndef TRAFMETUX_PLACE_H
#define TRAFMETUX_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct place {
	uint64_t machine;	/* hash of its machine-id(5); 0 unknown */
	uint64_t boot;		/* hash of the kernel's boot id; 0 unknown */
	uint64_t network;	/* the inode of the network namespace; 0 unknown */
	uint64_t home;		/* that of the machine's first process; 0 unknown */
	int64_t uptime;		/* seconds since the machine was started */
};

/** place_find - find it out; most of it can be found without rights */
struct place place_find(void);

#endif
