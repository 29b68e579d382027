// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/weekday.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

int weekday_parse(const char *word, size_t length)
{
	static const char *const names[] = {
		"sunday", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday",
	};

	for (int day = 0; length >= 3 && day < 7; day++) {
		if (length <= strlen(names[day]) &&
		    strncasecmp(word, names[day], length) == 0)
			return day;
	}
	return -EINVAL;
}
