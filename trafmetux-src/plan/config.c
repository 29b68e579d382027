// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "base/array.h"
#include "plan/plan.h"
#include "plan/source_settings.h"

#define NAME_FORMS \
	"give 1 to 31 of A-Z a-z 0-9 _ . : + @ - that begin with neither . nor -"

/*
 * While a text is parsed. inih tells no lines, silently splits those that are too
 * long for it, and may be built to go on with a value in the next line. So it is
 * handed one setting at a time, after the line was looked at.
 */
struct parser {
	struct config *config;
	uint64_t line;
	size_t plan;		/* whose lines these are, or CONFIG_NO_PLAN */
	bool in_section;	/* some section began; settings of no plan mean nothing */
	enum source_section source;	/* whose lines these are */
	unsigned int settings;	/* that inih found in this line */
	int error;
};

static void add_fault(struct parser *parser, uint64_t line, size_t plan,
		      const char *key, const char *words)
{
	struct config *config = parser->config;
	struct config_fault fault = {
		.line = line, .plan = plan, .order = config->fault_count,
		.is_source = plan == CONFIG_NO_PLAN && parser->source,
		.key = key ? strdup(key) : NULL, .words = strdup(words),
	};

	if (parser->error || !fault.words || (key && !fault.key) ||
	    array_reserve((void **)&config->faults, &config->fault_capacity,
			  config->fault_count + 1, sizeof(fault))) {
		free(fault.key);
		free(fault.words);
		parser->error = -ENOMEM;
		return;
	}
	config->faults[config->fault_count++] = fault;
	if (plan != CONFIG_NO_PLAN)
		config->plans[plan].is_left_out = true;
}

/* In the present line, of the present plan. */
static void refuse(struct parser *parser, const char *key, const char *words)
{
	add_fault(parser, parser->line, parser->plan, key, words);
}

static void add_plan(struct parser *parser, const char *name)
{
	struct config *config = parser->config;

	parser->plan = CONFIG_NO_PLAN;
	parser->source = SOURCE_SECTION_NONE;
	if (array_reserve((void **)&config->plans, &config->capacity,
			  config->count + 1, sizeof(*config->plans))) {
		parser->error = -ENOMEM;
		return;
	}
	config->plans[config->count] = (struct config_plan){
		.line = parser->line,
	};
	strcpy(config->plans[config->count].name, name);
	parser->plan = config->count++;
}

/* Who knows which of the two is meant? */
static void refuse_both(struct parser *parser, size_t first)
{
	struct config_plan *plan = &parser->config->plans[first];
	char words[PLAN_FAULT_SIZE];

	plan->is_left_out = true;
	snprintf(words, sizeof(words),
		 "there is a plan of this name already, in line %" PRIu64
		 "; keep one of the two, or rename one", plan->line);
	refuse(parser, NULL, words);
}

/* "[source KIND]": true if the line is one, be it of no kind that is known. */
static bool take_source(struct parser *parser, const char *line)
{
	static const char prefix[] = "[source ";
	const char *kind = line + sizeof(prefix) - 1;
	const char *const end = strchr(line, ']');
	const char *after = end ? end + 1 + strspn(end + 1, " \t") : line;

	if (!end || strncmp(line, prefix, sizeof(prefix) - 1) != 0 ||
	    (*after && !strchr(";#", *after)))
		return false;
	kind += strspn(kind, " \t");
	parser->in_section = true;
	parser->plan = CONFIG_NO_PLAN;
	parser->source = source_section_find(kind, (size_t)(end - kind));
	if (parser->source == SOURCE_SECTION_UNKNOWN)
		refuse(parser, NULL,
		       "not a source that is known; give [source interface] or [source nft]");
	return true;
}

/* Is a line that of a plan, be it one that is refused? */
static bool begins_plan(const char *line, size_t length)
{
	static const char prefix[] = "[plan";

	return length >= sizeof(prefix) - 1 &&
	       strncasecmp(line, prefix, sizeof(prefix) - 1) == 0;
}

/* What follows is no plan's that is known. */
static void leave_plan(struct parser *parser)
{
	parser->in_section = true;
	add_plan(parser, "");
}

static void take_name(struct parser *parser, const char *start, size_t length)
{
	char name[MONITOR_NAME_SIZE] = "";
	const struct config_plan *known;

	if (length < sizeof(name))
		memcpy(name, start, length);
	if (!monitor_name_valid(name)) {
		leave_plan(parser);
		refuse(parser, NULL, "not a name for a plan; " NAME_FORMS);
		return;
	}
	known = config_find(parser->config, name);
	parser->in_section = true;
	add_plan(parser, name);
	if (known)
		refuse_both(parser,
			    (size_t)(known - parser->config->plans));
}

/* "[plan NAME]", and perhaps a comment. */
static void take_section(struct parser *parser, const char *line)
{
	static const char prefix[] = "[plan ";
	const char *const end = strchr(line, ']');
	const char *after = end ? end + 1 + strspn(end + 1, " \t") : line;
	const bool is_plan = begins_plan(line, strlen(line));

	if (take_source(parser, line))
		return;
	/* Rather a line of the plan that it stands in than a section. */
	if (!is_plan && (!end || strchr(line, '='))) {
		refuse(parser, NULL,
		       "neither a setting nor a section; give 'key = value' or [plan NAME]");
		return;
	}
	if (strncmp(line, prefix, sizeof(prefix) - 1) == 0 &&
	    (!*after || strchr(";#", *after))) {
		line += sizeof(prefix) - 1;
		line += strspn(line, " \t");
		take_name(parser, line, (size_t)(end - line));
		return;
	}
	leave_plan(parser);
	if (parser->plan != CONFIG_NO_PLAN)
		parser->config->plans[parser->plan].is_strange = !is_plan;
	refuse(parser, NULL, is_plan ?
	       "not a section that is known; give [plan NAME], and nothing else in the line" :
	       "not a section that is known; give [plan NAME]");
}

static void add_to_source(struct parser *parser, const char *key, const char *value)
{
	char words[PLAN_FAULT_SIZE];
	int error;

	if (parser->source == SOURCE_SECTION_UNKNOWN)
		return;
	error = source_settings_add(&parser->config->sources, parser->source, key, value,
				    words);
	if (error == -EINVAL)
		refuse(parser, key, words);
	else
		parser->error = error;
}

/* Called by inih for a setting. */
static int take_setting(void *user, const char *section, const char *key,
			const char *value)
{
	struct parser *parser = user;

	(void)section;
	/* "= 3" is reported as a line, there being no key to name. */
	if (!value || !*key || parser->settings++)
		return 1;
	if (parser->plan != CONFIG_NO_PLAN && !parser->error)
		parser->error = plan_settings_add(
			&parser->config->plans[parser->plan].settings, key,
			value, parser->line);
	else if (parser->source && !parser->error)
		add_to_source(parser, key, value);
	else if (!parser->in_section)
		refuse(parser, key,
		       "stands before any section; put [plan NAME] above it");
	return 1;
}

/* Of a line; the C locale's. */
static const char blanks[] = " \t\v\f";

/* A line that is no comment: @length bytes, none of them NUL. */
static void take_words(struct parser *parser, const char *start, size_t length,
		       bool is_indented)
{
	char line[CONFIG_LINE_MAX + 1];

	if (length > CONFIG_LINE_MAX) {
		if (begins_plan(start, length))
			leave_plan(parser);
		refuse(parser, NULL,
		       "the line has more than 198 bytes; cut it short");
		return;
	}
	memcpy(line, start, length);
	line[length] = '\0';
	if (*line == '[') {
		take_section(parser, line);
		return;
	}
	parser->settings = 0;
	if (ini_parse_string(line, take_setting, parser) == 0 &&
	    parser->settings == 1)
		return;
	refuse(parser, NULL, is_indented ?
	       "not a setting; give 'key = value', all of the value in one line" :
	       "not a setting; give 'key = value'");
}

/*
 * Why a line can't be taken as it stands: a file that lost power, or whose disk was full,
 * may hold anything, and end anywhere. NULL: it can be.
 */
static const char *find_stranger(const char *start, size_t length, bool is_cut)
{
	if (memchr(start, '\0', length))
		return "the line holds a NUL; take it away";
	if (memchr(start, '\r', length))
		return "the line holds a carriage return; end lines with a newline, and take it away";
	if (is_cut)
		return "the line is cut off; end the last line with a newline";
	return NULL;
}

static void take_line(struct parser *parser, const char *start, size_t length,
		      bool is_cut)
{
	static const char mark[] = "\xef\xbb\xbf";
	const char *const whole = start;
	const char *stranger;

	if (length && start[length - 1] == '\r')
		length--;
	if (length >= 3 && memcmp(start, mark, 3) == 0) {
		start += 3;
		length -= 3;
	}
	for (; length && *start && strchr(blanks, *start); length--)
		start++;
	stranger = find_stranger(start, length, is_cut);
	if (stranger && begins_plan(start, length))
		leave_plan(parser);
	if (stranger)
		refuse(parser, NULL, stranger);
	else if (length && !strchr(";#", *start))
		take_words(parser, start, length, start > whole);
}

/* Where the faults of a plan's settings go. */
struct section {
	struct parser *parser;
	size_t plan;
	bool has_stranger;	/* a line that may be meant for what lacks */
};

/* Called by plan_make(). */
static void take_fault(void *context, const struct plan_fault *fault)
{
	const struct section *section = context;
	struct parser *parser = section->parser;
	const uint64_t line = parser->config->plans[section->plan].line;

	if (fault->line || !section->has_stranger)
		add_fault(parser, fault->line ? fault->line : line,
			  section->plan, fault->key, fault->words);
}

static void make_plans(struct parser *parser)
{
	struct config *config = parser->config;

	for (size_t at = 0; !parser->error && at < config->count; at++) {
		struct config_plan *plan = &config->plans[at];
		struct section section = { parser, at, plan->is_left_out };
		int error;

		/* Its section's fault is said; its keys may be another's. */
		if (plan->is_strange)
			continue;
		error = plan_make(plan->name, &plan->settings, &plan->plan,
				  take_fault, &section);
		if (error == -ENOMEM)
			parser->error = error;
		if (error)
			continue;
		plan->is_right = !plan->is_left_out;
		if (plan->is_left_out)
			plan_free(&plan->plan);
	}
}

static int compare_faults(const void *first, const void *second)
{
	const struct config_fault *one = first;
	const struct config_fault *other = second;

	if (one->line != other->line)
		return one->line < other->line ? -1 : 1;
	return one->order < other->order ? -1 : one->order > other->order;
}

static void report_faults(const struct config *config, plan_fault_sink *report,
			  void *context)
{
	if (config->fault_count)
		qsort(config->faults, config->fault_count,
		      sizeof(*config->faults), compare_faults);
	for (size_t at = 0; at < config->fault_count; at++) {
		const struct config_fault *found = &config->faults[at];
		struct plan_fault fault = { .line = found->line,
					    .key = found->key };

		snprintf(fault.words, sizeof(fault.words), "%s", found->words);
		report(context, &fault);
	}
}

/* Texts of 16 bits a character: no line of it can be read. */
static bool is_wide(const char *text, size_t length)
{
	return length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
			       memcmp(text, "\xfe\xff", 2) == 0);
}

int config_parse(const char *text, size_t length, struct config *config,
		 plan_fault_sink *report, void *context)
{
	struct parser parser = { .config = config, .plan = CONFIG_NO_PLAN };
	const char *const end = text + length;

	*config = (struct config){ .count = 0 };
	if (is_wide(text, length)) {
		parser.line = 1;
		refuse(&parser, NULL,
		       "the file is written in UTF-16; save it as UTF-8");
		text = end;
	}
	while (!parser.error && text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		parser.line++;
		take_line(&parser, text, (size_t)(stop - text), !newline);
		text = newline ? newline + 1 : end;
	}
	make_plans(&parser);
	if (parser.error)
		config_free(config);
	else
		report_faults(config, report, context);
	return parser.error;
}

const struct config_plan *config_find(const struct config *config,
				      const char *name)
{
	for (size_t at = 0; *name && at < config->count; at++) {
		if (strcmp(config->plans[at].name, name) == 0)
			return &config->plans[at];
	}
	return NULL;
}

const struct config_fault *config_find_fault(const struct config *config,
					     const char *name)
{
	for (size_t at = 0; at < config->fault_count; at++) {
		const struct config_fault *fault = &config->faults[at];
		const char *of = fault->plan == CONFIG_NO_PLAN ?
				 "" : config->plans[fault->plan].name;

		if (strcmp(of, name) == 0 && !fault->is_source)
			return fault;
	}
	return NULL;
}

/* Is it a line whose key is not known? */
static bool is_strange(const struct config_fault *fault)
{
	for (size_t at = 0; fault->key && at < plan_key_count; at++) {
		if (strcmp(plan_keys[at].name, fault->key) == 0)
			return false;
	}
	return true;
}

static bool has_fault(const struct config *config, size_t plan, const char *key)
{
	for (size_t at = 0; at < config->fault_count; at++) {
		const struct config_fault *fault = &config->faults[at];

		if (fault->plan == plan && fault->key &&
		    strcmp(fault->key, key) == 0)
			return true;
	}
	return false;
}

/* Are its monitors known, and this is not the one? */
static bool is_of_another(const struct config *config, size_t plan,
			  const char *monitor)
{
	const struct config_plan *found = &config->plans[plan];
	const char *value = NULL;
	size_t count = 0;

	for (size_t at = 0; at < found->settings.count; at++) {
		if (strcmp(found->settings.list[at].key, "monitors") == 0) {
			value = found->settings.list[at].value;
			count++;
		}
	}
	if (count != 1 || strcmp(value, monitor) == 0)
		return false;
	return monitor_name_valid(value) ||
	       (!found->is_strange && !has_fault(config, plan, "monitors"));
}

static bool plan_may_stop(const struct config *config, size_t plan,
			  const char *monitor)
{
	const struct config_plan *found = &config->plans[plan];
	bool may_stop = false;

	if (!found->is_left_out || is_of_another(config, plan, monitor))
		return false;
	for (size_t at = 0; at < found->settings.count; at++) {
		const struct plan_setting *setting = &found->settings.list[at];

		may_stop |= strcmp(setting->key, "stop") == 0 &&
			    strcasecmp(setting->value, "no") != 0;
	}
	for (size_t at = 0; at < config->fault_count; at++)
		may_stop |= config->faults[at].plan == plan &&
			    is_strange(&config->faults[at]);
	return may_stop;
}

bool config_may_stop(const struct config *config, const char *monitor)
{
	bool may_stop = false;

	for (size_t at = 0; at < config->count; at++)
		may_stop |= plan_may_stop(config, at, monitor);
	/* Lines of no section: whose were they to be? */
	for (size_t at = 0; at < config->fault_count; at++)
		may_stop |= config->faults[at].plan == CONFIG_NO_PLAN &&
			    !config->faults[at].is_source;
	return may_stop;
}

void config_free(struct config *config)
{
	for (size_t at = 0; at < config->count; at++) {
		plan_settings_free(&config->plans[at].settings);
		if (config->plans[at].is_right)
			plan_free(&config->plans[at].plan);
	}
	for (size_t at = 0; at < config->fault_count; at++) {
		free(config->faults[at].key);
		free(config->faults[at].words);
	}
	source_choice_free(&config->sources);
	array_free((void **)&config->plans, &config->capacity);
	array_free((void **)&config->faults, &config->fault_capacity);
	config->count = 0;
	config->fault_count = 0;
}

/* Where faults are reported. */
struct reporter {
	struct messages *messages;
	const char *path;
};

static void report(void *context, const struct plan_fault *fault)
{
	const struct reporter *reporter = context;

	message_report(reporter->messages, "%s: line %" PRIu64 ": %s%s%s",
		       reporter->path, fault->line,
		       fault->key ? fault->key : "", fault->key ? ": " : "",
		       fault->words);
}

/* The whole file, to be freed; or an error. */
static int read_all(int descriptor, char **text, size_t *length)
{
	struct stat status;
	ssize_t part = 1;

	if (fstat(descriptor, &status))
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	*text = malloc(CONFIG_SIZE_MAX + 1);
	if (!*text)
		return -ENOMEM;
	for (*length = 0; part > 0 && *length <= CONFIG_SIZE_MAX;
	     *length += (size_t)part) {
		part = read(descriptor, *text + *length,
			    CONFIG_SIZE_MAX + 1 - *length);
		if (part < 0)
			break;
	}
	if (part >= 0 && *length <= CONFIG_SIZE_MAX)
		return 0;
	free(*text);
	return part < 0 ? -EIO : -EFBIG;
}

/* Whoever means that there are no plans says so by a comment. */
static bool is_blank(const char *text, size_t length)
{
	static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
	size_t at = 0;

	if (length >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0)
		at = strlen(mark);
	while (at < length && text[at] &&
	       (strchr(blanks, text[at]) || strchr("\r\n", text[at])))
		at++;
	return at == length;
}

int config_read(const char *path, bool is_wanted, struct config *config,
		struct messages *messages)
{
	struct reporter reporter = { messages, path };
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	struct stat status;
	size_t length = 0;
	int error;

	*config = (struct config){ .is_unread = true };
	if (descriptor < 0) {
		error = -errno;
		if (error == -ENOENT && lstat(path, &status) == 0)
			message_report(messages,
				       "%s: a link that leads nowhere; make the file that it leads to",
				       path);
		else if (error == -ENOENT && is_wanted)
			message_report(messages,
				       "%s: no such file; see trafmetux.conf(5) for what goes into it",
				       path);
		else if (error != -ENOENT)
			message_report(messages, "%s: %s", path,
				       message_reason(-error));
		return error;
	}
	error = read_all(descriptor, &text, &length);
	close(descriptor);
	if (!error) {
		error = config_parse(text, length, config, report, &reporter);
		/* Of a comment that is cut off nobody knows what followed. */
		config->is_unread = error || is_blank(text, length) ||
				    (!config->count && text[length - 1] != '\n');
		free(text);
	}
	if (error)
		message_report(messages, "%s: %s", path, error == -EISDIR ?
			       "a directory; name a file" :
			       error == -EFBIG ?
			       "larger than 1 MB, which no configuration is; name another file" :
			       message_reason(-error));
	return error;
}
