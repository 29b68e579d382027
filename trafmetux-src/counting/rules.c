// SPDX-License-Identifier: GPL-2.0-or-later
#include "counting/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/child.h"
#include "base/machine.h"

/* Longer commands are not remembered. */
enum { COMMAND_SIZE = 3072, NAME_SIZE = 64 };

/* A rule of the chain that is being read. */
struct rule {
	char monitor[MONITOR_NAME_SIZE];
	size_t number;		/* in its chain, from 1 on */
	char *words;		/* quoted, each after a blank */
};

struct parser {
	const char *tool;
	rules_sink *sink;
	void *context;
	char table[NAME_SIZE];
	bool in_table;
	char chain[NAME_SIZE];
	size_t count;		/* of all the chain's rules */
	struct rule *rules;	/* those that name monitors */
	size_t rule_count;
	size_t capacity;
};

/*
 * Takes one word as iptables-restore does: blanks part words, and between two " all
 * stands for itself but for what follows a backslash. False after the last one.
 */
static bool take_word(const char **cursor, const char *end, char *word,
		      size_t size)
{
	bool is_quoted = false;
	size_t length = 0;

	while (*cursor < end && (**cursor == ' ' || **cursor == '\t'))
		++*cursor;
	if (*cursor == end)
		return false;
	for (; *cursor < end && (is_quoted || (**cursor != ' ' &&
					       **cursor != '\t')); ++*cursor) {
		if (**cursor == '"') {
			is_quoted = !is_quoted;
			continue;
		}
		if (is_quoted && **cursor == '\\' && *cursor + 1 < end)
			++*cursor;
		if (length + 1 < size)
			word[length++] = **cursor;
	}
	word[length] = '\0';
	return true;
}

/* Writes the word so that a shell takes it as it is. */
static void quote(FILE *file, const char *word)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.,:/+=@%-";

	fputc(' ', file);
	if (*word && word[strspn(word, plain)] == '\0') {
		fputs(word, file);
		return;
	}
	fputc('\'', file);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", file);
		else
			fputc(*word, file);
	}
	fputc('\'', file);
}

static bool has_control(const char *text, size_t length)
{
	for (size_t at = 0; at < length; at++) {
		if ((unsigned char)text[at] < ' ' || text[at] == 0x7f)
			return true;
	}
	return false;
}

/* Reads what follows "-A CHAIN": 1 when it feeds a monitor, 0 if not, -ENOMEM. */
static int take_words(const char *cursor, const char *end, struct rule *rule)
{
	char word[COMMAND_SIZE];
	char before[COMMAND_SIZE] = "";
	bool is_target = false;
	bool is_named = false;
	size_t size = 0;
	FILE *file = open_memstream(&rule->words, &size);

	if (!file)
		return -ENOMEM;
	while (take_word(&cursor, end, word, sizeof(word))) {
		if (strcmp(before, "-j") == 0)
			is_target = strcmp(word, "TRAFMETUX") == 0;
		if (is_target && strcmp(before, "--monitor") == 0 &&
		    monitor_name_valid(word)) {
			memcpy(rule->monitor, word, strlen(word) + 1);
			is_named = true;
		}
		quote(file, word);
		memcpy(before, word, strlen(word) + 1);
	}
	if (fclose(file))
		return -ENOMEM;
	return is_named && size < COMMAND_SIZE;
}

static int parse_rule(struct parser *parser, const char *cursor, const char *end)
{
	struct rule rule = { .number = ++parser->count };
	int found;

	if (has_control(cursor, (size_t)(end - cursor)) ||
	    !memmem(cursor, (size_t)(end - cursor), "TRAFMETUX", 9))
		return 0;
	found = take_words(cursor, end, &rule);
	if (found == 1) {
		if (array_reserve((void **)&parser->rules, &parser->capacity,
				  parser->rule_count + 1, sizeof(rule)) == 0) {
			parser->rules[parser->rule_count++] = rule;
			return 0;
		}
		found = -ENOMEM;
	}
	free(rule.words);
	return found;
}

/* The whole command, with the names of table and chain quoted as well. */
static char *make_command(const struct parser *parser, const struct rule *rule,
			  bool is_last)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return NULL;
	fprintf(file, "%s -t", parser->tool);
	quote(file, parser->table);
	fputs(is_last ? " -A" : " -I", file);
	quote(file, parser->chain);
	if (!is_last)
		fprintf(file, " %zu", rule->number);
	fputs(rule->words, file);
	if (fclose(file) == 0)
		return text;
	free(text);
	return NULL;
}

/* Gives the rules of the chain that was read. */
static int end_chain(struct parser *parser)
{
	int error = 0;

	for (size_t at = 0; at < parser->rule_count; at++) {
		struct rule *rule = &parser->rules[at];
		const size_t after = parser->rule_count - at - 1;
		/* Do only others that name monitors follow it? */
		const bool is_last = rule->number + after == parser->count;
		char *command = make_command(parser, rule, is_last);

		if (!error)
			error = command ? parser->sink(parser->context,
						       rule->monitor, command) :
					  -ENOMEM;
		free(command);
		free(rule->words);
	}
	parser->rule_count = 0;
	parser->count = 0;
	return error;
}

/* The rules of a chain follow each other. */
static int take_line(struct parser *parser, const char *line, const char *end)
{
	const char *cursor = line + 1;
	char chain[NAME_SIZE];
	int error = 0;

	if (line == end)
		return 0;
	if (*line == '*' || (end - line == 6 && !memcmp(line, "COMMIT", 6))) {
		error = end_chain(parser);
		parser->in_table = *line == '*';
		*parser->chain = '\0';
	}
	if (*line == '*' && !take_word(&cursor, end, parser->table, NAME_SIZE))
		return -EBADMSG;
	if (error || end - line < 4 || memcmp(line, "-A ", 3) != 0)
		return error;
	cursor = line + 3;
	take_word(&cursor, end, chain, sizeof(chain));
	if (strcmp(chain, parser->chain) != 0) {
		error = end_chain(parser);
		memcpy(parser->chain, chain, sizeof(chain));
	}
	return error ? error : parse_rule(parser, cursor, end);
}

int rules_parse(const char *tool, const char *text, size_t length,
		rules_sink *sink, void *context)
{
	struct parser parser = { .tool = tool, .sink = sink,
				 .context = context };
	const char *const end = text + length;
	int error = 0;

	while (!error && text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		error = newline ? take_line(&parser, text, newline) : -EBADMSG;
		text = newline ? newline + 1 : end;
	}
	if (!error && parser.in_table)
		error = -EBADMSG;
	while (parser.rule_count > 0)
		free(parser.rules[--parser.rule_count].words);
	array_free((void **)&parser.rules, &parser.capacity);
	return error;
}

#define NANOSECONDS_OF_MS INT64_C(1000000)

/* What writes more than this is not waited for. */
#define OUTPUT_MOST (64u << 20)

/* Milliseconds that are left, 0 when the time is over. */
static int left(int64_t deadline)
{
	const int64_t now = clock_monotonic();

	return now >= deadline ? 0 :
		(int)((deadline - now) / NANOSECONDS_OF_MS) + 1;
}

static int read_all(int input, int64_t deadline, char **text, size_t *length)
{
	struct pollfd wanted = { .fd = input, .events = POLLIN };
	size_t capacity = 0;
	ssize_t got = 1;

	while (got > 0) {
		const int ready = poll(&wanted, 1, left(deadline));

		if (ready == 0)
			return -ETIME;
		if (ready < 0)
			return -errno;
		if (array_reserve((void **)text, &capacity, *length + 65536, 1))
			return -ENOMEM;
		got = read(input, *text + *length, 65536);
		if (got < 0)
			return -errno;
		*length += (size_t)got;
		if (*length > OUTPUT_MOST)
			return -E2BIG;
	}
	return 0;
}

/* How it went, when all that it wrote was read. */
static int finish(pid_t child, int64_t deadline)
{
	int status = 0;
	const int error = child_wait(child, deadline, &status);

	/* Where SIGCHLD is ignored, nobody tells how it ended. */
	if (error)
		return error == -ECHILD ? 0 : error;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

int rules_run(char *const words[], int64_t deadline, char **text,
	      size_t *length)
{
	pid_t child;
	int ends[2];
	int error;

	*text = NULL;
	*length = 0;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	error = child_start(words, environ, ends[1], &child);
	close(ends[1]);
	if (!error) {
		error = read_all(ends[0], deadline, text, length);
		if (error)
			child_end(child);
		else
			error = finish(child, deadline);
	}
	close(ends[0]);
	return error;
}

/* Cron's path lacks these; what was installed by hand comes first. */
static const char *const directories[] = { "/usr/local/sbin", "/usr/sbin",
					   "/sbin" };

enum { FAMILIES = 2, PATH_SIZE = 64 };

static const struct family {
	const char *name;
	const char *legacy_tables;	/* is empty if there are none */
} families[FAMILIES] = {
	{ "iptables", "/proc/self/net/ip_tables_names" },
	{ "ip6tables", "/proc/self/net/ip6_tables_names" },
};

/* While rules are looked for. */
struct search {
	struct expected found;	/* its rules only */
	int64_t deadline;
	bool has_failed[FAMILIES];
	bool is_nft[FAMILIES];	/* what the plain name stands for */
	bool is_there[FAMILIES];
};

static int take_rule(void *context, const char *monitor, const char *command)
{
	struct search *search = context;

	return expected_add_rule(&search->found, monitor, command);
}

static size_t count_rules(const struct expected *expected, const char *monitor)
{
	size_t count = 0;

	for (size_t at = 0; at < expected->rule_count; at++)
		count += strcmp(expected->rules[at].monitor, monitor) == 0;
	return count;
}

/* Are these all the rules that the kernel tells of? */
static bool is_enough(const struct search *search,
		      const struct expected *expected)
{
	for (size_t at = 0; at < expected->count; at++) {
		const struct expected_entry *entry = &expected->list[at];

		if ((entry->state == EXPECTED_COUNTS ||
		     entry->state == EXPECTED_FEWER) &&
		    count_rules(&search->found, entry->monitor) <
		    entry->references)
			return false;
	}
	return true;
}

static bool find_program(const char *tool, char path[PATH_SIZE])
{
	for (size_t at = 0; at < sizeof(directories) / sizeof(*directories);
	     at++) {
		snprintf(path, PATH_SIZE, "%s/%s-save", directories[at], tool);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/* Is it iptables over nf_tables? "# Generated by iptables-save v1.8.9 (nf_tables)" */
static bool tells_nft(const char *text, size_t length)
{
	const char *end = length ? memchr(text, '\n', length) : NULL;

	return end && memmem(text, (size_t)(end - text), "(nf_tables)", 11);
}

/* Runs TOOL-save of a family, if it is there: 1, 0, or -ENOMEM. */
static int search_tool(struct search *search, int family, const char *tool,
		       bool *is_nft)
{
	char path[PATH_SIZE];
	char *const words[] = { path, NULL };
	size_t length;
	char *text;
	int error;

	if (!find_program(tool, path))
		return 0;
	error = rules_run(words, search->deadline, &text, &length);
	if (!error && length) {
		if (is_nft)
			*is_nft = tells_nft(text, length);
		error = rules_parse(tool, text, length, take_rule, search);
	}
	free(text);
	if (error == -ENOMEM)
		return error;
	search->has_failed[family] |= error != 0;
	return 1;
}

static bool has_bytes(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	char byte;
	bool answer = file >= 0 && read(file, &byte, 1) == 1;

	if (file >= 0)
		close(file);
	return answer;
}

/*
 * The other kind of tables than the plain name's, if the kernel has any: looking
 * must load no module.
 */
static int search_other(struct search *search, int at)
{
	const bool is_nft = search->is_there[at] && search->is_nft[at];
	char tool[PATH_SIZE / 2];
	int more = 0;

	if (is_nft ? !has_bytes(families[at].legacy_tables) :
		     access("/sys/module/nf_tables", F_OK) != 0)
		return 0;
	snprintf(tool, sizeof(tool), "%s-%s", families[at].name,
		 is_nft ? "legacy" : "nft");
	more = search_tool(search, at, tool, NULL);
	return more < 0 ? more : 0;
}

static bool is_of_failed(const struct search *search,
			 const struct expected_rule *rule)
{
	for (int at = 0; at < FAMILIES; at++) {
		if (search->has_failed[at] &&
		    strncmp(rule->command, families[at].name,
			    strlen(families[at].name)) == 0)
			return true;
	}
	return false;
}

/* A monitor's rules that were found, in the place of those known. */
static int replace(const struct search *search, struct expected *expected,
		   const char *monitor)
{
	const struct expected *found = &search->found;
	size_t count = count_rules(found, monitor);
	int error = 0;

	if (!count)
		return 0;
	/* Of a tool that failed, what was found is less than what is known. */
	for (int at = 0; at < FAMILIES; at++) {
		if (!search->has_failed[at])
			expected_drop_rules(expected, monitor,
					    families[at].name);
	}
	count = 0;
	for (size_t at = 0; !error && at < found->rule_count; at++) {
		const struct expected_rule *rule = &found->rules[at];

		if (strcmp(rule->monitor, monitor) == 0 &&
		    !is_of_failed(search, rule) &&
		    count++ < EXPECTED_RULES_MAX)
			error = expected_add_rule(expected, monitor,
						  rule->command);
	}
	return error;
}

/* What follows table and chain of a command: the place in it may have changed. */
static const char *skip_place(const char *command, size_t *chain)
{
	const char *at = command;
	int words = 4;

	/* TOOL -t TABLE -A CHAIN, or TOOL -t TABLE -I CHAIN NUMBER */
	for (int word = 0; word < words; word++) {
		if (word == 3)
			*chain = (size_t)(at - command);
		if (word == 3 && strncmp(at, "-I ", 3) == 0)
			words = 6;
		else if (word == 3)
			words = 5;
		at += strcspn(at, " ");
		at += *at == ' ';
	}
	return at;
}

static bool is_same_rule(const char *first, const char *other)
{
	size_t begin = 0;
	size_t other_begin = 0;
	const char *rest = skip_place(first, &begin);
	const char *other_rest = skip_place(other, &other_begin);
	const char *chain = first + begin;
	const char *other_chain = other + other_begin;

	/* Behind "-A " or "-I ". */
	chain += chain < rest ? 3 : 0;
	other_chain += other_chain < other_rest ? 3 : 0;
	return begin == other_begin && strncmp(first, other, begin) == 0 &&
	       strcspn(chain, " ") == strcspn(other_chain, " ") &&
	       strncmp(chain, other_chain, strcspn(chain, " ")) == 0 &&
	       strcmp(rest, other_rest) == 0;
}

/*
 * Of a monitor that has fewer rules, those remembered that were not found. If all were,
 * it has what it had: while a firewall is loaded anew, the kernel counts some twice.
 */
static void mark_gone(const struct search *search, struct expected *expected,
		      struct expected_entry *entry)
{
	const struct expected *found = &search->found;
	size_t known = 0;
	size_t gone = 0;

	for (size_t at = 0; at < expected->rule_count; at++) {
		struct expected_rule *rule = &expected->rules[at];

		if (strcmp(rule->monitor, entry->monitor) != 0)
			continue;
		known++;
		rule->is_gone = !is_of_failed(search, rule);
		for (size_t other = 0; other < found->rule_count; other++)
			rule->is_gone &= !is_same_rule(rule->command,
						       found->rules[other].command);
		gone += rule->is_gone;
	}
	for (int at = 0; at < FAMILIES; at++)
		gone += search->has_failed[at];
	if (known && !gone) {
		entry->state = EXPECTED_COUNTS;
		entry->references = known;
	}
}

int rules_remember(struct expected *expected)
{
	struct search search = {
		.deadline = clock_monotonic() +
			    RULES_SECONDS * INT64_C(1000000000),
	};
	int more = 0;

	for (int at = 0; more >= 0 && at < FAMILIES; at++) {
		more = search_tool(&search, at, families[at].name,
				   &search.is_nft[at]);
		search.is_there[at] = more > 0;
	}
	for (int at = 0; more >= 0 && at < FAMILIES &&
			 !is_enough(&search, expected); at++)
		more = search_other(&search, at);
	for (size_t at = 0; more >= 0 && at < expected->count; at++) {
		struct expected_entry *entry = &expected->list[at];

		if (entry->state == EXPECTED_FEWER)
			mark_gone(&search, expected, entry);
		else
			more = replace(&search, expected, entry->monitor);
	}
	expected_free(&search.found);
	return more < 0 ? more : 0;
}
