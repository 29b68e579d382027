// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/array.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

int array_reserve(void **array, size_t *capacity, size_t count, size_t size)
{
	size_t room = *capacity ? *capacity : 16;
	void *moved;

	if (count <= *capacity)
		return 0;
	while (room < count) {
		if (room > SIZE_MAX / 2)
			return -ENOMEM;
		room *= 2;
	}
	if (room > SIZE_MAX / size)
		return -ENOMEM;
	moved = realloc(*array, room * size);
	if (!moved)
		return -ENOMEM;
	*array = moved;
	*capacity = room;
	return 0;
}

void array_free(void **array, size_t *capacity)
{
	free(*array);
	*array = NULL;
	*capacity = 0;
}
