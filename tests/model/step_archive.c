// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands about the archive itself, imports, and what a person may delete. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model.h"
#include "step.h"

void step_compact(void)
{
	struct fault fault = step_fault(25, 60);
	struct outcome outcome;
	char days[16];
	char *words[] = { "compact", "--keep-minutes", days, NULL };

	snprintf(days, sizeof(days), "%" PRIu64, draw(60));
	if (chance(50))
		words[1] = NULL;
	step_command(words, &fault, &outcome);
	step_end(&outcome);
}

void step_verify(void)
{
	struct fault fault = step_fault(25, 40);
	struct outcome outcome;
	char *words[] = { "verify", chance(70) ? "--repair" : NULL, NULL };

	step_command(words, &fault, &outcome);
	step_end(&outcome);
}

/*
 * Rows of bytes at times past, of which each import has others; sometimes of a monitor
 * that the kernel has too, from the time before.
 */
static void make_import(const char *path)
{
	struct monitor *monitor =
		&model.monitors[chance(20) ? 0 : MONITORS_MAX];
	const int rows = 1 + (int)draw(12);
	int64_t time = model.imported + (int64_t)draw(100000);
	struct series *series;
	FILE *file = fopen(path, "w");

	if (!file)
		abort();
	series = monitor_add_series(monitor);
	series->is_import = true;
	series->is_partial = true;
	series->zone = model.zone;
	model.importing = monitor;
	model.import_at = monitor->count - 1;
	fprintf(file, "monitor,seconds,packets,bytes\n");
	for (int at = 0; at < rows; at++) {
		const uint64_t packets = 1 + draw(1000);
		const uint64_t bytes = packets * (40 + draw(1000));

		time += 60 * (1 + (int64_t)draw(chance(70) ? 60 : 2000));
		fprintf(file, "%s,%" PRId64 ",%" PRIu64 ",%" PRIu64 "\n",
			monitor->name, time, packets, bytes);
		series->packets += packets;
		series->bytes += bytes;
		series_add_state(series, time, -1)->is_maybe = true;
	}
	/* The next one begins on another day, in all zones. */
	model.imported = time + 3 * 86400;
	fclose(file);
}

void step_import(void)
{
	struct fault fault = step_fault(40, 60);
	struct outcome outcome;
	char *words[] = { "import", "csv", "import.csv", NULL };
	const char *zone = model.zone;
	struct series *series;
	bool is_done;
	char path[600];

	snprintf(path, sizeof(path), "%s/import.csv", run_folder());
	/* What was cut off is done again, and sometimes what was not. */
	if (!model.importing ||
	    chance(model.importing->series[model.import_at].is_partial ? 10 : 70))
		make_import(path);
	series = &model.importing->series[model.import_at];
	/* The same import is one in the same zone. */
	model.zone = series->zone;
	is_done = step_command(words, &fault, &outcome);
	model.zone = zone;
	if (is_done && outcome.status == 0) {
		for (size_t at = 0; at < series->count; at++)
			series->states[at].is_certain = true;
		series->is_partial = false;
	}
	step_end(&outcome);
}

void step_index(void)
{
	char path[600];
	DIR *directory;
	const struct dirent *entry;

	snprintf(path, sizeof(path), "%s/archive/.index", run_folder());
	directory = opendir(path);
	if (!directory)
		return;
	note("part of the index is deleted");
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] != '.' && chance(50))
			unlinkat(dirfd(directory), entry->d_name, 0);
	}
	closedir(directory);
	if (chance(50))
		rmdir(path);
}
