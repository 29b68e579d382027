// SPDX-License-Identifier: GPL-2.0-or-later
#include "meter/meters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive_file.h"
#include "base/array.h"

static const char note_name[] = ".meters";
static const char note_head[] =
	"# trafmetux meters 1; kept by 'trafmetux meter' and 'trafmetux unmeter'\n";

static bool is_same(const struct meter *left, const struct meter *right)
{
	return strcmp(left->monitor, right->monitor) == 0 &&
	       strcmp(left->device, right->device) == 0 &&
	       left->is_out == right->is_out && left->is_rule == right->is_rule;
}

bool meters_hold(const struct meters *meters, const struct meter *meter)
{
	for (size_t at = 0; at < meters->count; at++) {
		if (is_same(&meters->list[at], meter))
			return true;
	}
	return false;
}

int meters_add(struct meters *meters, const struct meter *meter)
{
	int error;

	if (meters_hold(meters, meter))
		return 0;
	error = array_reserve((void **)&meters->list, &meters->capacity,
			      meters->count + 1, sizeof(*meters->list));
	if (!error)
		meters->list[meters->count++] = *meter;
	return error;
}

void meters_remove(struct meters *meters, const struct meter *meter)
{
	size_t kept = 0;

	for (size_t at = 0; at < meters->count; at++) {
		if (!is_same(&meters->list[at], meter))
			meters->list[kept++] = meters->list[at];
	}
	meters->count = kept;
}

void meters_free(struct meters *meters)
{
	free(meters->list);
	*meters = (struct meters){ .list = NULL };
}

/* The kernel's own rule, but for '%', which it makes numbers of. */
bool meter_device_valid(const char *name)
{
	return *name && strlen(name) < IF_NAMESIZE && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0 && !strpbrk(name, "/: \t\n\v\f\r%");
}

static bool parse_device(const char *line, struct meter *meter)
{
	char direction[4];
	int length = 0;

	*meter = (struct meter){ .is_out = false };
	/* MONITOR_NAME_SIZE and IF_NAMESIZE, less one. */
	return sscanf(line, "%31s %15s %3s%n", meter->monitor, meter->device, direction,
		      &length) == 3 &&
	       (line[length] == '\0' || line[length] == ' ') &&
	       monitor_name_valid(meter->monitor) && meter_device_valid(meter->device) &&
	       ((meter->is_out = strcmp(direction, "out") == 0) ||
		strcmp(direction, "in") == 0);
}

static bool parse_rule(const char *line, struct meter *meter)
{
	int length = 0;

	*meter = (struct meter){ .is_rule = true };
	return sscanf(line, "%31s rule%n", meter->monitor, &length) == 1 && length &&
	       line[length] == '\0' && monitor_name_valid(meter->monitor);
}

/* While the file is read. */
struct reading {
	struct meters *meters;
	bool is_damaged;
};

static int take_line(void *context, const char *line, bool is_whole)
{
	struct reading *reading = context;
	struct meter meter;

	if (is_whole && (parse_rule(line, &meter) || parse_device(line, &meter)))
		return meters_add(reading->meters, &meter);
	reading->is_damaged = true;
	return 0;
}

int meters_read(struct meters *meters, const struct archive *archive)
{
	struct reading reading = { .meters = meters };
	const int error = archive_note_read(archive, note_name, take_line, &reading);

	if (error)
		return error == -ENOENT ? 0 : error;
	return reading.is_damaged ? -EBADMSG : 0;
}

int meters_write(const struct meters *meters, const struct archive *archive)
{
	char *text = NULL;
	size_t length = 0;
	FILE *stream;
	int error;

	if (!meters->count)
		return archive_note_remove(archive, note_name);
	stream = open_memstream(&text, &length);
	if (!stream)
		return -ENOMEM;
	fputs(note_head, stream);
	for (size_t at = 0; at < meters->count; at++) {
		const struct meter *meter = &meters->list[at];

		if (meter->is_rule)
			fprintf(stream, "%s rule\n", meter->monitor);
		else
			fprintf(stream, "%s %s %s\n", meter->monitor, meter->device,
				meter->is_out ? "out" : "in");
	}
	error = fclose(stream) ? -ENOMEM : 0;
	if (!error)
		error = archive_note_write(archive, note_name, text, length);
	free(text);
	return error;
}
