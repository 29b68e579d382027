// SPDX-License-Identifier: GPL-2.0-or-later
/* Written row by row, so that ten years of minutes need no memory for it all. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "render.h"

static const char *const weekdays[] = {
	"sunday", "monday", "tuesday", "wednesday", "thursday", "friday",
	"saturday",
};

/* JSON's readers take numbers as signed at best. */
static json_t *number_value(uint64_t number)
{
	return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
}

/* Writes a value on a line of its own, and gives it up. */
static void write_value(FILE *output, json_t *value)
{
	/* There is no memory for a row: readers must not take it for whole. */
	if (!value || json_dumpf(value, output, JSON_COMPACT | JSON_ENCODE_ANY))
		fputs("out of memory", output);
	json_decref(value);
}

static void report_start(const struct report *report)
{
	const struct table *table = report->table;
	json_t *names = json_array();

	for (size_t at = 0; at < table->column_count; at++)
		json_array_append_new(names,
				      json_string(table->columns[at].monitor));
	fprintf(report->output, "{\"version\":%d,\"report\":\"%s\",\"timezone\":",
		RENDER_JSON_VERSION, report->name);
	write_value(report->output, json_string(report->zone));
	if (table->kind == PERIOD_WEEK)
		fprintf(report->output, ",\"first_day\":\"%s\"",
			weekdays[table->calendar->first_weekday]);
	if (table->kind == PERIOD_MONTH && table->calendar->first_month_day > 1)
		fprintf(report->output, ",\"month_start\":%d",
			table->calendar->first_month_day);
	fputs(",\"monitors\":", report->output);
	write_value(report->output, names);
	fputs(",\"rows\":[", report->output);
}

static void report_row(const struct report *report, const struct period *period,
		       const struct counters *row, size_t number)
{
	const struct table *table = report->table;
	json_t *value = json_object();
	json_t *monitors = json_array();

	json_object_set_new(value, "period", json_string(period->label));
	json_object_set_new(value, "start", period->bounded ?
			    json_integer(period->start) : json_null());
	json_object_set_new(value, "end", period->bounded ?
			    json_integer(period->end) : json_null());
	for (size_t at = 0; at < table->column_count; at++) {
		json_t *monitor = json_object();

		json_object_set_new(monitor, "name",
				    json_string(table->columns[at].monitor));
		json_object_set_new(monitor, "packets",
				    number_value(row[at].packets));
		json_object_set_new(monitor, "bytes",
				    number_value(row[at].bytes));
		json_array_append_new(monitors, monitor);
	}
	json_object_set_new(value, "monitors", monitors);
	fputs(number ? ",\n" : "\n", report->output);
	write_value(report->output, value);
}

static void report_end(const struct report *report)
{
	fputs("\n]}\n", report->output);
}

static json_t *list_value(const struct list_entry *entry)
{
	json_t *value = json_object();
	char series[17];

	snprintf(series, sizeof(series), "%016" PRIx64, entry->series);
	json_object_set_new(value, "name", json_string(entry->monitor));
	json_object_set_new(value, "live", json_boolean(entry->is_live));
	json_object_set_new(value, "rules",
			    entry->is_live && entry->references >= 0 ?
			    json_integer(entry->references) : json_null());
	json_object_set_new(value, "archived_since", entry->archived_since ?
			    json_integer(entry->archived_since) : json_null());
	json_object_set_new(value, "series", entry->is_live ?
			    json_string(series) : json_null());
	return value;
}

static void list(const struct list *monitors, FILE *output)
{
	fprintf(output, "{\"version\":%d,\"monitors\":[", RENDER_JSON_VERSION);
	for (size_t at = 0; at < monitors->count; at++) {
		fputs(at ? ",\n" : "\n", output);
		write_value(output, list_value(&monitors->entries[at]));
	}
	fputs("\n]}\n", output);
}

const struct render_operations render_json = {
	.report_start = report_start,
	.report_row = report_row,
	.report_end = report_end,
	.list = list,
};
