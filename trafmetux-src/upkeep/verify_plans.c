// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/plan_warn.h"
#include "plan/ledger.h"

/* The kinds of files, and what is right in each. */
static const struct {
	const char *kind;
	plan_file_sink *check;
} kinds[] = {
	{ "ledger", ledger_file_check },
	{ "hooks", hook_log_check },
};

enum { KIND_COUNT = sizeof(kinds) / sizeof(*kinds) };

/* The plans that have a file of that kind; 0 or -errno. */
static int list_plans(const struct archive *archive, const char *kind,
		      struct monitor_names *plans)
{
	const int descriptor = openat(archive->directory, PLAN_FILE_DIRECTORY,
				      O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
				      O_CLOEXEC);
	DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);
	const struct dirent *entry;
	char name[MONITOR_NAME_SIZE];
	int error = 0;

	if (!directory) {
		error = errno == ENOENT ? 0 : -errno;
		if (descriptor >= 0)
			close(descriptor);
		return error;
	}
	while (!error && (entry = readdir(directory))) {
		const char *dot = strrchr(entry->d_name, '.');
		const size_t length = dot ? (size_t)(dot - entry->d_name) : 0;

		if (!length || length >= sizeof(name) ||
		    strcmp(dot + 1, kind) != 0)
			continue;
		memcpy(name, entry->d_name, length);
		name[length] = '\0';
		error = monitor_names_add(plans, name);
	}
	closedir(directory);
	monitor_names_sort(plans);
	return error;
}

static int mend(const struct context *context,
		const struct plan_file *file, plan_file_sink *check,
		struct plan_file_found *found)
{
	char copy[ARCHIVE_COPY_NAME_SIZE];
	int error = plan_file_repair(file, check, NULL, copy);

	if (error)
		return error;
	fprintf(context->output,
		PLAN_FILE_DIRECTORY "/%s.%s: repaired; as it was it is in %s\n",
		file->plan, file->kind, copy);
	*found = (struct plan_file_found){ 0 };
	return 0;
}

static void verify_file(const struct context *context, const struct plan_file *file,
			plan_file_sink *check, bool repair)
{
	struct plan_file_found found;
	int lock = repair ?
		   plan_file_lock(file->archive, file->plan) : -ENOENT;
	int error = repair && lock < 0 ? lock : 0;

	/* What keeps it from being read was reported. */
	if (!error && plan_file_read(file, check, NULL, &found)) {
		if (lock >= 0)
			close(lock);
		return;
	}
	if (!error && repair && (found.damaged || found.has_returns))
		error = mend(context, file, check, &found);
	if (lock >= 0)
		close(lock);
	if (error) {
		message_report(context->messages,
			       "%s/" PLAN_FILE_DIRECTORY "/%s.%s: %s",
			       file->archive->path, file->plan, file->kind,
			       error == -EAGAIN ?
			       "an update is at work on it; run it again" :
			       message_reason(-error));
		return;
	}
	plan_file_tell(file, &found, "", PLAN_FILE_TROUBLE);
}

void verify_plans(const struct context *context, const struct archive *archive,
		  bool repair)
{
	int error = 0;

	for (size_t kind = 0; !error && kind < KIND_COUNT; kind++) {
		struct monitor_names plans = { 0 };

		error = list_plans(archive, kinds[kind].kind, &plans);
		for (size_t at = 0; !error && at < plans.count; at++) {
			const struct plan_file file = {
				archive, plans.list[at], kinds[kind].kind,
			};

			verify_file(context, &file, kinds[kind].check, repair);
		}
		monitor_names_free(&plans);
	}
	if (error)
		message_report(context->messages,
			       "%s/" PLAN_FILE_DIRECTORY ": %s", archive->path,
			       message_reason(-error));
}
