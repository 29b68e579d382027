/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Days of the week by their English names. */
#ifndef TRAFMETUX_WEEKDAY_H
#define TRAFMETUX_WEEKDAY_H

#include <stddef.h>

/**
 * weekday_parse - read a day's name, or at least three letters of it
 * @word:	its first @length bytes, in any case
 *
 * Returns 0 Sunday to 6 Saturday, or -EINVAL.
 */
int weekday_parse(const char *word, size_t length);

#endif
