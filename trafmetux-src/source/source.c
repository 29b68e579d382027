// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int64_t live_feeders(const struct live *live)
{
	if (live->references <= 0)
		return live->references;
	if (live->rules != LIVE_UNKNOWN && live->meters != LIVE_UNKNOWN &&
	    live->rules + live->meters - live->idle <= 0)
		return 0;
	return live->references > live->idle ? live->references - live->idle : 0;
}

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

	if (error == -EBADMSG && !reading->fault_line)
		message_report(messages, "%s/%s: %s", path, reading->monitor,
			       reading->fault);
	else if (error == -EBADMSG)
		message_report(messages, "%s/%s: line %" PRIu64 ": %s",
			       path, reading->monitor, reading->fault_line,
			       reading->fault);
	else if (error == -EACCES || error == -EPERM)
		message_report(messages, "%s/%s: permission denied; %s", path,
			       reading->monitor, reading->source->operations->denied);
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

/* Why nothing can be seen in /proc. */

/* Is the process in a /proc at all? */
static bool has_proc(void)
{
	return access("/proc/self", F_OK) == 0;
}

/* Nor what is no process's, but for "self": the option subset=pid. */
static bool is_subset(void)
{
	return access("/proc/version", F_OK) && errno == ENOENT;
}

static bool is_loaded(void)
{
	return access("/sys/module/xt_TRAFMETUX", F_OK) == 0;
}

bool source_list_reason(const struct source *source, int error,
			char reason[SOURCE_REASON_SIZE])
{
	static const char proc[] = "/proc/";
	const bool is_proc = strncmp(source->path, proc, strlen(proc)) == 0;
	const char *words = message_reason(-error);
	bool is_gone = false;

	if (error == -EACCES || error == -EPERM) {
		words = "this user may not look into it; run it as root";
	} else if (error == -ENOENT && is_proc && !has_proc()) {
		words = "/proc is not mounted here; mount it with 'mount -t proc proc /proc'";
	} else if (error == -ENOENT && is_proc && is_loaded()) {
		words = "not there, though the kernel module is loaded: this /proc hides it; run it where /proc is whole";
	} else if (error == -ENOENT && is_proc && is_subset()) {
		words = "not there, as far as a /proc of subset=pid shows; load the kernel module with 'modprobe xt_TRAFMETUX'";
		is_gone = true;
	} else if (error == -ENOENT) {
		words = "not there; load the kernel module with 'modprobe xt_TRAFMETUX'";
		is_gone = true;
	}
	snprintf(reason, SOURCE_REASON_SIZE, "%s", words);
	return is_gone;
}
