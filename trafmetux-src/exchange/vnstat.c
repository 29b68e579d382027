// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/vnstat.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/quantity.h"

static const char *const view_names[VNSTAT_VIEWS] = {
	"fiveminute", "hour", "day", "month", "year", "total",
};

const char *vnstat_view_name(enum vnstat_view view)
{
	return view_names[view];
}

/* Each entry before those that it holds. */
static int by_start(const void *left, const void *right)
{
	const struct vnstat_span *first = left;
	const struct vnstat_span *second = right;

	if (first->start != second->start)
		return first->start < second->start ? -1 : 1;
	return (int)second->view - (int)first->view;
}

static int by_rest_time(const void *left, const void *right)
{
	const struct vnstat_span *first = left;
	const struct vnstat_span *second = right;

	if (first->rest_time != second->rest_time)
		return first->rest_time < second->rest_time ? -1 : 1;
	return by_start(left, right);
}

/* Takes a finer entry's bytes from the one that holds it; false: it has fewer. */
static bool take_out(struct vnstat_span *outer, const struct vnstat_span *inner)
{
	for (int at = 0; at < VNSTAT_DIRECTIONS; at++) {
		if (outer->rest[at] < inner->bytes[at])
			return false;
		outer->rest[at] -= inner->bytes[at];
	}
	return true;
}

/* There is no finer entry from @outer->reached to @end. */
static void take_gap(struct vnstat_span *outer, int64_t end)
{
	if (end <= outer->reached || outer->is_closed)
		return;
	if (!outer->has_gap)
		outer->rest_since = outer->reached;
	outer->has_gap = true;
	outer->rest_time = end;
	if (outer->latest > outer->reached && outer->latest < end)
		outer->rest_time = outer->latest;
}

static void pass(struct vnstat_span *outer, const struct vnstat_span *inner)
{
	take_gap(outer, inner->start);
	outer->reached = inner->end;
	outer->is_closed |= outer->has_gap && !inner->is_top;
}

int vnstat_settle(struct vnstat_span *spans, size_t count,
		  struct vnstat_span *bad)
{
	struct vnstat_span *stack[VNSTAT_VIEWS];
	size_t depth = 0;

	qsort(spans, count, sizeof(*spans), by_start);
	for (size_t at = 0; at < count; at++) {
		struct vnstat_span *span = &spans[at];

		for (int to = 0; to < VNSTAT_DIRECTIONS; to++)
			span->rest[to] = span->bytes[to];
		span->has_gap = false;
		span->is_closed = false;
		span->reached = span->start;
		span->rest_since = span->start;
		span->rest_time = span->end;
		while (depth && stack[depth - 1]->end <= span->start)
			depth--;
		if (depth) {
			struct vnstat_span *outer = stack[depth - 1];

			*bad = *outer;
			if (outer->view <= span->view ||
			    outer->end < span->end || !take_out(outer, span))
				return -EBADMSG;
			pass(outer, span);
		}
		stack[depth++] = span;
	}
	for (size_t at = 0; at < count; at++)
		take_gap(&spans[at], spans[at].end);
	qsort(spans, count, sizeof(*spans), by_rest_time);
	return 0;
}

/* An interface of vnStat's, whatever it was read from, becomes two monitors. */
int vnstat_fault(const struct import_request *request, const char *interface,
		 const char *view, const char *words)
{
	message_report(request->context->messages, "%s: %s%s%s%s%s; nothing was imported",
		       request->path, interface ? "interface " : "",
		       interface ? interface : "", interface ? ": " : "", view,
		       words);
	return IMPORT_REPORTED;
}

int vnstat_refuse(const struct vnstat *vnstat, const char *format, ...)
{
	char words[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	return vnstat_fault(vnstat->request, vnstat->interface, "", words);
}

void vnstat_tell(const struct vnstat *vnstat, const char *format, ...)
{
	char words[1024];
	va_list arguments;
	int length = snprintf(words, sizeof(words), "%.99s: ", vnstat->interface);

	va_start(arguments, format);
	vsnprintf(words + length, sizeof(words) - (size_t)length, format,
		  arguments);
	va_end(arguments);
	/* A file may name its interfaces as it likes, and this may be a terminal. */
	for (char *at = words; *at; at++) {
		if ((unsigned char)*at < ' ' || (unsigned char)*at >= 0x7f)
			*at = '?';
	}
	fprintf(vnstat->request->context->output, "%s\n", words);
}

const char *vnstat_amount(const uint64_t bytes[VNSTAT_DIRECTIONS],
			  char text[VNSTAT_AMOUNT_SIZE])
{
	const struct unit small = { .label = "B" };
	const struct unit large = { 0 };
	char parts[VNSTAT_DIRECTIONS][UNIT_TEXT_SIZE];

	for (int at = 0; at < VNSTAT_DIRECTIONS; at++)
		unit_format(bytes[at] < 1024 ? &small : &large, bytes[at],
			    parts[at]);
	snprintf(text, VNSTAT_AMOUNT_SIZE, "%s in, %s out", parts[VNSTAT_RX],
		 parts[VNSTAT_TX]);
	return text;
}

void vnstat_sum(uint64_t sum[VNSTAT_DIRECTIONS],
		const uint64_t bytes[VNSTAT_DIRECTIONS])
{
	for (int at = 0; at < VNSTAT_DIRECTIONS; at++) {
		if (__builtin_add_overflow(sum[at], bytes[at], &sum[at]))
			sum[at] = UINT64_MAX;
	}
}

int vnstat_add(struct vnstat *vnstat, const struct vnstat_span *span)
{
	int error = array_reserve((void **)&vnstat->spans, &vnstat->capacity,
				  vnstat->count + 1, sizeof(*span));

	if (!error)
		vnstat->spans[vnstat->count++] = *span;
	return error;
}

void vnstat_remove(struct vnstat *vnstat)
{
	size_t kept = 0;

	for (size_t at = 0; at < vnstat->count; at++) {
		if (!vnstat->spans[at].is_gone)
			vnstat->spans[kept++] = vnstat->spans[at];
	}
	vnstat->count = kept;
}

bool vnstat_has_day(const struct vnstat *vnstat, int64_t start)
{
	for (size_t at = 0; at < vnstat->count; at++) {
		if (vnstat->spans[at].view == VNSTAT_DAY &&
		    vnstat->spans[at].start == start)
			return true;
	}
	return false;
}

int vnstat_add_total(struct vnstat *vnstat)
{
	struct vnstat_span span = { .view = VNSTAT_TOTAL,
				    .start = vnstat->created,
				    .end = vnstat->updated };

	for (int at = 0; at < VNSTAT_DIRECTIONS; at++)
		span.bytes[at] = vnstat->total[at];
	if (span.end <= span.start)
		span.end = span.start + 1;
	for (size_t at = 0; at < vnstat->count; at++) {
		if (vnstat->spans[at].start < span.start)
			span.start = vnstat->spans[at].start;
		if (vnstat->spans[at].end > span.end)
			span.end = vnstat->spans[at].end;
	}
	return vnstat_add(vnstat, &span);
}

struct sample vnstat_growth(const struct vnstat *vnstat,
			    const struct vnstat_span *span, int direction)
{
	struct sample growth = { .time = span->rest_time,
				 .since = span->rest_since,
				 .counters.bytes = span->rest[direction] };

	if (growth.time > vnstat->updated)
		growth.time = vnstat->updated > span->start ?
			      vnstat->updated : span->start + 1;
	if (growth.since >= growth.time)
		growth.since = span->start;
	if (growth.since < vnstat->created && vnstat->created < growth.time)
		growth.since = vnstat->created;
	/* A clock that was not set yet, east of Greenwich. */
	if (growth.time < 1)
		growth.time = 1;
	if (growth.since < 0)
		growth.since = 0;
	return growth;
}

static int add_direction(const struct vnstat *vnstat,
			 struct import_files *files, int direction,
			 const char *name)
{
	size_t place;
	int error = import_files_monitor(files, name, &place);

	for (size_t at = 0; !error && at < vnstat->count; at++) {
		const struct sample growth =
			vnstat_growth(vnstat, &vnstat->spans[at], direction);

		if (growth.time > import_latest(vnstat->request))
			return vnstat_refuse(vnstat,
					     "is of the future; is this machine's clock right?");
		error = import_files_add(files, place, &growth);
	}
	return error;
}

int vnstat_add_monitors(const struct vnstat *vnstat,
			struct import_files *files)
{
	const struct import_request *request = vnstat->request;
	const char *given[VNSTAT_DIRECTIONS] = { request->rx, request->tx };
	static const char *const ends[VNSTAT_DIRECTIONS] = { "-in", "-out" };
	char names[VNSTAT_DIRECTIONS][2 * MONITOR_NAME_SIZE];
	int error = 0;

	for (int at = 0; at < VNSTAT_DIRECTIONS; at++) {
		if (given[at])
			snprintf(names[at], sizeof(names[at]), "%s", given[at]);
		else
			snprintf(names[at], sizeof(names[at]), "%s%s",
				 vnstat->interface, ends[at]);
		if (!monitor_name_valid(names[at]))
			return vnstat_refuse(vnstat,
					     "can't name monitors; give --rx and --tx");
	}
	for (int at = 0; !error && at < VNSTAT_DIRECTIONS; at++)
		error = add_direction(vnstat, files, at, names[at]);
	return error;
}

void vnstat_free(struct vnstat *vnstat)
{
	array_free((void **)&vnstat->spans, &vnstat->capacity);
	vnstat->count = 0;
}
