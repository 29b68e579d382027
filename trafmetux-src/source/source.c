// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/source.h"

#include <errno.h>
#include <inttypes.h>

int source_collect(struct source_reading *reading, const struct counters *known,
		   struct samples *samples, bool *reached)
{
	struct sample sample;
	int more;

	if (reached)
		*reached = false;
	for (;;) {
		more = reading->source->operations->next(reading, &sample);
		if (more < 0)
			return more;
		if (more == 0)
			break;
		if (known && counters_compare(&sample.counters, known) <= 0) {
			if (reached)
				*reached = true;
			break;
		}
		more = samples_add(samples, &sample);
		if (more < 0)
			return more;
	}
	samples_reverse(samples);
	return 0;
}

void source_report(struct messages *messages,
		   const struct source_reading *reading, int error)
{
	const char *path = reading->source->path;

	if (error == -EBADMSG)
		message_report(messages, "%s/%s: line %" PRIu64 ": %s",
			       path, reading->monitor, reading->fault_line,
			       reading->fault);
	else if (error == -EACCES || error == -EPERM)
		message_report(messages,
			       "%s/%s: permission denied; run as root, or load the kernel module with mode=0444",
			       path, reading->monitor);
	else
		message_report(messages, "%s/%s: %s", path, reading->monitor,
			       message_reason(-error));
}

void source_report_list(struct messages *messages, const struct source *source,
			int error)
{
	char reason[SOURCE_REASON_SIZE];

	source_list_reason(source, error, reason);
	message_report(messages, "%s: %s", source->path, reason);
}
