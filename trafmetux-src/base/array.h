/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays that grow. */
#ifndef TRAFMETUX_ARRAY_H
#define TRAFMETUX_ARRAY_H

#include <stddef.h>

/**
 * array_reserve - make room for @count elements of @size bytes
 * @array:	points to the array (NULL at first); moved as needed
 * @capacity:	elements there is room for, kept by this function
 *
 * Grows by doubling, so that appending n elements copies about 2n.
 *
 * Returns 0, or -ENOMEM with the array as it was.
 */
int array_reserve(void **array, size_t *capacity, size_t count, size_t size);

/** array_free - release the array and forget it */
void array_free(void **array, size_t *capacity);

#endif
