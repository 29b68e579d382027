// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/selection.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "index/archive_files.h"
#include "index/belief.h"

/* Longer operands are no expression. */
#define TEXT_SIZE (EXPRESSION_TERMS_MAX * (MONITOR_NAME_SIZE + 3))
/* Where a joined operand may be split; more is no expression. */
#define EDGES_MAX 64

static bool is_operator(char letter)
{
	return letter == '+' || letter == '-';
}

/* What follows the label. */
static const char *skip_label(const char *operand)
{
	const char *sign = strchr(operand, '=');

	return sign ? sign + 1 : operand;
}

bool expression_has_operators(const char *operand)
{
	return strpbrk(skip_label(operand), "+-") != NULL;
}

static bool is_spaced(const char *text)
{
	return strchr(text, ' ') != NULL;
}

/*
 * The places at which a joined text may be split: before it, at operators
 * between two letters, after it. Returns how many, or 0 when they are too many.
 */
static size_t find_edges(const char *text, size_t edges[EDGES_MAX])
{
	const size_t length = strlen(text);
	size_t count = 0;

	edges[count++] = 0;
	for (size_t at = 1; at + 1 < length; at++) {
		if (!is_operator(text[at]))
			continue;
		if (count + 1 == EDGES_MAX)
			return 0;
		edges[count++] = at;
	}
	edges[count++] = length;
	return count;
}

/* The name between two edges; false when it can't be one. */
static bool name_between(const char *text, const size_t edges[], size_t from,
			 size_t to, char name[MONITOR_NAME_SIZE])
{
	const size_t start = edges[from] + (from > 0);
	const size_t length = edges[to] - start;

	if (edges[to] <= start || length >= MONITOR_NAME_SIZE)
		return false;
	memcpy(name, text + start, length);
	name[length] = '\0';
	return monitor_name_valid(name);
}

int expression_candidates(const char *operand, struct monitor_names *names)
{
	const char *text = skip_label(operand);
	char name[MONITOR_NAME_SIZE];
	size_t edges[EDGES_MAX];
	char copy[TEXT_SIZE];
	size_t count;
	int error = 0;
	char *rest;

	if (strlen(text) >= sizeof(copy))
		return 0;
	strcpy(copy, text);
	if (is_spaced(text)) {
		for (char *word = strtok_r(copy, " ", &rest); word && !error;
		     word = strtok_r(NULL, " ", &rest)) {
			if (monitor_name_valid(word))
				error = monitor_names_add(names, word);
		}
		return error;
	}
	count = find_edges(text, edges);
	for (size_t from = 0; from + 1 < count; from++) {
		for (size_t to = from + 1; to < count && !error; to++) {
			if (name_between(text, edges, from, to, name))
				error = monitor_names_add(names, name);
		}
	}
	return error;
}

static int add_term(struct expression *expression, const char *monitor,
		    bool is_subtracted)
{
	struct expression_term *term;

	if (expression->count == EXPRESSION_TERMS_MAX ||
	    !monitor_name_valid(monitor))
		return -EINVAL;
	term = &expression->terms[expression->count++];
	strcpy(term->monitor, monitor);
	term->is_subtracted = is_subtracted;
	return 0;
}

static int parse_spaced(const char *text, struct expression *expression)
{
	char copy[TEXT_SIZE];
	bool is_name = true;
	bool is_subtracted = false;
	char *rest;

	strcpy(copy, text);
	for (char *word = strtok_r(copy, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest), is_name = !is_name) {
		if (is_name) {
			if (add_term(expression, word, is_subtracted))
				return -EINVAL;
		} else {
			if (!is_operator(word[0]) || word[1] != '\0')
				return -EINVAL;
			is_subtracted = word[0] == '-';
		}
	}
	return is_name ? -EINVAL : 0;
}

/* The names between the edges that ways lead over, the last one first. */
static int add_terms(const char *text, const size_t edges[],
		     const size_t before[], size_t last,
		     struct expression *expression)
{
	char name[MONITOR_NAME_SIZE];
	size_t path[EDGES_MAX];
	size_t count = 0;
	int error = 0;

	for (size_t at = last; at > 0; at = before[at])
		path[count++] = at;
	while (!error && count-- > 0) {
		const size_t from = before[path[count]];

		name_between(text, edges, from, path[count], name);
		error = add_term(expression, name,
				 from > 0 && text[edges[from]] == '-');
	}
	return error;
}

static int parse_joined(const char *text, expression_knows *knows,
			const void *context, struct expression *expression)
{
	unsigned int ways[EDGES_MAX] = { 1 };	/* to there; 2 is several */
	size_t before[EDGES_MAX] = { 0 };	/* the edge before, on one way */
	char name[MONITOR_NAME_SIZE];
	size_t edges[EDGES_MAX];
	size_t count = find_edges(text, edges);

	if (count == 2 || (strlen(text) < MONITOR_NAME_SIZE &&
			   knows(context, text)))
		return add_term(expression, text, false);
	if (count == 0)
		return -EINVAL;
	for (size_t to = 1; to < count; to++) {
		for (size_t from = 0; from < to; from++) {
			if (!ways[from] ||
			    !name_between(text, edges, from, to, name) ||
			    !knows(context, name))
				continue;
			ways[to] += ways[from];
			ways[to] = ways[to] > 2 ? 2 : ways[to];
			before[to] = from;
		}
	}
	if (ways[count - 1] != 1)
		return ways[count - 1] ? -ENOTUNIQ : -ENOENT;
	return add_terms(text, edges, before, count - 1, expression);
}

/* "wan - lan", or what was typed where it holds no blanks. */
static char *make_label(const struct expression *expression, const char *text)
{
	char label[TEXT_SIZE];
	size_t length = 0;

	if (!is_spaced(text))
		return strdup(text);
	for (size_t at = 0; at < expression->count; at++) {
		const struct expression_term *term = &expression->terms[at];
		const char *sign = term->is_subtracted ? " - " : " + ";

		length += (size_t)snprintf(label + length,
					   sizeof(label) - length, "%s%s",
					   at ? sign : "", term->monitor);
	}
	return strdup(label);
}

int expression_parse(const char *operand, expression_knows *knows,
		     const void *context, struct expression *expression)
{
	const char *text = skip_label(operand);
	char label[MONITOR_NAME_SIZE] = "";
	int error;

	*expression = (struct expression){ 0 };
	if (strlen(text) >= TEXT_SIZE)
		return -EINVAL;
	if (text != operand) {
		if (text - operand > MONITOR_NAME_SIZE)
			return -EINVAL;
		memcpy(label, operand, (size_t)(text - operand - 1));
		if (!monitor_name_valid(label))
			return -EINVAL;
	}
	error = is_spaced(text) ? parse_spaced(text, expression) :
				  parse_joined(text, knows, context, expression);
	if (error)
		return error;
	expression->label = *label ? strdup(label) :
				     make_label(expression, text);
	return expression->label ? 0 : -ENOMEM;
}

void expression_free(struct expression *expression)
{
	free(expression->label);
	expression->label = NULL;
}

/* What decides whether a monitor is there. */
struct known {
	const struct archive_listing *listing;
	const struct monitor_names *live;
};

static bool is_known(const void *context, const char *monitor)
{
	const struct known *known = context;
	size_t count;

	archive_files_of(known->listing, monitor, &count);
	return count || monitor_names_hold(known->live, monitor);
}

void selection_list_archive(struct selection *selection,
			    const struct monitor_names *wanted)
{
	const struct context *context = selection->context;
	const struct belief *belief = context->source->belief;
	struct stat status;
	int error = archive_open(&selection->archive, context->archive_path,
				 context->messages);

	if (belief)
		clock_memory_report(&belief->memory, context->archive_path,
				    context->messages);
	if (!error)
		error = archive_files_list(&selection->archive, wanted,
					   &selection->listing);
	if (!error)
		return;
	archive_report_open(context->messages, context->archive_path, error);
	/* A link that leads nowhere is to something that is not there now. */
	selection->archive.is_unread = error != -ENOENT ||
		lstat(context->archive_path, &status) == 0;
}

int selection_list_all(struct selection *selection, struct monitor_names *names)
{
	const struct source *source = selection->context->source;
	const struct archive_listing *listing = &selection->listing;
	int error = source->operations->list(source, names);

	selection_list_archive(selection, NULL);
	if (error && (error != -ENOENT || listing->count == 0))
		source_report_list(selection->context->messages, source, error);
	error = archive_listing_names(listing, names);
	monitor_names_sort(names);
	return error;
}

void selection_history(const struct selection *selection, const char *monitor,
		       struct history *history)
{
	history_open(history, monitor, selection->context->source,
		     &selection->archive, &selection->listing);
}

static void report_operand(const struct selection *selection,
			   const char *operand, int error)
{
	struct messages *messages = selection->context->messages;

	if (error == -ENOTUNIQ)
		message_report(messages,
			       "%s: can be split into monitors in more than one way; put blanks around the operators, as in 'wan - lan'",
			       operand);
	else if (error == -ENOENT)
		message_report(messages,
			       "%s: no such monitor, nor a sum or difference of some; see 'trafmetux list'",
			       operand);
	else if (strpbrk(operand, "=+ "))
		message_report(messages,
			       "'%s' is no column; give a monitor, or a sum such as 'input+output' or 'both=input + output' of at most %d",
			       operand, EXPRESSION_TERMS_MAX);
	else
		monitor_name_report(messages, operand);
}

/*
 * The place of a monitor's history, opened if it was not yet. Returns false
 * when the monitor is not known, which was reported.
 */
static bool find_history(struct selection *selection, const char *monitor,
			 size_t *place)
{
	struct history *history;

	for (*place = 0; *place < selection->history_count; ++*place) {
		if (strcmp(selection->histories[*place].monitor, monitor) == 0)
			return true;
	}
	history = &selection->histories[*place];
	selection_history(selection, monitor, history);
	if (history->is_known)
		selection->history_count++;
	else
		history_close(history);
	return history->is_known;
}

/* Takes the column if all of its monitors are known. */
static void take_column(struct selection *selection)
{
	struct expression *column =
		&selection->columns[selection->column_count];
	const size_t before = selection->history_count;
	bool is_complete = true;

	for (size_t at = 0; at < column->count; at++) {
		if (!find_history(selection, column->terms[at].monitor,
				  &column->terms[at].place))
			is_complete = false;
	}
	if (is_complete) {
		selection->column_count++;
		return;
	}
	/* Their names go with the column. */
	while (selection->history_count > before)
		history_close(&selection->histories[--selection->history_count]);
	expression_free(column);
}

static int take_columns(struct selection *selection, char *const operands[],
			size_t count, const struct known *known)
{
	for (size_t at = 0; at < count; at++) {
		int error = expression_parse(operands[at], is_known, known,
			&selection->columns[selection->column_count]);

		if (error == -ENOMEM)
			return error;
		if (error)
			report_operand(selection, operands[at], error);
		else
			take_column(selection);
	}
	return 0;
}

int selection_open(struct selection *selection, char *const operands[],
		   size_t count)
{
	const struct source *source = selection->context->source;
	struct monitor_names wanted = { 0 };
	struct monitor_names live = { 0 };
	const struct known known = { &selection->listing, &live };
	bool has_operators = false;
	int error = 0;

	selection->columns = calloc(count + 1, sizeof(*selection->columns));
	selection->histories = calloc(count * EXPRESSION_TERMS_MAX + 1,
				      sizeof(*selection->histories));
	if (!selection->columns || !selection->histories)
		return -ENOMEM;
	for (size_t at = 0; !error && at < count; at++) {
		has_operators |= expression_has_operators(operands[at]);
		error = expression_candidates(operands[at], &wanted);
	}
	monitor_names_sort(&wanted);
	if (!error) {
		/* What can't be read is reported when its monitor is. */
		if (has_operators)
			source->operations->list(source, &live);
		monitor_names_sort(&live);
		selection_list_archive(selection, &wanted);
		error = take_columns(selection, operands, count, &known);
	}
	monitor_names_free(&wanted);
	monitor_names_free(&live);
	return error;
}

bool selection_mark(struct selection *selection)
{
	bool any = false;

	for (size_t at = 0; at < selection->column_count; at++) {
		struct expression *column = &selection->columns[at];

		for (size_t term = 0; term < column->count; term++)
			column->is_about |=
				selection->histories[column->terms[term].place].is_about;
		any |= column->is_about;
	}
	return any;
}

void selection_close(struct selection *selection)
{
	for (size_t at = 0; at < selection->history_count; at++)
		history_close(&selection->histories[at]);
	for (size_t at = 0; at < selection->column_count; at++)
		expression_free(&selection->columns[at]);
	free(selection->histories);
	free(selection->columns);
	archive_listing_free(&selection->listing);
	archive_close(&selection->archive);
}
