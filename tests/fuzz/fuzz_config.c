// SPDX-License-Identifier: GPL-2.0-or-later
/* /etc/trafmetux.conf: no line is passed over in silence, and plans that are right. */
#include <string.h>
#include <unistd.h>

#include "plan/config.h"
#include "fuzz.h"
#include "fuzz_plan.h"

struct text {
	const char *start;
	const char *end;
};

/* The faults of an input: in which lines they are. */
struct faults {
	struct text text;
	bool lines[FUZZ_SIZE_MAX + 2];
};

/* Takes the next line, without what stands before and after it. */
static bool next_line(struct text *rest, struct text *line)
{
	const char *newline;

	if (rest->start == rest->end)
		return false;
	*line = *rest;
	newline = memchr(rest->start, '\n', (size_t)(rest->end - rest->start));
	rest->start = newline ? newline + 1 : rest->end;
	line->end = newline ? newline : rest->end;
	while (line->start < line->end && *line->start &&
	       strchr(" \t\v\f", *line->start))
		line->start++;
	if (line->start < line->end && line->end[-1] == '\r')
		line->end--;
	return true;
}

static struct text find_line(struct text text, uint64_t number)
{
	struct text line = { NULL, NULL };

	for (; number; number--)
		fuzz_must(next_line(&text, &line));
	return line;
}

static bool holds(struct text line, const char *word)
{
	return memmem(line.start, (size_t)(line.end - line.start), word,
		      strlen(word));
}

/* Each names its line, and the key if there is one. */
static void take_fault(void *context, const struct plan_fault *fault)
{
	struct faults *faults = context;
	struct text line = find_line(faults->text, fault->line);

	fuzz_must(fault->line > 0);
	fuzz_must(!fault->key || (*fault->key && holds(line, fault->key)));
	fuzz_must(*fault->words && strlen(fault->words) < PLAN_FAULT_SIZE - 1);
	faults->lines[fault->line] = true;
}

static const struct config_plan *plan_of(const struct config *config,
					 uint64_t line)
{
	for (size_t at = 0; at < config->count; at++) {
		if (config->plans[at].line == line)
			return &config->plans[at];
	}
	return NULL;
}

/* The plan that has a line as a setting. */
static const struct config_plan *taker_of(const struct config *config,
					  uint64_t number, struct text line)
{
	for (size_t at = 0; at < config->count; at++) {
		const struct plan_settings *settings =
			&config->plans[at].settings;

		for (size_t of = 0; of < settings->count; of++) {
			if (settings->list[of].line != number)
				continue;
			fuzz_must(holds(line, settings->list[of].key));
			fuzz_must(holds(line, settings->list[of].value));
			return &config->plans[at];
		}
	}
	return NULL;
}

/*
 * A line is a comment, a section, a setting of the plan it stands under, or was
 * reported, and then that plan is left out; but what follows a section that is none
 * of a plan may be passed over.
 */
static void check_lines(const struct config *config,
			const struct faults *faults)
{
	const struct config_plan *plan = NULL;
	const struct config_plan *taker;
	struct text rest = faults->text;
	bool is_passed_over = false;
	struct text line;

	for (uint64_t number = 1; next_line(&rest, &line); number++) {
		if (line.end - line.start >= 3 &&
		    memcmp(line.start, "\xef\xbb\xbf", 3) == 0)
			line.start += 3;
		while (line.start < line.end && *line.start &&
		       strchr(" \t\v\f", *line.start))
			line.start++;
		fuzz_must(!faults->lines[number] || !plan || !plan->is_right ||
			  is_passed_over || *line.start == '[');
		if (line.start == line.end || *line.start == ';' ||
		    *line.start == '#')
			continue;
		if (*line.start == '[') {
			taker = plan_of(config, number);
			plan = taker ? taker : plan;
			is_passed_over = !taker;
			fuzz_must(taker || faults->lines[number]);
			continue;
		}
		taker = taker_of(config, number, line);
		fuzz_must(taker ? taker == plan :
				  is_passed_over || faults->lines[number]);
	}
}

/* A plan that is left out was reported in one of its lines. */
static void check_left_out(const struct config *config, size_t at,
			   const struct faults *faults)
{
	const struct config_plan *plan = &config->plans[at];
	const struct config_fault *fault = config_find_fault(config, plan->name);
	bool is_told = fault && faults->lines[fault->line];

	for (size_t setting = 0; setting < plan->settings.count; setting++)
		is_told |= faults->lines[plan->settings.list[setting].line];
	fuzz_must(is_told);
}

/* What config_read() tells first begins with the file, the line and the key. */
static void check_report(const char *text, size_t length,
			 const struct faults *faults)
{
	char first[512] = "";
	struct messages messages = {
		.silent = true, .first = first, .first_size = sizeof(first),
	};
	int descriptor = fuzz_file((const uint8_t *)text, length);
	struct config config;
	bool is_told = false;
	char path[32];

	for (size_t at = 0; at < sizeof(faults->lines); at++)
		is_told |= faults->lines[at];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	fuzz_must(config_read(path, true, &config, &messages) == 0);
	fuzz_must(messages.trouble == is_told);
	if (is_told) {
		const size_t end = strlen(path);

		fuzz_must(strncmp(first, path, end) == 0);
		fuzz_must(strncmp(first + end, ": line ", 7) == 0);
		fuzz_must(faults->lines[strtoul(first + end + 7, NULL, 10)]);
	}
	config_free(&config);
	close(descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Of just that length, so that reading further is noticed. */
	char *copy = malloc(size + !size);
	static struct faults faults;
	struct config config;

	fuzz_must(copy && size <= FUZZ_SIZE_MAX);
	memcpy(copy, data, size);
	faults = (struct faults){ .text = { copy, copy + size } };
	fuzz_must(config_parse(copy, size, &config, take_fault, &faults) == 0);
	check_lines(&config, &faults);
	for (size_t at = 0; at < config.count; at++) {
		if (config.plans[at].is_right)
			fuzz_plan_check(&config.plans[at]);
		else
			check_left_out(&config, at, &faults);
	}
	config_free(&config);
	check_report(copy, size, &faults);
	free(copy);
	return 0;
}
