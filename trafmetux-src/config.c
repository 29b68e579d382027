// SPDX-License-Identifier: GPL-2.0-or-later
#include "config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "array.h"

/*
 * While a text is parsed. inih tells neither lines nor where a section begins, and
 * silently splits lines that are too long for it. So the lines are handed to it
 * one by one, and looked at before.
 */
struct parser {
	const char *next;
	const char *end;
	struct config *config;
	config_fault *report;
	void *context;
	uint64_t line;		/* that inih was given last */
	bool is_handled;	/* it told what is in this line */
	bool in_section;	/* some section began */
	bool in_plan;		/* the last plan in config is meant */
	int error;
};

static void report(const struct parser *parser, const char *key,
		   const char *words)
{
	struct plan_fault fault = { .line = parser->line, .key = key };

	snprintf(fault.words, sizeof(fault.words), "%s", words);
	parser->report(parser->context, &fault);
}

/* The plan that settings are added to, if it is none that was refused. */
static struct config_plan *current(struct parser *parser)
{
	return parser->in_plan ?
		&parser->config->plans[parser->config->count - 1] : NULL;
}

static int add_plan(struct parser *parser, const char *name)
{
	struct config *config = parser->config;

	if (array_reserve((void **)&config->plans, &config->capacity,
			  config->count + 1, sizeof(*config->plans)))
		return -ENOMEM;
	config->plans[config->count] = (struct config_plan){
		.line = parser->line,
	};
	strcpy(config->plans[config->count++].name, name);
	parser->in_plan = true;
	return 0;
}

/* A line is a section's, be it one that is refused. */
static void leave_section(struct parser *parser)
{
	parser->in_section = true;
	parser->in_plan = false;
}

/* "[plan NAME]"; what follows a section that is refused is passed over. */
static int take_section(struct parser *parser, const char *line)
{
	static const char prefix[] = "[plan ";
	const size_t length = strcspn(line, "]");
	char name[MONITOR_NAME_SIZE] = "";
	const char *start = line + sizeof(prefix) - 1;

	leave_section(parser);
	if (line[length] != ']' ||
	    (line[length + 1] && !strchr(" \t\r;#", line[length + 1])) ||
	    strncmp(line, prefix, sizeof(prefix) - 1) != 0) {
		report(parser, NULL,
		       "not a section that is known; give [plan NAME]");
		return 0;
	}
	start += strspn(start, " \t");
	if ((size_t)(line + length - start) < sizeof(name))
		memcpy(name, start, (size_t)(line + length - start));
	if (!monitor_name_valid(name)) {
		report(parser, NULL,
		       "not a name for a plan; give 1 to 31 of A-Z a-z 0-9 _ . : + @ - that begin with neither . nor -");
		return 0;
	}
	if (config_find(parser->config, name)) {
		report(parser, NULL,
		       "there is a plan of this name already; keep one of the two, or rename one");
		return 0;
	}
	return add_plan(parser, name);
}

/* Reports the line that was handed over last, if inih made nothing of it. */
static void finish_line(struct parser *parser)
{
	if (parser->line && !parser->is_handled)
		report(parser, NULL, "not a setting; give 'key = value'");
	parser->is_handled = true;
}

/* Copies a line for inih, without the blanks before it: they mean nothing to us. */
static bool copy_line(struct parser *parser, char *buffer, size_t size)
{
	const char *start = parser->next;
	const char *newline = memchr(start, '\n',
				     (size_t)(parser->end - start));
	size_t length;

	parser->next = newline ? newline + 1 : parser->end;
	length = (size_t)((newline ? newline : parser->end) - start);
	/* All that inih takes for blanks: it would go on with the line before. */
	for (; length && strchr(" \t\r\v\f", *start) && *start; length--)
		start++;
	if (length && *start == '[')
		leave_section(parser);
	/* Room for the newline and the NUL. */
	if (length + 2 > size) {
		report(parser, NULL, "the line is too long; cut it short");
		return false;
	}
	if (memchr(start, '\0', length)) {
		report(parser, NULL, "the line holds a NUL; take it away");
		return false;
	}
	memcpy(buffer, start, length);
	strcpy(buffer + length, "\n");
	return true;
}

/* Called by inih for a line of at most @size - 1 bytes. */
static char *read_line(char *buffer, int size, void *stream)
{
	struct parser *parser = stream;

	finish_line(parser);
	while (!parser->error && parser->next < parser->end) {
		parser->line++;
		if (!copy_line(parser, buffer, (size_t)size))
			continue;
		if (parser->line == 1 && strncmp(buffer, "\xef\xbb\xbf", 3) == 0)
			memmove(buffer, buffer + 3, strlen(buffer + 3) + 1);
		if (strchr("\n;#", *buffer))
			continue;
		parser->is_handled = *buffer == '[';
		if (*buffer == '[') {
			buffer[strlen(buffer) - 1] = '\0';
			parser->error = take_section(parser, buffer);
			continue;
		}
		return buffer;
	}
	return NULL;
}

/* Called by inih for each setting. */
static int take_setting(void *user, const char *section, const char *key,
			const char *value)
{
	struct parser *parser = user;
	struct config_plan *plan = current(parser);

	(void)section;
	/* "= 3" is reported as a line, there being no key to name. */
	if (!*key)
		return 1;
	parser->is_handled = true;
	if (plan && !parser->error)
		parser->error = plan_settings_add(&plan->settings, key, value,
						  parser->line);
	else if (!parser->in_section)
		report(parser, key,
		       "stands before any section; put [plan NAME] above it");
	return 1;
}

int config_parse(const char *text, size_t length, struct config *config,
		 config_fault *report_fault, void *context)
{
	struct parser parser = {
		.next = text, .end = text + length, .config = config,
		.report = report_fault, .context = context,
		.is_handled = true,
	};

	*config = (struct config){ .count = 0 };
	ini_parse_stream(read_line, &parser, take_setting, &parser);
	finish_line(&parser);
	for (size_t at = 0; !parser.error && at < config->count; at++) {
		struct config_plan *plan = &config->plans[at];
		struct plan_fault fault;
		int error = plan_make(plan->name, &plan->settings, &plan->plan,
				      &fault);

		plan->is_right = !error;
		if (error == -ENOMEM)
			parser.error = error;
		if (error != -EINVAL)
			continue;
		if (!fault.line)
			fault.line = plan->line;
		report_fault(context, &fault);
	}
	if (parser.error)
		config_free(config);
	return parser.error;
}

const struct config_plan *config_find(const struct config *config,
				      const char *name)
{
	for (size_t at = 0; at < config->count; at++) {
		if (strcmp(config->plans[at].name, name) == 0)
			return &config->plans[at];
	}
	return NULL;
}

void config_free(struct config *config)
{
	for (size_t at = 0; at < config->count; at++) {
		plan_settings_free(&config->plans[at].settings);
		if (config->plans[at].is_right)
			plan_free(&config->plans[at].plan);
	}
	array_free((void **)&config->plans, &config->capacity);
	config->count = 0;
}
