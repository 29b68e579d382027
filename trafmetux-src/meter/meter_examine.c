// SPDX-License-Identifier: GPL-2.0-or-later
#include "meter/meter_examine.h"

#include <stdio.h>
#include <string.h>

#include "meter/meter.h"
#include "meter/meter_attach.h"
#include "meter/meter_module.h"
#include "meter/netlink.h"
#include "source/meter_pins.h"
#include "source/module_meters.h"

/* While they are examined. */
struct examining {
	struct messages *messages;
	const char *folder;
	struct devices devices;
	struct meters all;
	const char *monitor;	/* whose pins are looked at */
};

/* How it counts is not how it should. */
static void examine_way(const struct examining *examining,
			const struct module_meter *found, const struct meter *meter)
{
	struct messages *messages = examining->messages;

	if (found->way == MODULE_WAY_IN && meter_module_way(meter) == MODULE_WAY_TAPPED_IN)
		message_report(messages,
			       "%s: tc redirects what arrives at %s, so that it is not counted; an update mends it, or 'trafmetux meter --again'",
			       found->monitor, found->device);
	if (found->way == MODULE_WAY_OUT && meter_module_way(meter) == MODULE_WAY_ROUTED_OUT)
		message_report(messages,
			       "%s: what tc redirects as it comes in elsewhere is not counted where it leaves by %s; run 'trafmetux meter' for it again",
			       found->monitor, found->device);
	if (found->error)
		message_report(messages, "%s: %s is not metered: %s", found->monitor,
			       found->device, meter_module_reason(found->error));
}

static int examine_module(void *context, const struct module_meter *found)
{
	struct examining *examining = context;
	struct meter meter = { .is_out = module_way_is_out(found->way) };

	strcpy(meter.monitor, found->monitor);
	strcpy(meter.device, found->device);
	examine_way(examining, found, &meter);
	return meters_add(&examining->all, &meter);
}

/* A device that is not there has its meter missed by its monitor. */
static int examine_pin(void *context, const char *kind, const char *device)
{
	struct examining *examining = context;
	struct messages *messages = examining->messages;
	struct meter meter = { .is_out = false };
	struct meter_standing standing;

	(void)kind;
	strcpy(meter.monitor, examining->monitor);
	strcpy(meter.device, device);
	if (!devices_find(&examining->devices, device) ||
	    meter_attach_find(examining->folder, &meter, &standing))
		return meters_add(&examining->all, &meter);
	if (!standing.is_there)
		message_report(messages,
			       "%s: its program was taken from %s; run 'trafmetux meter --again' as root",
			       meter.monitor, device);
	else if (!standing.is_first)
		message_note(messages,
			     "%s: another's filter comes before it at %s, and what that one decides on is not counted",
			     meter.monitor, device);
	return meters_add(&examining->all, &meter);
}

static void examine_pins(struct examining *examining)
{
	const char *folder = examining->folder;
	struct monitor_names names = { 0 };

	if (!meter_pins_list(folder, &names)) {
		for (size_t at = 0; at < names.count; at++) {
			examining->monitor = names.list[at];
			meter_pins_attached(folder, names.list[at], examine_pin,
					    examining);
		}
	}
	monitor_names_free(&names);
}

/* Is the device an earlier one's, too? */
static bool is_again(const struct meters *all, size_t at)
{
	for (size_t before = 0; before < at; before++) {
		if (strcmp(all->list[before].device, all->list[at].device) == 0)
			return true;
	}
	return false;
}

static void examine_devices(const struct examining *examining)
{
	struct messages *messages = examining->messages;
	const struct meters *all = &examining->all;

	for (size_t at = 0; at < all->count; at++) {
		const char *name = all->list[at].device;
		const struct device *device = devices_find(&examining->devices, name);

		if (!device || is_again(all, at))
			continue;
		if (device->has_xdp)
			message_note(messages,
				     "%s: it has an XDP program; what that one takes away is not counted, see 'ip link show %s'",
				     name, name);
		for (size_t other = 0; other < at; other++) {
			if (!is_again(all, other) &&
			    devices_are_parts(&examining->devices, name,
					      all->list[other].device))
				message_note(messages, METER_PARTS_WORDS,
					     name, all->list[other].device);
		}
	}
}

void meter_examine(const struct context *context, const char *folder)
{
	struct examining examining = { .messages = context->messages, .folder = folder };

	if (!devices_read(&examining.devices)) {
		module_meters_read(context->source->path, examine_module, &examining);
		examine_pins(&examining);
		examine_devices(&examining);
	}
	devices_free(&examining.devices);
	meters_free(&examining.all);
}
