// SPDX-License-Identifier: GPL-2.0-or-later
#include "counting/counting.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/archive_directory.h"
#include "index/archive_files.h"
#include "archive/archive_file.h"
#include "counting/expected.h"
#include "base/machine.h"

/* While the command runs. */
struct retire {
	const struct context *context;
	bool undo;
	struct archive archive;
	struct archive_listing listing;
	struct expected expected;
	struct source_reading reading;
};

/* Rules that feed it now; 0 also when that can't be seen. */
static int64_t find_references(struct retire *retire, const char *monitor)
{
	const struct source *source = retire->context->source;
	int64_t references;

	if (source->operations->open(source, monitor, &retire->reading))
		return 0;
	references = live_feeders(&retire->reading.live);
	source->operations->close(&retire->reading);
	return references > 0 ? references : 0;
}

/* The entry of a monitor that there is; else NULL, which was reported. */
static struct expected_entry *find_entry(struct retire *retire,
					 const char *monitor)
{
	const struct context *context = retire->context;
	struct expected_entry *entry = expected_find(&retire->expected,
						     monitor);
	const struct archive_file *files;
	struct archive_tail tail;
	size_t count;

	if (entry)
		return entry;
	files = archive_files_of(&retire->listing, monitor, &count);
	if (!count) {
		message_report(context->messages,
			       "%s: no such monitor in %s; see 'trafmetux list'",
			       monitor, context->archive_path);
		return NULL;
	}
	archive_tail_read(&retire->archive, files, count, context->present,
			  &tail);
	entry = expected_add(&retire->expected, monitor, tail.time);
	if (!entry)
		message_report(context->messages, "%s", message_reason(ENOMEM));
	return entry;
}

static void retire_monitor(struct retire *retire, const char *monitor)
{
	const struct context *context = retire->context;
	const int64_t references = find_references(retire, monitor);
	struct expected_entry *entry;

	entry = expected_find(&retire->expected, monitor);
	/* What an update has not noted yet too. */
	if (references && !retire->undo && entry &&
	    (entry->state == EXPECTED_FEWER ||
	     (entry->state == EXPECTED_COUNTS &&
	      (uint64_t)references < entry->references))) {
		entry->state = EXPECTED_COUNTS;
		entry->references = (uint64_t)references;
		retire->expected.rules_at = 0;
		fprintf(context->output,
			"%s: expected to count by the rules that it has\n",
			monitor);
		return;
	}
	if (references && !retire->undo) {
		message_report(context->messages,
			       "%s: %" PRId64 " rule%s still feed%s it; take %s away first, as with 'iptables -D'",
			       monitor, references, references == 1 ? "" : "s",
			       references == 1 ? "s" : "",
			       references == 1 ? "it" : "them");
		return;
	}
	entry = find_entry(retire, monitor);
	if (!entry)
		return;
	if (retire->undo && entry->state == EXPECTED_RETIRED)
		entry->state = EXPECTED_LOST;
	if (!retire->undo && entry->state == EXPECTED_COUNTS)
		entry->since = context->present;
	if (!retire->undo)
		entry->state = EXPECTED_RETIRED;
	fprintf(context->output, retire->undo ?
		"%s: expected to count\n" :
		"%s: no more expected to count; its figures stay\n", monitor);
}

/* Reads, changes and writes, while no other process does. */
static int retire_all(struct retire *retire, const struct monitor_names *names)
{
	const struct place place = place_find();
	const int lock = expected_lock(&retire->archive);
	int error = lock < 0 ? lock : expected_read(&retire->expected,
						    &retire->archive);

	if (!error)
		error = archive_list(&retire->archive, NULL, &retire->listing);
	if (!error)
		error = counting_note_adopt(&retire->expected, &retire->archive,
					    &place, retire->context->present);
	for (size_t at = 0; error >= 0 && at < names->count; at++)
		retire_monitor(retire, names->list[at]);
	if (error >= 0)
		error = expected_write(&retire->expected, &retire->archive);
	if (lock >= 0)
		close(lock);
	return error;
}

void retire_run(const struct context *context, const struct monitor_names *names,
		bool undo)
{
	struct retire *retire = calloc(1, sizeof(*retire));
	int error = -ENOMEM;

	if (retire) {
		retire->context = context;
		retire->undo = undo;
		error = archive_open(&retire->archive, context->archive_path,
				     context->messages);
	}
	if (!error) {
		error = retire_all(retire, names);
		archive_listing_free(&retire->listing);
		expected_free(&retire->expected);
		archive_close(&retire->archive);
	}
	if (error == -EAGAIN)
		message_report(context->messages,
			       "%s: an update is at work; run it again",
			       context->archive_path);
	else if (error)
		archive_report_open(context->messages, context->archive_path,
				    error);
	free(retire);
}
