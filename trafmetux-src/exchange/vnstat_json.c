// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON that "vnstat --json" of vnStat 2.x writes (jsonversion 2): bytes, in
 * local time. Its keys are those that src/dbjson.c of vnStat 2.10 prints.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/array.h"
#include "exchange/vnstat_resolve.h"
#include "exchange/vnstat_time.h"

static const struct {
	const char *key;
	enum vnstat_view view;
} views[] = {
	{ "fiveminute", VNSTAT_FIVE_MINUTES }, { "hour", VNSTAT_HOUR },
	{ "day", VNSTAT_DAY }, { "top", VNSTAT_DAY },
	{ "month", VNSTAT_MONTH }, { "year", VNSTAT_YEAR },
};

enum { VIEWS = sizeof(views) / sizeof(*views) };

/* A file while it is read. */
struct document {
	const struct import_request *request;
	const json_t *interfaces;
	struct vnstat *list;		/* those that are to be imported */
	size_t count;
	struct vnstat_months months;
};

static bool take_count(const json_t *object, const char *key, uint64_t *count)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*count = (uint64_t)json_integer_value(value);
	return true;
}

/* All that an interface tells of its clock. */
static int add_clocks(const json_t *interface, struct vnstat_clocks *clocks)
{
	const json_t *traffic = json_object_get(interface, "traffic");
	int error = vnstat_time_clock(json_object_get(interface, "updated"),
				      clocks);

	for (size_t at = 0; at < VIEWS; at++) {
		const json_t *list = json_object_get(traffic, views[at].key);

		for (size_t to = 0; !error && to < json_array_size(list); to++)
			error = vnstat_time_clock(json_array_get(list, to),
						  clocks);
	}
	return error;
}

static int fault_of_zone(const struct document *document,
			 const char *interface, const char *view)
{
	struct vnstat_clocks clocks = { 0 };
	char zones[600];
	char words[700];
	int error = 0;

	for (size_t at = 0;
	     !error && at < json_array_size(document->interfaces); at++)
		error = add_clocks(json_array_get(document->interfaces, at),
				   &clocks);
	vnstat_zone_words(&clocks, zones, sizeof(zones));
	vnstat_clocks_free(&clocks);
	snprintf(words, sizeof(words), " is in the times of another zone; %s",
		 zones);
	return vnstat_fault(document->request, interface, view, words);
}

/*
 * The entries of a view. "top" has days that are perhaps older than those of
 * "day", and is read after it.
 */
static int take_view(const struct document *document, struct vnstat *vnstat,
		     const json_t *traffic, size_t place)
{
	const struct import_request *request = vnstat->request;
	const char *key = views[place].key;
	const json_t *list = json_object_get(traffic, key);
	struct vnstat_span span = { .view = views[place].view,
				    .is_top = strcmp(key, "top") == 0 };
	int error = 0;

	if (list && !json_is_array(list))
		return vnstat_fault(request, vnstat->interface, key, " is no list");
	for (size_t at = 0; !error && at < json_array_size(list); at++) {
		const json_t *entry = json_array_get(list, at);

		error = vnstat_time_bounds(request->context->calendar, entry, &span);
		if (error == -EXDEV)
			return fault_of_zone(document, vnstat->interface, key);
		if (error || !take_count(entry, "rx", &span.bytes[VNSTAT_RX]) ||
		    !take_count(entry, "tx", &span.bytes[VNSTAT_TX]))
			return vnstat_fault(request, vnstat->interface, key,
					    " has an entry without its time, rx and tx");
		if (!span.is_top || !vnstat_has_day(vnstat, span.start))
			error = vnstat_add(vnstat, &span);
	}
	return error;
}

static int take_traffic(const struct document *document, struct vnstat *vnstat,
			const json_t *object)
{
	const json_t *traffic = json_object_get(object, "traffic");
	const json_t *total = json_object_get(traffic, "total");
	int error = 0;

	for (size_t at = 0; !error && at < VIEWS; at++)
		error = take_view(document, vnstat, traffic, at);
	if (!error && (!take_count(total, "rx", &vnstat->total[VNSTAT_RX]) ||
		       !take_count(total, "tx", &vnstat->total[VNSTAT_TX])))
		return vnstat_refuse(vnstat, "has no total");
	return error;
}

static int take_interface(const struct document *document,
			  const json_t *object, struct vnstat *vnstat)
{
	const struct import_request *request = vnstat->request;
	const json_t *created = json_object_get(object, "created");
	const json_t *updated = json_object_get(object, "updated");
	int error;

	vnstat->interface = json_string_value(json_object_get(object, "name"));
	if (!vnstat->interface)
		return vnstat_fault(request, NULL, "", "an interface has no name");
	error = vnstat_time_instant(request->context->calendar, updated,
				    &vnstat->updated);
	if (!error)
		error = vnstat_time_instant(request->context->calendar, created,
					    &vnstat->created);
	if (error == -EXDEV)
		return fault_of_zone(document, vnstat->interface, "it");
	if (error)
		return vnstat_refuse(vnstat,
				     "it is not told when it was created and updated");
	error = take_traffic(document, vnstat, object);
	return error ? error : vnstat_prepare(vnstat);
}

static bool is_wanted(const struct import_request *request,
		      const json_t *interface)
{
	const char *name =
		json_string_value(json_object_get(interface, "name"));

	return !request->interface ||
	       (name && strcmp(name, request->interface) == 0);
}

/* MonthRotate is a setting for all interfaces, so each bears witness. */
static void weigh_other(struct document *document, const json_t *object)
{
	struct messages silent = { .silent = true };
	struct context aside = *document->request->context;
	struct import_request request = *document->request;
	const struct document quiet = { .request = &request };
	struct vnstat vnstat = { .request = &request };
	FILE *nowhere = fopen("/dev/null", "we");

	aside.messages = &silent;
	aside.output = nowhere;
	request.context = &aside;
	if (nowhere && !take_interface(&quiet, object, &vnstat))
		vnstat_months_weigh(&vnstat, &document->months);
	vnstat_free(&vnstat);
	if (nowhere)
		fclose(nowhere);
}

static int take_interfaces(struct document *document)
{
	int error = 0;

	for (size_t at = 0;
	     !error && at < json_array_size(document->interfaces); at++) {
		const json_t *object = json_array_get(document->interfaces, at);
		struct vnstat *vnstat = &document->list[document->count];

		if (!is_wanted(document->request, object)) {
			weigh_other(document, object);
			continue;
		}
		document->count++;
		vnstat->request = document->request;
		error = take_interface(document, object, vnstat);
		for (size_t to = 0; !error && to + 1 < document->count; to++) {
			if (strcmp(document->list[to].interface,
				   vnstat->interface) == 0)
				error = vnstat_refuse(vnstat,
						      "it is in the file twice");
		}
		if (!error)
			vnstat_months_weigh(vnstat, &document->months);
	}
	return error;
}

/* All are read first, as each tells on which day months begin. */
static int import_interfaces(struct document *document,
			     struct import_files *files)
{
	const struct import_request *request = document->request;
	size_t wanted = 0;
	int error;

	for (size_t at = 0; at < json_array_size(document->interfaces); at++)
		wanted += is_wanted(request,
				    json_array_get(document->interfaces, at));
	if (!wanted && request->interface)
		return vnstat_fault(request, request->interface, "",
				    "not in this file");
	if (wanted > 1 && (request->rx || request->tx))
		return vnstat_fault(request, NULL, "",
				    "holds several interfaces; name one with --interface");
	error = take_interfaces(document);
	for (size_t at = 0; !error && at < document->count; at++) {
		error = vnstat_resolve(&document->list[at], &document->months);
		if (!error)
			error = vnstat_add_monitors(&document->list[at], files);
	}
	return error;
}

static int take_document(const struct import_request *request,
			 const json_t *root, struct import_files *files)
{
	const char *version =
		json_string_value(json_object_get(root, "jsonversion"));
	struct document document = {
		.request = request,
		.interfaces = json_object_get(root, "interfaces"),
	};
	size_t count = json_array_size(document.interfaces);
	int error;

	if (!version || !json_is_array(document.interfaces))
		return vnstat_fault(request, NULL, "",
				    "not what 'vnstat --json' writes");
	if (strcmp(version, "2"))
		return vnstat_fault(request, NULL, "",
				    "not of vnStat 2 (jsonversion 2); of vnStat 1, give what 'vnstat --exportdb' writes");
	document.list = calloc(count + 1, sizeof(*document.list));
	if (!document.list)
		return -ENOMEM;
	error = import_interfaces(&document, files);
	for (size_t at = 0; at < document.count; at++)
		vnstat_free(&document.list[at]);
	free(document.list);
	return error;
}

int import_vnstat_json(const struct import_request *request, int descriptor,
		       struct import_files *files)
{
	json_error_t trouble;
	json_t *document = json_loadfd(descriptor, JSON_REJECT_DUPLICATES,
				       &trouble);
	int error;

	if (!document) {
		message_report(request->context->messages,
			       "%s: line %d: %s; nothing was imported",
			       request->path, trouble.line, trouble.text);
		return IMPORT_REPORTED;
	}
	error = take_document(request, document, files);
	json_decref(document);
	return error;
}
