// SPDX-License-Identifier: GPL-2.0-or-later
#include "meter/meter_module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COMMAND_SIZE 96

static void path_of(const char *path, char file[4096])
{
	snprintf(file, 4096, "%s/.meters", path);
}

bool meter_module_is_there(const char *path)
{
	char file[4096];

	path_of(path, file);
	return access(file, F_OK) == 0;
}

/* The kernel takes what one write() brings. */
static int command(const char *path, const char *text)
{
	char file[4096];
	int descriptor;
	int error = 0;

	path_of(path, file);
	descriptor = open(file, O_WRONLY | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	if (write(descriptor, text, strlen(text)) < 0)
		error = -errno;
	close(descriptor);
	return error;
}

static void word(char text[COMMAND_SIZE], char sign, const struct meter *meter,
		 const char *direction)
{
	snprintf(text, COMMAND_SIZE, "%c %s %s %s\n", sign, meter->monitor,
		 meter->device, direction);
}

/* Without a hook for what goes out there is one for what is routed out, see METERS. */
int meter_module_add(const char *path, const struct meter *meter)
{
	char text[COMMAND_SIZE];
	int error;

	word(text, '+', meter, meter->is_out ? "out" : "in");
	error = command(path, text);
	if (error != -EOPNOTSUPP || !meter->is_out)
		return error;
	word(text, '+', meter, "routed-out");
	return command(path, text);
}

int meter_module_remove(const char *path, const struct meter *meter)
{
	char text[COMMAND_SIZE];
	int error;

	word(text, '-', meter, meter->is_out ? "out" : "in");
	error = command(path, text);
	if (!meter->is_out || (error != -ENOENT && error != -EOPNOTSUPP))
		return error;
	word(text, '-', meter, "routed-out");
	return command(path, text);
}

/* "MONITOR DEVICE in|out|routed-out on|off" */
static bool is_line_of(const char *line, const struct meter *meter, char words[32])
{
	char direction[16];
	char monitor[32];
	char device[16];

	return sscanf(line, "%31s %15s %15s %31[^\n]", monitor, device, direction,
		      words) == 4 &&
	       strcmp(monitor, meter->monitor) == 0 &&
	       strcmp(device, meter->device) == 0 &&
	       (strcmp(direction, "in") != 0) == meter->is_out;
}

int meter_module_find(const char *path, const struct meter *meter, char words[32])
{
	char file[4096];
	char line[256];
	FILE *stream;
	int error = -ENOENT;

	path_of(path, file);
	stream = fopen(file, "re");
	if (!stream)
		return -errno;
	while (error && fgets(line, sizeof(line), stream)) {
		if (is_line_of(line, meter, words))
			error = 0;
	}
	fclose(stream);
	return error;
}
