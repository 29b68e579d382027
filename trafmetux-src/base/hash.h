/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FNV-1a of 64 bits: a name for what was read, no protection against forgers. */
#ifndef TRAFMETUX_HASH_H
#define TRAFMETUX_HASH_H

#include <stddef.h>
#include <stdint.h>

/** The hash of nothing, to go on from; draft-eastlake-fnv names the numbers. */
#define HASH_START UINT64_C(14695981039346656037)

/** hash_bytes - go on from a hash with @length bytes */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes,
				  size_t length)
{
	const unsigned char *at = bytes;

	while (length-- > 0)
		hash = (hash ^ *at++) * UINT64_C(1099511628211);
	return hash;
}

#endif
