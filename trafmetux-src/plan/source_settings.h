/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections [source interface] and [source nft] of the configuration. */
#ifndef TRAFMETUX_SOURCE_SETTINGS_H
#define TRAFMETUX_SOURCE_SETTINGS_H

#include <stddef.h>

#include "plan/plan.h"
#include "source/source_choice.h"

enum source_section {
	SOURCE_SECTION_NONE,
	SOURCE_SECTION_INTERFACE,
	SOURCE_SECTION_NFT,
	SOURCE_SECTION_COUNT,
	SOURCE_SECTION_UNKNOWN = SOURCE_SECTION_COUNT,	/* its settings mean nothing */
};

/** source_section_find - the section of a kind, @length bytes; or unknown */
enum source_section source_section_find(const char *kind, size_t length);

/**
 * source_settings_add - take a setting of such a section
 * @words:	set to what is wrong, after -EINVAL
 *
 * Returns 0, -EINVAL or -ENOMEM.
 */
int source_settings_add(struct source_choice *choice, enum source_section section,
			const char *key, const char *value, char words[PLAN_FAULT_SIZE]);

#endif
