// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/module_meters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const module_way_words[MODULE_WAYS] = {
	[MODULE_WAY_IN] = "in",
	[MODULE_WAY_TAPPED_IN] = "tapped-in",
	[MODULE_WAY_OUT] = "out",
	[MODULE_WAY_ROUTED_OUT] = "routed-out",
};

/* "MONITOR DEVICE WAY on|off [shared] [error N]" */
static bool parse(const char *line, struct module_meter *meter)
{
	char way[16];
	char state[8];
	const char *error;

	/* MONITOR_NAME_SIZE and IF_NAMESIZE, less one. */
	if (sscanf(line, "%31s %15s %15s %7s", meter->monitor, meter->device, way,
		   state) != 4)
		return false;
	meter->is_on = strcmp(state, "on") == 0;
	error = strstr(line, " error ");
	meter->error = error ? -abs(atoi(error + strlen(" error "))) : 0;
	for (meter->way = 0; meter->way < MODULE_WAYS; meter->way++) {
		if (strcmp(way, module_way_words[meter->way]) == 0)
			return true;
	}
	return false;
}

int module_meters_read(const char *path, module_meters_sink *sink, void *context)
{
	struct module_meter meter;
	char file[4096];
	char line[256];
	FILE *stream;
	int more = 0;

	snprintf(file, sizeof(file), "%s/.meters", path);
	stream = fopen(file, "re");
	if (!stream)
		return -errno;
	while (!more && fgets(line, sizeof(line), stream)) {
		if (parse(line, &meter))
			more = sink(context, &meter);
	}
	if (!more && ferror(stream))
		more = -EIO;
	fclose(stream);
	return more;
}
