// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/monitor_name.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/message.h"
#include "xt_TRAFMETUX.h"

_Static_assert(MONITOR_NAME_SIZE == XT_TRAFMETUX_NAME_SIZE,
	       "the kernel's names are of another size");

bool monitor_name_valid(const char *name)
{
	char padded[XT_TRAFMETUX_NAME_SIZE] = "";
	size_t length = strlen(name);

	if (length >= sizeof(padded))
		return false;
	memcpy(padded, name, length);
	return xt_trafmetux_name_check(padded) == XT_TRAFMETUX_NAME_OK;
}

void monitor_name_report(struct messages *messages, const char *name)
{
	message_report(messages,
		       "'%s' can't be a monitor's name; give 1 to 31 of A-Z a-z 0-9 _ . : + @ - that begin with neither . nor -",
		       name);
}

int monitor_names_add(struct monitor_names *names, const char *name)
{
	int error = array_reserve((void **)&names->list, &names->capacity,
				  names->count + 1, sizeof(*names->list));

	if (error)
		return error;
	memset(names->list[names->count], 0, MONITOR_NAME_SIZE);
	memcpy(names->list[names->count++], name,
	       strnlen(name, MONITOR_NAME_SIZE - 1));
	return 0;
}

static int compare(const void *left, const void *right)
{
	return strcmp(left, right);
}

void monitor_names_sort(struct monitor_names *names)
{
	size_t kept = 0;

	if (names->count == 0)
		return;
	qsort(names->list, names->count, sizeof(*names->list), compare);
	for (size_t at = 1; at < names->count; at++) {
		if (strcmp(names->list[at], names->list[kept]) != 0)
			memmove(names->list[++kept], names->list[at],
				MONITOR_NAME_SIZE);
	}
	names->count = kept + 1;
}

bool monitor_names_hold(const struct monitor_names *names, const char *name)
{
	return names->count && bsearch(name, names->list, names->count,
				       sizeof(*names->list), compare);
}

void monitor_names_free(struct monitor_names *names)
{
	array_free((void **)&names->list, &names->capacity);
	names->count = 0;
}
