/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls of bpf(2) that meters need, without any library. All return 0 or a
 * descriptor, or -errno: -EPERM where a user may not, -ENOSYS where the kernel can't.
 */
#ifndef TRAFMETUX_BPF_H
#define TRAFMETUX_BPF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bpf_insn;

/** A map to be made. */
struct bpf_map_plan {
	const char *name;
	bool per_processor;
	bool is_mapped;		/* its one value can be mapped into memory; see mmap(2) */
	uint32_t value_size;
	uint32_t entries;
};

/** bpf_map_create - an array; its descriptor */
int bpf_map_create(const struct bpf_map_plan *plan);

/** bpf_map_lookup - copy a value out; of every possible processor, if it is kept so */
int bpf_map_lookup(int map, uint32_t key, void *value);

/** bpf_map_update - copy a value in */
int bpf_map_update(int map, uint32_t key, const void *value);

/**
 * bpf_program_load - load a program
 * @is_filter:	for xt_bpf; else for tc
 */
int bpf_program_load(const char *name, const struct bpf_insn *code, size_t count,
		     bool is_filter);

/** bpf_pin - give it a name in a bpffs, for anybody to read */
int bpf_pin(int descriptor, const char *path);

/** bpf_get - what is pinned there, to be read only or not */
int bpf_get(const char *path, bool to_read);

/** bpf_link_tcx - attach first to a device; the descriptor of the link */
int bpf_link_tcx(int program, unsigned int device, bool is_out);

/** bpf_link_device - of a link, the device that it is attached to; 0 if that is gone */
int bpf_link_device(int link, unsigned int *device);

/** bpf_link_detach - take it from its device, at once; without this it takes a while */
int bpf_link_detach(int link);

/** bpf_program_id - its number, by which netlink speaks of it */
int bpf_program_id(int program, uint32_t *id);

/** bpf_jiffies - the kernel's count of ticks */
int bpf_jiffies(uint64_t *jiffies);

/** bpf_processors - how many values a per-processor map has; or -errno */
int bpf_processors(void);

/**
 * bpf_processor_numbers - which processors these values are of, in their order
 * @count:	what bpf_processors() said
 */
int bpf_processor_numbers(uint16_t *numbers, size_t count);

#endif
