// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/list.h"

#include "base/array.h"

int list_add(struct list *list, const struct list_entry *entry)
{
	int error = array_reserve((void **)&list->entries, &list->capacity,
				  list->count + 1, sizeof(*entry));

	if (!error)
		list->entries[list->count++] = *entry;
	return error;
}

void list_free(struct list *list)
{
	array_free((void **)&list->entries, &list->capacity);
	list->count = 0;
}
