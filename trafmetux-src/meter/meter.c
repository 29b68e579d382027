// SPDX-License-Identifier: GPL-2.0-or-later
#include "meter/meter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_file.h"
#include "base/machine.h"
#include "meter/meter_attach.h"
#include "meter/meter_module.h"
#include "meter/netlink.h"
#include "source/bpf.h"
#include "source/meter_pins.h"

/* While it runs, no other process changes what is metered. */
struct metering {
	const struct meter_request *request;
	struct archive archive;
	struct meters remembered;
	int lock;
	bool is_module;
	bool is_again;		/* by an update: silent */
	bool is_remembered;	/* of another network namespace nothing is */
};

static void report(const struct meter_request *request, const char *what, int error)
{
	const char *words = message_reason(-error);

	if (error == -ENODEV)
		words = "there is no such device; see 'ip link'";
	else if (error == -EPERM || error == -EACCES)
		words = "permission denied; run it as root";
	else if (error == -ENOSYS)
		words = "this kernel has no BPF; load the kernel module with 'modprobe xt_TRAFMETUX'";
	else if (error == -ENXIO)
		words = METER_PINS_ROOT " can't be seen here; mount it with 'mount -t bpf trafmetux " METER_PINS_ROOT "'";
	else if (error == -EADDRINUSE)
		words = "it has an ingress qdisc, as shapers make it, so that what leaves is not counted; have clsact in its place";
	else if (error == -EAGAIN)
		words = "another trafmetux is at it; try again";
	else if (error == -EBADMSG)
		words = "it has a line that is none; mend or remove it";
	message_report(request->context->messages, "%s: %s", what, words);
}

static int start(struct metering *metering, const struct meter_request *request,
		 bool is_again)
{
	const struct place place = place_find();
	int error;

	*metering = (struct metering){
		.request = request, .lock = -1, .is_again = is_again,
		.is_module = meter_module_is_there(request->module_path),
		.is_remembered = place.network && place.network == place.home,
	};
	error = archive_open(&metering->archive, request->context->archive_path,
			     request->context->messages);
	if (error) {
		archive_report_open(request->context->messages,
				    request->context->archive_path, error);
		return error;
	}
	metering->lock = archive_note_lock(&metering->archive, ".meters");
	error = metering->lock < 0 ? metering->lock : 0;
	if (!error)
		error = meters_read(&metering->remembered, &metering->archive);
	if (error)
		report(request, ".meters", error);
	/* What can be read is laid again; nothing is written without the rest. */
	if (error == -EBADMSG && is_again)
		error = 0;
	if (error) {
		meters_free(&metering->remembered);
		if (metering->lock >= 0)
			close(metering->lock);
		archive_close(&metering->archive);
	}
	return error;
}

static void finish(struct metering *metering)
{
	meters_free(&metering->remembered);
	close(metering->lock);
	archive_close(&metering->archive);
}

static void remember(struct metering *metering)
{
	int error = 0;

	if (metering->is_remembered)
		error = meters_write(&metering->remembered, &metering->archive);
	if (error)
		report(metering->request, ".meters", error);
}

static void tell(const struct metering *metering, const struct meter *meter,
		 const struct meter_attached *attached)
{
	FILE *output = metering->request->context->output;

	fprintf(output, "%s: counts what %s %s, by BPF", meter->monitor,
		meter->is_out ? "leaves by" : "arrives at", meter->device);
	if (attached->bytes)
		fprintf(output, " in %llu KB of memory", (attached->bytes + 1023) / 1024);
	fputs("\n", output);
	if (!attached->is_first)
		message_note(metering->request->context->messages,
			     "%s: another's filter comes before it, and what that one decides on is not counted; see 'tc filter show dev %s %s'",
			     meter->monitor, meter->device,
			     meter->is_out ? "egress" : "ingress");
}

/* What is not counted, and why it is so. */
static void tell_routed(const struct metering *metering, const struct meter *meter,
			bool is_shaped)
{
	message_note(metering->request->context->messages,
		     is_shaped ?
			"%s: as tc redirects what comes in elsewhere, only what IP sends is counted: not what bridges and flow offload carry" :
			"%s: as this kernel has no hook at egress, only what IP sends is counted: not what bridges and flow offload carry",
		     meter->monitor);
}

static int lay_module(const struct metering *metering, const struct meter *meter)
{
	const struct meter_request *request = metering->request;
	struct meter_laid laid = { .is_shaped = false };
	int error = meter_module_lay(request->module_path, meter, metering->is_again,
				     &laid);

	if (error) {
		message_report(request->context->messages, "%s: %s", meter->monitor,
			       meter_module_reason(error));
		return error;
	}
	if (metering->is_again)
		return 0;
	fprintf(request->context->output,
		"%s: counts what %s %s%s, by the kernel module\n",
		meter->monitor,
		laid.way == MODULE_WAY_ROUTED_OUT ? "IP sends by" :
		meter->is_out ? "leaves by" : "arrives at", meter->device,
		laid.way == MODULE_WAY_TAPPED_IN ? ", before tc redirects it" : "");
	if (laid.way == MODULE_WAY_ROUTED_OUT)
		tell_routed(metering, meter, laid.is_shaped);
	return 0;
}

/* What BPF began it goes on with, or two would count. */
static bool is_by_bpf(const struct metering *metering, const struct meter *meter)
{
	char path[METER_PIN_SIZE];

	meter_pin_path(path, metering->request->folder, meter->monitor,
		       METER_PIN_COUNTER, "");
	return !metering->is_module || access(path, F_OK) == 0;
}

static int lay_bpf(const struct metering *metering, const struct meter *meter)
{
	const struct meter_request *request = metering->request;
	struct meter_attached attached;
	int error = meter_attach(request->folder, meter, &attached);

	if (!error && !metering->is_again)
		tell(metering, meter, &attached);
	/* It waits. */
	if (error == -ENODEV)
		return 0;
	if (error)
		report(request, meter->device, error);
	return error;
}

static int lay_rule(const struct metering *metering, const struct meter *meter)
{
	const struct meter_request *request = metering->request;
	const int error = meter_pin_rule(request->folder, meter->monitor);

	if (error)
		report(request, meter->monitor, error);
	return error;
}

static int lay(const struct metering *metering, const struct meter *meter)
{
	if (meter->is_rule)
		return lay_rule(metering, meter);
	return is_by_bpf(metering, meter) ? lay_bpf(metering, meter) :
					    lay_module(metering, meter);
}

/* A monitor's name for a device and a direction; false if there can't be such. */
static bool name_meter(const struct meter_request *request, const char *device,
		       bool is_out, struct meter *meter)
{
	const char *name = request->name ? request->name : device;
	char monitor[MONITOR_NAME_SIZE + 4];

	*meter = (struct meter){ .is_out = is_out };
	if (!meter_device_valid(device)) {
		report(request, device, -ENODEV);
		return false;
	}
	strcpy(meter->device, device);
	snprintf(monitor, sizeof(monitor), "%s-%s", name, is_out ? "out" : "in");
	if (!monitor_name_valid(monitor)) {
		message_report(request->context->messages,
			       "%s: '%s' can't be a monitor's name; give another one with --name",
			       device, monitor);
		return false;
	}
	strcpy(meter->monitor, monitor);
	return true;
}

/* Those that see the same, as a bridge and its port do; those that are not there. */
static void tell_device(const struct metering *metering, const struct meters *later,
			const struct meter *meter)
{
	const struct meters *all = &metering->remembered;
	struct messages *messages = metering->request->context->messages;
	struct devices devices = { .count = 0 };

	if (devices_read(&devices) == 0 && !devices_find(&devices, meter->device))
		message_note(messages,
			     "%s: there is no such device; it is metered once there is",
			     meter->device);
	for (size_t at = 0; at < all->count; at++) {
		if (!all->list[at].is_out && !meters_hold(later, &all->list[at]) &&
		    devices_are_parts(&devices, meter->device, all->list[at].device))
			message_note(messages, METER_PARTS_WORDS, meter->device,
				     all->list[at].device);
	}
	devices_free(&devices);
}

/* What could not be laid is as if it had not been asked for. */
static void lay_all(struct metering *metering, const struct meters *wanted,
		    const struct meters *before)
{
	bool has_failed = false;

	for (size_t at = 0; at < wanted->count; at++) {
		const struct meter *meter = &wanted->list[at];

		if (lay(metering, meter) && !is_by_bpf(metering, meter) &&
		    !meters_hold(before, meter)) {
			meters_remove(&metering->remembered, meter);
			has_failed = true;
		} else if (!meter->is_out) {
			const struct meters later = { .list = wanted->list + at,
						      .count = wanted->count - at };

			tell_device(metering, &later, meter);
		}
	}
	if (has_failed)
		remember(metering);
}

static int mount_pins(const struct metering *metering)
{
	int error = meter_pin_mount();

	if (!error && metering->is_remembered)
		error = meter_pin_name_own(metering->request->folder);
	if (error)
		report(metering->request, METER_PINS_ROOT, error);
	return error;
}

void meter_lay(const struct meter_request *request, char *const *devices, size_t count)
{
	struct metering metering;
	struct meters wanted = { 0 };
	struct meters before = { 0 };
	int error;

	if (start(&metering, request, false))
		return;
	error = metering.is_module ? 0 : mount_pins(&metering);
	for (size_t at = 0; !error && at < 2 * count; at++) {
		struct meter meter;

		if (!name_meter(request, devices[at / 2], at % 2, &meter)) {
			at |= 1;
			continue;
		}
		if (meters_hold(&metering.remembered, &meter))
			error = meters_add(&before, &meter);
		if (!error)
			error = meters_add(&wanted, &meter);
		if (!error)
			error = meters_add(&metering.remembered, &meter);
		if (error)
			report(request, meter.device, error);
	}
	/* Before they are laid: whoever is killed then has an update lay them. */
	if (!error && wanted.count)
		remember(&metering);
	if (!error)
		lay_all(&metering, &wanted, &before);
	meters_free(&wanted);
	meters_free(&before);
	finish(&metering);
}

/* Most machines have no meters. */
static bool has_any(const struct meter_request *request)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/.meters", request->context->archive_path);
	return access(path, F_OK) == 0 || access(request->folder, F_OK) == 0;
}

/* What rules need is pinned even where the kernel module meters devices. */
static bool needs_pins(const struct metering *metering)
{
	bool needs = !metering->is_module && metering->remembered.count;

	for (size_t at = 0; at < metering->remembered.count; at++)
		needs |= metering->remembered.list[at].is_rule;
	return needs;
}

void meter_again(const struct meter_request *request)
{
	struct monitor_names names = { 0 };
	struct metering metering;
	int error = 0;

	if (!has_any(request) || start(&metering, request, true))
		return;
	if (metering.is_remembered && needs_pins(&metering))
		error = mount_pins(&metering);
	for (size_t at = 0; !error && metering.is_remembered &&
			    at < metering.remembered.count; at++)
		lay(&metering, &metering.remembered.list[at]);
	if (!meter_pins_list(request->folder, &names)) {
		for (size_t at = 0; at < names.count; at++)
			meter_maps_note_time(request->folder, names.list[at]);
	}
	monitor_names_free(&names);
	if (metering.is_remembered)
		meter_namespaces_clean(request->folder);
	finish(&metering);
}

/* What has pins for a device, and is not remembered: of another namespace. */
struct pinned {
	struct meters *meters;
	const char *monitor;
	const char *device;
	bool is_fed;		/* by any device */
};

static int take_pinned(void *context, const char *kind, const char *device)
{
	struct pinned *pinned = context;
	struct meter meter = { .is_out = false };

	(void)kind;
	pinned->is_fed = true;
	if (!pinned->device || strcmp(device, pinned->device) != 0)
		return 0;
	strcpy(meter.monitor, pinned->monitor);
	strcpy(meter.device, device);
	return meters_add(pinned->meters, &meter);
}

/** What the kernel module has for a device, of another namespace. */
struct module_search {
	struct meters *meters;
	const char *device;
};

/* Only what 'trafmetux meter' may have named: others' is not taken away. */
static int take_module(void *context, const struct module_meter *found)
{
	const struct module_search *search = context;
	struct meter meter = { .is_out = module_way_is_out(found->way) };
	const char *suffix = strrchr(found->monitor, '-');

	if (strcmp(found->device, search->device) != 0 || !suffix ||
	    strcmp(suffix, meter.is_out ? "-out" : "-in") != 0)
		return 0;
	strcpy(meter.monitor, found->monitor);
	strcpy(meter.device, found->device);
	return meters_add(search->meters, &meter);
}

/* All that a device feeds, of the name that was asked for. */
static int find_fed(const struct metering *metering, const char *device,
		    struct meters *found)
{
	const struct meter_request *request = metering->request;
	struct monitor_names names = { 0 };
	struct pinned pinned = { .meters = found, .device = device };
	struct module_search in_module = { .meters = found, .device = device };
	int error = 0;

	for (size_t at = 0; !error && metering->is_remembered &&
			    at < metering->remembered.count; at++) {
		if (strcmp(metering->remembered.list[at].device, device) == 0)
			error = meters_add(found, &metering->remembered.list[at]);
	}
	if (!error && !meter_pins_list(request->folder, &names)) {
		for (size_t at = 0; !error && at < names.count; at++) {
			pinned.monitor = names.list[at];
			error = meter_pins_attached(request->folder, names.list[at],
						    take_pinned, &pinned);
		}
	}
	monitor_names_free(&names);
	if (!error && metering->is_module && !metering->is_remembered)
		error = module_meters_read(request->module_path, take_module, &in_module);
	return error;
}

static bool is_named(const struct meter_request *request, const struct meter *meter)
{
	const char *suffix = strrchr(meter->monitor, '-');
	const size_t length = request->name ? strlen(request->name) : 0;

	return !request->name ||
	       (suffix && (size_t)(suffix - meter->monitor) == length &&
		strncmp(meter->monitor, request->name, length) == 0);
}

static int take_one(struct metering *metering, const struct meter *meter)
{
	const struct meter_request *request = metering->request;
	int error = meter_detach(request->folder, meter);

	if (!error && metering->is_module)
		error = meter_module_remove(request->module_path, meter);
	return error;
}

static bool is_fed(const struct metering *metering, const char *monitor)
{
	struct pinned pinned = { .monitor = monitor };

	for (size_t at = 0; at < metering->remembered.count; at++) {
		if (strcmp(metering->remembered.list[at].monitor, monitor) == 0)
			return true;
	}
	meter_pins_attached(metering->request->folder, monitor, take_pinned, &pinned);
	return pinned.is_fed;
}

void meter_take_away(const struct meter_request *request, char *const *devices,
		     size_t count, struct meter_taken *all)
{
	struct metering metering;
	int error = 0;

	if (start(&metering, request, false))
		return;
	for (size_t at = 0; !error && at < count; at++) {
		struct meters found = { 0 };
		size_t taken = 0;

		error = find_fed(&metering, devices[at], &found);
		for (size_t each = 0; !error && each < found.count; each++) {
			if (!is_named(request, &found.list[each]))
				continue;
			/* First this, or an update would lay it again. */
			meters_remove(&metering.remembered, &found.list[each]);
			remember(&metering);
			error = take_one(&metering, &found.list[each]);
			if (!error)
				error = monitor_names_add(
					is_fed(&metering, found.list[each].monitor) ?
						&all->fed : &all->unfed,
					found.list[each].monitor);
			taken++;
		}
		if (error)
			report(request, devices[at], error);
		else if (!taken)
			message_report(request->context->messages,
				       "%s: it is not metered",
				       devices[at]);
		meters_free(&found);
	}
	monitor_names_sort(&all->fed);
	monitor_names_sort(&all->unfed);
	finish(&metering);
}

void meter_forget(const struct meter_request *request, const struct monitor_names *names)
{
	for (size_t at = 0; at < names->count; at++) {
		int error = meter_maps_remove(request->folder, names->list[at]);

		if (error)
			report(request, names->list[at], error);
	}
}

/* A rule's file has the name that stays. */
static void print_rule(const struct metering *metering, const char *monitor,
		       const char *kind, const char *words)
{
	char path[METER_PIN_SIZE];

	meter_pin_path(path, metering->is_remembered ? METER_PINS_OWN :
						       metering->request->folder,
		       monitor, kind, "");
	fprintf(metering->request->context->output, "-m bpf --object-pinned %s%s\n", path, words);
}

static bool has_pin(const struct metering *metering, const char *monitor,
		    const char *kind)
{
	char path[METER_PIN_SIZE];

	meter_pin_path(path, metering->request->folder, monitor, kind, "");
	return access(path, F_OK) == 0;
}

/* A monitor that devices feed would count twice what a rule counts as well. */
static void print_rules(const struct metering *metering, const char *monitor)
{
	if (has_pin(metering, monitor, METER_PIN_RULE))
		print_rule(metering, monitor, METER_PIN_RULE, "");
	if (has_pin(metering, monitor, METER_PIN_OVER))
		print_rule(metering, monitor, METER_PIN_OVER, " -j DROP");
}

/* Does a device feed it, or is it to? */
static bool is_of_device(const struct metering *metering, const char *monitor)
{
	const struct meters *all = &metering->remembered;

	for (size_t at = 0; at < all->count; at++) {
		if (!all->list[at].is_rule && strcmp(all->list[at].monitor, monitor) == 0)
			return true;
	}
	return has_pin(metering, monitor, METER_PIN_COUNTER) &&
	       !has_pin(metering, monitor, METER_PIN_RULE);
}

void meter_rule(const struct meter_request *request, const char *monitor)
{
	struct meter meter = { .is_rule = true };
	struct metering metering;
	int error;

	if (start(&metering, request, false))
		return;
	error = mount_pins(&metering);
	strcpy(meter.monitor, monitor);
	if (!error && !is_of_device(&metering, monitor)) {
		error = meters_add(&metering.remembered, &meter);
		if (!error) {
			remember(&metering);
			error = lay_rule(&metering, &meter);
		}
	} else if (!error && !has_pin(&metering, monitor, METER_PIN_COUNTER)) {
		message_report(request->context->messages,
			       "%s: the kernel module counts it; have '-m trafmetux --monitor %s --over-limit' in a rule",
			       monitor, monitor);
	}
	if (!error)
		print_rules(&metering, monitor);
	finish(&metering);
}

void meter_rule_remove(const struct meter_request *request, const char *monitor,
		       struct meter_taken *all)
{
	struct meter meter = { .is_rule = true };
	struct metering metering;
	char path[METER_PIN_SIZE];
	int error = 0;

	if (start(&metering, request, false))
		return;
	strcpy(meter.monitor, monitor);
	meter_pin_path(path, request->folder, monitor, METER_PIN_RULE, "");
	if (!meters_hold(&metering.remembered, &meter) && access(path, F_OK)) {
		message_report(request->context->messages, "%s: no rule feeds it by BPF", monitor);
	} else {
		meters_remove(&metering.remembered, &meter);
		remember(&metering);
		if (unlink(path) && errno != ENOENT)
			error = -errno;
		if (!error)
			error = monitor_names_add(&all->unfed, monitor);
		if (error)
			report(request, monitor, error);
	}
	finish(&metering);
}
