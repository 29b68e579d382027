// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan_zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int plan_zone_enter(struct plan_zone *zone, const struct plan *plan)
{
	const char *before = getenv("TZ");

	*zone = (struct plan_zone){ .before = NULL };
	if (!plan->zone)
		return 0;
	if (before) {
		zone->before = strdup(before);
		if (!zone->before)
			return -ENOMEM;
	}
	if (setenv("TZ", plan->zone, 1)) {
		free(zone->before);
		return -ENOMEM;
	}
	zone->is_changed = true;
	tzset();
	return 0;
}

void plan_zone_leave(struct plan_zone *zone)
{
	if (!zone->is_changed)
		return;
	if (zone->before)
		setenv("TZ", zone->before, 1);
	else
		unsetenv("TZ");
	tzset();
	free(zone->before);
	*zone = (struct plan_zone){ .before = NULL };
}
