// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "counting/rules.h"

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

static int take_rule(struct parser *parser, const char *cursor, const char *end)
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
	return error ? error : take_rule(parser, cursor, end);
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
