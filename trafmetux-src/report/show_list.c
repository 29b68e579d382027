// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "report/selection.h"
#include "report/show.h"

/* Appends a copy; 0 or -ENOMEM. */
static int list_add(struct list *list, const struct list_entry *entry)
{
	int error = array_reserve((void **)&list->entries, &list->capacity,
				  list->count + 1, sizeof(*entry));

	if (!error)
		list->entries[list->count++] = *entry;
	return error;
}

static void list_free(struct list *list)
{
	array_free((void **)&list->entries, &list->capacity);
	list->count = 0;
}

/* What can't be read may hold the first record: the list must not seem whole. */
static void report_unreadable(const struct history *history)
{
	const struct archive *archive = history->archive;
	char name[ARCHIVE_NAME_SIZE];
	size_t first = 0;
	size_t count = 0;
	int error = 0;

	for (size_t at = 0; at < history->count; at++) {
		archive_file_name(&history->files[at], name);
		if (faccessat(archive->directory, name, R_OK, 0) == 0 ||
		    errno == ENOENT)
			continue;
		if (count++ == 0) {
			first = at;
			error = errno;
		}
	}
	if (count > 1)
		archive_report(archive, &history->files[first],
			       "%s (and so are %zu more of this monitor)",
			       message_reason(error), count - 1);
	else if (count)
		archive_report(archive, &history->files[first], "%s",
			       message_reason(error));
}

static int add_entry(const struct selection *selection, const char *monitor,
		     struct list *list)
{
	struct list_entry entry = { 0 };
	struct history history;
	int error = 0;

	history_open(&history, monitor, selection->source, &selection->archive,
		     &selection->listing);
	if (history.is_known) {
		memcpy(entry.monitor, monitor, strlen(monitor) + 1);
		entry.is_live = history.is_live;
		entry.references = history.live.references;
		entry.series = history.live.series;
		report_unreadable(&history);
		entry.archived_since = history_archived_since(&history);
		error = list_add(list, &entry);
	}
	history_close(&history);
	return error;
}

void show_list(const struct show_request *request)
{
	const struct query *query = request->query;
	struct selection selection = {
		.source = request->source,
		.archive_path = query->archive_path,
		.messages = request->messages,
		.archive = { .directory = -1 },
	};
	struct monitor_names names = { 0 };
	struct list list = { 0 };
	int error = 0;

	if (query->word_count == 0) {
		error = selection_list_all(&selection, &names);
		for (size_t at = 0; !error && at < names.count; at++)
			error = add_entry(&selection, names.list[at], &list);
	} else {
		selection_list_archive(&selection, NULL);
		for (size_t at = 0; !error && at < query->word_count; at++)
			error = add_entry(&selection, query->words[at],
					  &list);
	}
	if (error)
		message_report(request->messages, "%s", message_reason(-error));
	else if (list.count || !query->word_count)
		request->render->list(&list, request->output);
	list_free(&list);
	monitor_names_free(&names);
	selection_close(&selection);
}
