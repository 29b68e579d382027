// SPDX-License-Identifier: GPL-2.0-or-later
/* Why nothing can be seen in /proc. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/source.h"

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
