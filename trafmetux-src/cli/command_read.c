// SPDX-License-Identifier: GPL-2.0-or-later
/* The text that /proc shows, or would show. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "cli/invocation.h"

static void print_known(FILE *output, const char *key, int64_t value)
{
	if (value != LIVE_UNKNOWN)
		fprintf(output, "%s %" PRId64 "\n", key, value);
}

static void print_head(FILE *output, const char *monitor, const struct live *live)
{
	fprintf(output, "version 1\nmonitor %s\nseries %016" PRIx64 "\n", monitor,
		live->series);
	print_known(output, "references", live->references);
	print_known(output, "rules", live->rules);
	print_known(output, "meters", live->meters);
	print_known(output, "created", live->created);
	print_known(output, "dropped", live->dropped);
	if (*live->origin.kind)
		fprintf(output, "source %s %s\n", live->origin.kind,
			live->origin.is_about ? "about" : "exact");
	fprintf(output, "time %" PRId64 "\npackets %" PRIu64 "\nbytes %" PRIu64 "\n",
		live->time, live->counters.packets, live->counters.bytes);
	if (live->has_limits && live->limit)
		fprintf(output, "limit %" PRIu64 "\n", live->limit);
	else if (live->has_limits)
		fputs("limit none\n", output);
}

static int print_samples(FILE *output, struct source_reading *reading)
{
	struct sample sample;
	int more;

	while ((more = reading->source->operations->next(reading, &sample)) > 0) {
		fprintf(output, "sample %" PRId64 " %" PRIu64 " %" PRIu64, sample.time,
			sample.counters.packets, sample.counters.bytes);
		if (sample.since != SAMPLE_MINUTE)
			fprintf(output, " %" PRId64, sample.since);
		fputs("\n", output);
	}
	return more;
}

int command_read(struct invocation *invocation)
{
	const struct source_operations *operations = invocation->source.operations;
	const char *monitor = invocation->options->operands[0];
	struct source_reading *reading;
	int error;

	if (!monitor_name_valid(monitor)) {
		monitor_name_report(invocation->context.messages, monitor);
		return STATUS_DONE;
	}
	reading = calloc(1, sizeof(*reading));
	if (!reading) {
		message_report(invocation->context.messages, "out of memory");
		return STATUS_DONE;
	}
	error = operations->open(&invocation->source, monitor, reading);
	if (!error) {
		print_head(invocation->context.output, monitor, &reading->live);
		error = print_samples(invocation->context.output, reading);
		operations->close(reading);
	}
	if (error == -ENOENT)
		message_report(invocation->context.messages,
			       "%s: nothing counts for such a monitor; see 'trafmetux list'",
			       monitor);
	else if (error)
		source_report(invocation->context.messages, reading, error);
	free(reading);
	return STATUS_DONE;
}
