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

#include "vnstat_interface.h"
#include "vnstat_time.h"

static bool take_count(const json_t *object, const char *key, uint64_t *count)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*count = (uint64_t)json_integer_value(value);
	return true;
}

/*
 * The entries of a view. "top" has days that are perhaps older than those of
 * "day", and is read after it.
 */
static int take_view(struct vnstat *vnstat, const json_t *traffic,
		     const char *key, enum vnstat_view view)
{
	const struct import_request *request = vnstat->request;
	const json_t *list = json_object_get(traffic, key);
	const bool is_top = strcmp(key, "top") == 0;
	struct vnstat_span span = { .view = view };
	int error = 0;

	if (list && !json_is_array(list))
		return vnstat_fault(request, vnstat->interface, key, " is no list");
	for (size_t at = 0; !error && at < json_array_size(list); at++) {
		const json_t *entry = json_array_get(list, at);

		error = vnstat_time_bounds(request->calendar, entry, &span);
		if (error == -EXDEV)
			return vnstat_fault(request, vnstat->interface, key,
					    ": is in the times of another zone; name it with --tz");
		if (error || !take_count(entry, "rx", &span.bytes[VNSTAT_RX]) ||
		    !take_count(entry, "tx", &span.bytes[VNSTAT_TX]))
			return vnstat_fault(request, vnstat->interface, key,
					    " has an entry without its time, rx and tx");
		if (!is_top || !vnstat_has_day(vnstat, span.start))
			error = vnstat_add(vnstat, &span);
	}
	return error;
}

static int take_total(struct vnstat *vnstat, const json_t *traffic)
{
	const json_t *total = json_object_get(traffic, "total");
	uint64_t bytes[VNSTAT_DIRECTIONS];

	if (!take_count(total, "rx", &bytes[VNSTAT_RX]) ||
	    !take_count(total, "tx", &bytes[VNSTAT_TX]))
		return vnstat_fault(vnstat->request, vnstat->interface, "",
				    "has no total");
	return vnstat_add_total(vnstat, bytes);
}

static int take_traffic(struct vnstat *vnstat, const json_t *object)
{
	static const struct {
		const char *key;
		enum vnstat_view view;
	} views[] = {
		{ "fiveminute", VNSTAT_FIVE_MINUTES }, { "hour", VNSTAT_HOUR },
		{ "day", VNSTAT_DAY }, { "top", VNSTAT_DAY },
		{ "month", VNSTAT_MONTH }, { "year", VNSTAT_YEAR },
	};
	const json_t *traffic = json_object_get(object, "traffic");
	int error = 0;

	for (size_t at = 0; !error && at < sizeof(views) / sizeof(*views); at++)
		error = take_view(vnstat, traffic, views[at].key,
				  views[at].view);
	return error ? error : take_total(vnstat, traffic);
}

static int settle(const struct vnstat *vnstat)
{
	struct vnstat_span bad;
	char day[16];
	char words[256];

	if (!vnstat_settle(vnstat->spans, vnstat->count, &bad))
		return 0;
	calendar_format_day(calendar_day(vnstat->request->calendar, bad.start),
			    day, sizeof(day));
	snprintf(words, sizeof(words),
		 "the %s from %s on has less traffic than what vnStat has of its parts; write the file with 'vnstat --json d' or 'vnstat --json m', which leave those out",
		 vnstat_view_name(bad.view), day);
	return vnstat_fault(vnstat->request, vnstat->interface, "", words);
}

static int take_interface(const struct import_request *request,
			  const json_t *object, struct import_files *files)
{
	struct vnstat vnstat = {
		.request = request, .files = files,
		.interface = json_string_value(json_object_get(object, "name")),
	};
	const json_t *rotation = json_object_get(object, "monthrotate");
	int error;

	if (!vnstat.interface)
		return vnstat_fault(request, NULL, "", "an interface has no name");
	if (rotation && json_integer_value(rotation) != 1)
		return vnstat_fault(request, vnstat.interface, "",
				    "its months don't begin on the first (MonthRotate); that can't be imported");
	if (vnstat_time_instant(request->calendar,
				json_object_get(object, "created"),
				&vnstat.created) ||
	    vnstat_time_instant(request->calendar,
				json_object_get(object, "updated"),
				&vnstat.updated))
		return vnstat_fault(request, vnstat.interface, "",
				    "it is not told when it was created and updated");
	error = take_traffic(&vnstat, object);
	if (!error)
		error = settle(&vnstat);
	if (!error)
		error = vnstat_add_monitors(&vnstat);
	vnstat_free(&vnstat);
	return error;
}

static bool is_wanted(const struct import_request *request,
		      const json_t *interface)
{
	const char *name =
		json_string_value(json_object_get(interface, "name"));

	return !request->interface ||
	       (name && strcmp(name, request->interface) == 0);
}

static int take_document(const struct import_request *request,
			 const json_t *document, struct import_files *files)
{
	const char *version =
		json_string_value(json_object_get(document, "jsonversion"));
	const json_t *list = json_object_get(document, "interfaces");
	size_t wanted = 0;
	int error = 0;

	if (!version || !json_is_array(list))
		return vnstat_fault(request, NULL, "",
				    "not what 'vnstat --json' writes");
	if (strcmp(version, "2"))
		return vnstat_fault(request, NULL, "",
				    "not of vnStat 2 (jsonversion 2); of vnStat 1, give what 'vnstat --exportdb' writes");
	for (size_t at = 0; at < json_array_size(list); at++)
		wanted += is_wanted(request, json_array_get(list, at));
	if (!wanted && request->interface)
		return vnstat_fault(request, request->interface, "", "not in this file");
	if (wanted > 1 && (request->rx || request->tx))
		return vnstat_fault(request, NULL, "",
				    "holds several interfaces; name one with --interface");
	for (size_t at = 0; !error && at < json_array_size(list); at++) {
		const json_t *interface = json_array_get(list, at);

		if (is_wanted(request, interface))
			error = take_interface(request, interface, files);
	}
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
		message_report(request->messages,
			       "%s: line %d: %s; nothing was imported",
			       request->path, trouble.line, trouble.text);
		return IMPORT_REPORTED;
	}
	error = take_document(request, document, files);
	json_decref(document);
	return error;
}
