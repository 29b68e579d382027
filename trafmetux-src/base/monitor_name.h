/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of monitors: the rule itself is the kernel's, in xt_TRAFMETUX.h. */
#ifndef TRAFMETUX_MONITOR_NAME_H
#define TRAFMETUX_MONITOR_NAME_H

#include <stdbool.h>
#include <stddef.h>

/** Room for a name and its NUL; XT_TRAFMETUX_NAME_SIZE. */
#define MONITOR_NAME_SIZE 32

struct messages;

/** A list of names that grows; monitor_names_free() releases it. */
struct monitor_names {
	char (*list)[MONITOR_NAME_SIZE];
	size_t count;
	size_t capacity;
};

/** monitor_name_valid - may a monitor bear @name? */
bool monitor_name_valid(const char *name);

/** monitor_name_report - report that @name is none that a monitor may bear */
void monitor_name_report(struct messages *messages, const char *name);

/** monitor_names_add - append a copy of a valid name; 0 or -ENOMEM */
int monitor_names_add(struct monitor_names *names, const char *name);

/** monitor_names_sort - bring into the order of bytes, each name once */
void monitor_names_sort(struct monitor_names *names);

/** monitor_names_hold - is @name in the list, which is sorted? */
bool monitor_names_hold(const struct monitor_names *names, const char *name);

/** monitor_names_free - release the list; it is empty afterwards */
void monitor_names_free(struct monitor_names *names);

#endif
