// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads what meters by BPF counted, see bpf/meter.bpf.c, from their pinned maps. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/bpf.h"
#include "source/meter_counters.h"
#include "source/meter_pins.h"
#include "source/meter_rings.h"
#include "source/meter_time.h"
#include "source/source.h"

#define NS_A_SECOND 1000000000

static const char unlimited[] =
	"this kernel refused the program that a limit needs, so nothing stops it";

/* A slot that is read while it changes is read again, so often at most. */
#define TRIES 100

static const char fault_version[] =
	"made by another release of trafmetux; take it away with 'trafmetux unmeter', then meter anew";

/** A monitor being read. */
struct bpf_reading {
	int counter;
	int ring;
	int info;
	int limit;
	uint32_t processors;
	struct meter_info about;
	struct meter_moment moment;
	struct meter_counter *counters;
	struct meter_entry *row;	/* a second reading of it */
	struct meter_rings rings;
};

static int bpf_list(const struct source *source, struct monitor_names *names)
{
	return meter_pins_list(source->path, names);
}

static int open_pin(const struct source *source, const char *monitor, const char *kind,
		    bool to_read)
{
	char path[METER_PIN_SIZE];

	meter_pin_path(path, source->path, monitor, kind, "");
	return bpf_get(path, to_read);
}

static bool has_pin(const struct source *source, const char *monitor, const char *kind)
{
	char path[METER_PIN_SIZE];

	meter_pin_path(path, source->path, monitor, kind, "");
	return access(path, F_OK) == 0;
}

/* A slot as it is when it does not change: two readings agree. */
static int load_slot(void *context, uint32_t slot, struct meter_entry *row)
{
	struct bpf_reading *own = context;
	const size_t size = own->processors * sizeof(*row);
	int error = bpf_map_lookup(own->ring, slot, row);

	for (int tries = 0; !error && tries < TRIES; tries++) {
		error = bpf_map_lookup(own->ring, slot, own->row);
		if (error || memcmp(row, own->row, size) == 0)
			break;
		memcpy(row, own->row, size);
	}
	return error;
}

static int read_maps(struct bpf_reading *own, struct source_reading *reading)
{
	int error = bpf_map_lookup(own->info, 0, &own->about);

	if (error)
		return error;
	if (own->about.version != METER_VERSION || !own->about.minute ||
	    !own->about.slots || own->about.stretches > METER_STRETCHES) {
		reading->fault = fault_version;
		return -EBADMSG;
	}
	error = own->limit < 0 ? own->limit :
		meter_limit_read(own->limit, &reading->live.limit);
	if (error)
		return error;
	own->counters = calloc(own->processors, sizeof(*own->counters));
	own->row = calloc(own->processors, sizeof(*own->row));
	error = own->counters && own->row ?
		meter_counters_read(own->counter, own->counters, own->processors) :
		-ENOMEM;
	if (!error)
		error = meter_time_read(&own->moment);
	if (error)
		return error;
	meter_time_note(&own->about, &own->moment);
	own->rings = (struct meter_rings){
		.info = &own->about, .processors = own->processors,
		.counters = own->counters, .load = load_slot, .context = own,
	};
	return meter_rings_start(&own->rings, own->moment.jiffies);
}

/* A link tells whether its device is there; of a filter just that can be asked. */
static int count_attached(void *context, const char *kind, const char *device)
{
	struct source_reading *reading = context;
	unsigned int number = if_nametoindex(device);
	char path[METER_PIN_SIZE];
	int link;

	if (number && strcmp(kind, METER_PIN_LINK) == 0) {
		meter_pin_path(path, reading->source->path, reading->monitor, kind,
			       device);
		link = bpf_get(path, false);
		if (link < 0 || bpf_link_device(link, &number))
			number = 0;
		if (link >= 0)
			close(link);
	}
	reading->live.references += number != 0;
	return 0;
}

static int64_t count_dropped(const struct bpf_reading *own)
{
	uint64_t most = 0;

	for (uint32_t at = 0; at < own->processors; at++) {
		const uint64_t stored = own->counters[at].stored;

		if (stored >= own->about.slots && stored - own->about.slots + 1 > most)
			most = stored - own->about.slots + 1;
	}
	return (int64_t)most;
}

static void fill_live(struct source_reading *reading, const struct bpf_reading *own)
{
	struct live *live = &reading->live;
	const int64_t time = (int64_t)(own->moment.real / NS_A_SECOND);

	live->series = own->about.series;
	live->created = (int64_t)(own->about.created / NS_A_SECOND);
	live->dropped = count_dropped(own);
	live->time = time;
	live->time_rounded_up = time + (own->moment.real % NS_A_SECOND > 0);
	live->counters = meter_rings_sum(own->counters, own->processors);
	live->references = 0;
	live->is_metered = !own->about.is_for_rules;
	/* Of pins that are for rules nobody knows how many rules have them. */
	if (meter_pins_attached(reading->source->path, reading->monitor, count_attached,
				reading) || !live->is_metered)
		live->references = LIVE_UNKNOWN;
	live->is_of_plans = true;
	live->has_limits = has_pin(reading->source, reading->monitor, METER_PIN_OVER);
}

static void free_own(struct bpf_reading *own)
{
	const int maps[] = { own->counter, own->ring, own->info, own->limit };

	for (size_t at = 0; at < sizeof(maps) / sizeof(*maps); at++) {
		if (maps[at] >= 0)
			close(maps[at]);
	}
	meter_rings_free(&own->rings);
	free(own->counters);
	free(own->row);
	free(own);
}

static int open_maps(struct bpf_reading *own, const struct source *source,
		     const char *monitor)
{
	/* What may only be read can't be shared, and so not be mapped: see mmap(2). */
	own->counter = open_pin(source, monitor, METER_PIN_COUNTER, false);
	if (own->counter < 0)
		return own->counter;
	own->ring = open_pin(source, monitor, METER_PIN_RING, true);
	own->info = open_pin(source, monitor, METER_PIN_INFO, true);
	own->limit = open_pin(source, monitor, METER_PIN_LIMIT, true);
	return own->ring < 0 ? own->ring : own->info < 0 ? own->info : 0;
}

static int bpf_open(const struct source *source, const char *monitor,
		    struct source_reading *reading)
{
	const int processors = bpf_processors();
	struct bpf_reading *own;
	int error;

	reading->source = source;
	reading->monitor = monitor;
	reading->live = (struct live){ .references = LIVE_UNKNOWN,
				       .rules = LIVE_UNKNOWN,
				       .meters = LIVE_UNKNOWN,
				       .unlimited = unlimited,
				       .origin = { .kind = "bpf" } };
	reading->fault_line = 0;
	reading->own = NULL;
	if (processors < 0)
		return processors;
	own = calloc(1, sizeof(*own));
	if (!own)
		return -ENOMEM;
	own->processors = (uint32_t)processors;
	own->counter = own->ring = own->info = own->limit = -1;
	error = open_maps(own, source, monitor);
	if (!error)
		error = read_maps(own, reading);
	if (error) {
		free_own(own);
		return error;
	}
	fill_live(reading, own);
	reading->own = own;
	return 0;
}

static int bpf_next(struct source_reading *reading, struct sample *sample)
{
	struct bpf_reading *own = reading->own;

	return meter_rings_next(&own->rings, sample);
}

static void bpf_close(struct source_reading *reading)
{
	free_own(reading->own);
	reading->own = NULL;
}

static int bpf_limit(const struct source *source, const char *monitor, uint64_t bytes)
{
	const int map = open_pin(source, monitor, METER_PIN_LIMIT, false);
	int error;

	if (map < 0)
		return map;
	error = meter_limit_write(map, bytes);
	close(map);
	return error;
}

static const struct source_operations bpf_operations = {
	.list = bpf_list,
	.open = bpf_open,
	.next = bpf_next,
	.close = bpf_close,
	.limit = bpf_limit,
	.denied = "run as root, as only root may read what BPF counts",
	.kind = "bpf",
	.words = "BPF",
};

struct source source_bpf(const char *folder)
{
	return (struct source){ .operations = &bpf_operations, .path = folder };
}
