// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index/belief.h"
#include "report/report_table.h"

/* While a report is made. */
struct show {
	const struct show_request *request;
	struct selection selection;
	struct report_table filled;
};

void show_report_future(const struct show_request *request,
			const struct selection *selection)
{
	const struct belief *belief = request->source->belief;

	if (!belief)
		return;
	if (!belief_is_sure(belief)) {
		belief_report(belief, request->messages);
		return;
	}
	for (size_t at = 0; at < selection->history_count; at++) {
		const struct history *history = &selection->histories[at];

		belief_report_files(belief, &selection->archive,
				    history->files, history->count);
	}
}

/* The widths that aligned columns need. */
static int measure(const struct show_request *request,
		   const struct report *report, struct rows *rows)
{
	struct row row;
	int answer;

	if (!request->render->measure)
		return 0;
	while ((answer = rows_next(rows, &row)) > 0)
		request->render->measure(report, &row);
	if (!answer && request->query->total) {
		answer = rows_total(rows, &row);
		if (!answer)
			request->render->measure(report, &row);
	}
	rows_rewind(rows);
	return answer;
}

static int render(const struct show_request *request,
		  const struct report *report, struct rows *rows)
{
	const bool has_total = request->query->total;
	size_t number = 0;
	struct row row;
	int answer = measure(request, report, rows);

	if (answer)
		return answer;
	request->render->report_start(report);
	while (!ferror(report->output) &&
	       (answer = rows_next(rows, &row)) > 0)
		request->render->report_row(report, &row, number++);
	if (answer >= 0 && has_total)
		answer = rows_total(rows, &row);
	/* What ends early must not be taken for whole. */
	if (answer >= 0)
		request->render->report_end(report, has_total ? &row : NULL);
	return answer < 0 ? answer : 0;
}

static int render_report(struct show *show)
{
	const struct show_request *request = show->request;
	const struct query *query = request->query;
	const struct selection *selection = &show->selection;
	char zone[CALENDAR_ZONE_SIZE];
	const struct report report = {
		.name = query->name,
		.kind = query->period,
		.calendar = request->calendar,
		.columns = selection->columns,
		.column_count = selection->column_count,
		.unit = query->unit,
		.zone = zone,
		.has_packets = query->packets,
		.has_rates = query->rates,
		.is_styled = request->is_styled,
		.widths = calloc(RENDER_WIDTHS(selection->column_count),
				 sizeof(int)),
		.output = request->output,
	};
	const struct rows_request wanted = {
		.table = &show->filled.table,
		.columns = selection->columns,
		.column_count = selection->column_count,
		.logs = show->filled.logs,
		.present = request->present,
		.top = query->top,
	};
	struct rows rows;
	int error = report.widths ? rows_start(&rows, &wanted) : -ENOMEM;

	if (!error) {
		calendar_zone(request->calendar, request->present, zone);
		error = render(request, &report, &rows);
		rows_free(&rows);
	}
	free(report.widths);
	return error;
}

void show_run(const struct show_request *request)
{
	struct show show = {
		.request = request,
		.selection = { .source = request->source,
			       .archive_path = request->query->archive_path,
			       .messages = request->messages },
	};
	int error = selection_open(&show.selection, request->query->words,
				   request->query->word_count);

	/* With no column there is nothing to show, and that was said. */
	if (!error && !show.selection.column_count) {
		selection_close(&show.selection);
		return;
	}
	if (!error) {
		show_report_future(request, &show.selection);
		error = report_table_fill(&show.filled, request,
					  &show.selection);
	}
	if (!error)
		error = render_report(&show);
	if (error)
		message_report(request->messages, "%s", message_reason(-error));
	report_table_free(&show.filled);
	selection_close(&show.selection);
}
