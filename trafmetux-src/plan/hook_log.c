// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/hook_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "plan/plan_file.h"

static struct plan_file file_of(const struct hook_log *log)
{
	return (struct plan_file){ log->archive, log->plan, "hooks" };
}

static int add(struct hook_log *log, int64_t start, uint32_t threshold)
{
	if (array_reserve((void **)&log->list, &log->capacity, log->count + 1,
			  sizeof(*log->list)))
		return -ENOMEM;
	log->list[log->count++] = (struct hook_given){ start, threshold };
	return 0;
}

/* "begin TIME" or "given START THRESHOLD TIME" */
static int take_line(void *context, const char *line, bool is_whole)
{
	static const char begin[] = "begin ";
	static const char given[] = "given ";
	const char *const end = line + strlen(line);
	struct hook_log *log = context;
	uint64_t threshold;
	int64_t start;
	int64_t time;

	if (!is_whole)
		return -EBADMSG;
	if (*line == '#')
		return 0;
	if (strncmp(line, begin, sizeof(begin) - 1) == 0) {
		line += sizeof(begin) - 1;
		if (!number_parse_time(&line, end, &time) || line != end)
			return -EBADMSG;
		log->has_begin = true;
		log->begin = time;
		return 0;
	}
	if (strncmp(line, given, sizeof(given) - 1) != 0)
		return -EBADMSG;
	line += sizeof(given) - 1;
	if (!number_parse_time(&line, end, &start) || *line++ != ' ' ||
	    !number_parse(&line, end, &threshold) || *line++ != ' ' ||
	    !number_parse_time(&line, end, &time) || line != end ||
	    threshold > UINT32_MAX)
		return -EBADMSG;
	return add(log, start, (uint32_t)threshold);
}

int hook_log_check(void *context, const char *line, bool is_whole)
{
	struct hook_log log = { .count = 0 };
	const int error = take_line(&log, line, is_whole);

	(void)context;
	hook_log_free(&log);
	return error;
}

int hook_log_read(struct hook_log *log, const struct archive *archive,
		  const char *plan, int64_t present)
{
	struct plan_file_found found;
	struct plan_file file;
	char line[64];
	int error;

	*log = (struct hook_log){ .archive = archive, .plan = plan };
	file = file_of(log);
	error = plan_file_read(&file, take_line, log, &found);
	plan_file_tell(&file, &found, "a warning may be given once more; ",
		       PLAN_FILE_MINOR);
	if (!error && !log->has_begin) {
		snprintf(line, sizeof(line), "begin %" PRId64 "\n", present);
		error = plan_file_append(&file, line);
		log->begin = present;
	}
	if (error)
		hook_log_free(log);
	return error;
}

bool hook_log_holds(const struct hook_log *log, int64_t start,
		    uint32_t threshold)
{
	for (size_t at = 0; at < log->count; at++) {
		if (log->list[at].start == start &&
		    log->list[at].threshold == threshold)
			return true;
	}
	return false;
}

int hook_log_add(struct hook_log *log, int64_t start, uint32_t threshold,
		 int64_t present)
{
	const struct plan_file file = file_of(log);
	char line[96];
	int error = add(log, start, threshold);

	if (error)
		return error;
	snprintf(line, sizeof(line),
		 "given %" PRId64 " %" PRIu32 " %" PRId64 "\n", start,
		 threshold, present);
	return plan_file_append(&file, line);
}

void hook_log_free(struct hook_log *log)
{
	array_free((void **)&log->list, &log->capacity);
	log->count = 0;
}
