/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list command: which monitors there are. */
#ifndef TRAFMETUX_LIST_H
#define TRAFMETUX_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/monitor_name.h"

/** One monitor as it is listed. */
struct list_entry {
	char monitor[MONITOR_NAME_SIZE];
	bool is_live;
	int64_t references;	/* rules; LIVE_UNKNOWN when that is not known */
	uint64_t series;	/* if is_live */
	int64_t archived_since;	/* epoch seconds; 0: nothing is archived */
};

/** The list; list_free() releases it. */
struct list {
	struct list_entry *entries;
	size_t count;
	size_t capacity;
};

/** list_add - append a copy of @entry; 0 or -ENOMEM */
int list_add(struct list *list, const struct list_entry *entry);

/** list_free - release the list */
void list_free(struct list *list);

#endif
