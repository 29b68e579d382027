// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/selection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "index/archive_files.h"

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
	struct stat status;
	int error = archive_open(&selection->archive, selection->archive_path,
				 selection->messages);

	if (!error)
		error = archive_files_list(&selection->archive, wanted,
					   &selection->listing);
	if (!error)
		return;
	archive_report_open(selection->messages, selection->archive_path, error);
	/* A link that leads nowhere is to something that is not there now. */
	selection->archive.is_unread = error != -ENOENT ||
		lstat(selection->archive_path, &status) == 0;
}

int selection_list_all(struct selection *selection, struct monitor_names *names)
{
	const struct source *source = selection->source;
	const struct archive_listing *listing = &selection->listing;
	int error = source->operations->list(source, names);

	selection_list_archive(selection, NULL);
	if (error && (error != -ENOENT || listing->count == 0))
		source_report_list(selection->messages, source, error);
	error = archive_listing_names(listing, names);
	monitor_names_sort(names);
	return error;
}

static void report_operand(const struct selection *selection,
			   const char *operand, int error)
{
	struct messages *messages = selection->messages;

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
	history_open(history, monitor, selection->source, &selection->archive,
		     &selection->listing);
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
	const struct source *source = selection->source;
	struct monitor_names wanted = { 0 };
	struct monitor_names live = { 0 };
	const struct known known = { &selection->listing, &live };
	bool has_operators = false;
	int error = 0;

	selection->archive.directory = -1;
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
