// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/update.h"

#include <errno.h>

#include "index/archive_walk.h"

int update_held_names(const struct update_request *request,
		      struct monitor_names *names)
{
	const struct clock_memory *memory = &request->belief->memory;
	int error = 0;

	for (size_t at = 0; !error && at < memory->held_count; at++)
		error = monitor_names_add(names, memory->held[at].monitor);
	return error;
}

/* Returns 1 when the archive has it, 0 when it was written just now, or -errno. */
static int place(const struct update_request *request,
		 struct archive_write *write, const struct clock_held *held,
		 const struct archive_file *files, size_t count)
{
	struct sample sample = { .time = request->belief->present,
				 .counters = held->counters };
	const struct samples samples = { .list = &sample, .count = 1 };
	struct archive_walk walk;
	int error = archive_walk_start(&walk, write->archive, files, count,
				       held->series, NULL);

	if (error)
		return error;
	archive_walk_newest(&walk);
	/* What fed it then, nobody noted. */
	write->origin = NULL;
	if (walk.refused)
		error = -EIO;
	else if (walk.state.found &&
		 counters_compare(&walk.state.counters, &held->counters) >= 0)
		error = 1;
	else
		archive_write_samples(write, &walk, held->monitor, &samples);
	archive_walk_end(&walk);
	return error;
}

/* Returns whether the archive has it. */
static bool find_place(const struct update_request *request,
		       struct archive_write *write,
		       const struct clock_held *held)
{
	struct archive_listing listing = { 0 };
	struct monitor_names name = { 0 };
	const struct archive_file *files;
	size_t count;
	int error = monitor_names_add(&name, held->monitor);

	if (!error)
		error = archive_list(write->archive, &name, &listing);
	if (!error) {
		files = archive_files_of(&listing, held->monitor, &count);
		error = place(request, write, held, files, count);
	}
	archive_listing_free(&listing);
	monitor_names_free(&name);
	return error > 0;
}

void update_held(const struct update_request *request,
		 struct archive_write *write,
		 const struct monitor_names *locked)
{
	struct clock_memory *memory = &request->belief->memory;
	bool is_changed = request->now && memory->held_count;
	int error = 0;

	write->is_held = true;
	if (belief_is_sure(request->belief)) {
		is_changed = false;
		for (size_t at = memory->held_count; at-- > 0;) {
			if (!monitor_names_hold(locked,
						memory->held[at].monitor) ||
			    !find_place(request, write, &memory->held[at]))
				continue;
			memory->held[at].is_archived = true;
			is_changed = true;
		}
	}
	if (is_changed)
		error = clock_memory_write(memory, write->archive, 0);
	if (error)
		message_report(request->context->messages, "%s/.clock: %s",
			       request->context->archive_path, message_reason(-error));
}
