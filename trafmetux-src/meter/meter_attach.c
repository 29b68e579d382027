// SPDX-License-Identifier: GPL-2.0-or-later
#include "meter/meter_attach.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/monitor_name.h"
#include "meter/netlink.h"
#include "source/bpf.h"

/* In a monitor's folder: its clsact was made for it. */
#define PIN_QUEUE "queue:"

/** All that is to be known of one. */
struct task {
	const char *folder;
	const struct meter *meter;
	unsigned int device;
	struct meter_maps maps;
	struct meter_attached *attached;
};

static void path_of(const struct task *task, const char *kind,
		    char path[METER_PIN_SIZE])
{
	meter_pin_path(path, task->folder, task->meter->monitor, kind,
		       task->meter->device);
}

/* What is pinned for the device; its descriptor or -errno. */
static int get(const struct task *task, const char *kind)
{
	char path[METER_PIN_SIZE];

	path_of(task, kind, path);
	return bpf_get(path, false);
}

static int pin(const struct task *task, const char *kind, int descriptor)
{
	char path[METER_PIN_SIZE];

	path_of(task, kind, path);
	return bpf_pin(descriptor, path);
}

/* The last who knows of a link goes with its pin. */
static int drop(const struct task *task, const char *kind)
{
	char path[METER_PIN_SIZE];

	path_of(task, kind, path);
	return unlink(path) && errno != ENOENT ? -errno : 0;
}

/* A link that lost its device has nothing to be taken from. */
static int detach_link(const struct task *task)
{
	const int link = get(task, METER_PIN_LINK);
	unsigned int device;
	int error;

	if (link < 0)
		return link == -ENOENT ? 0 : link;
	error = bpf_link_device(link, &device);
	if (!error && device)
		error = bpf_link_detach(link);
	close(link);
	return error ? error : drop(task, METER_PIN_LINK);
}

static enum meter_link find_link(const char *device)
{
	struct ifreq request = { .ifr_ifindex = 0 };
	const int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	enum meter_link link = METER_BARE;

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (socket_ >= 0 && !ioctl(socket_, SIOCGIFHWADDR, &request) &&
	    (request.ifr_hwaddr.sa_family == ARPHRD_ETHER ||
	     request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK))
		link = METER_ETHERNET;
	if (socket_ >= 0)
		close(socket_);
	return link;
}

/* Is a link there, and at this very device? Another's of the same name is dropped. */
static int find_tcx(const struct task *task, bool *is_there)
{
	const int link = get(task, METER_PIN_LINK);
	unsigned int device = 0;
	int error;

	*is_there = false;
	if (link == -ENOENT)
		return 0;
	if (link < 0)
		return link;
	error = bpf_link_device(link, &device);
	close(link);
	*is_there = !error && device == task->device;
	return error || *is_there ? error : detach_link(task);
}

/* The clsact is not its any more; was it? */
static bool forget_queue(const struct task *task)
{
	char path[METER_PIN_SIZE];

	path_of(task, PIN_QUEUE, path);
	return rmdir(path) == 0;
}

static struct filter_place place_of(const struct task *task, int program)
{
	struct filter_place place = { .device = task->device,
				      .is_out = task->meter->is_out };

	if (program < 0 || bpf_program_id(program, &place.program))
		place.program = 0;
	return place;
}

static int find_filter(const struct task *task, bool *is_there)
{
	const int program = get(task, METER_PIN_FILTER);
	struct filter_state state = { .preference = 0 };
	struct filter_place place;
	int error;

	*is_there = false;
	if (program < 0)
		return program == -ENOENT ? 0 : program;
	place = place_of(task, program);
	error = place.program ? filter_find(&place, &state) : -EIO;
	close(program);
	*is_there = !error && state.preference;
	task->attached->is_first = state.is_first;
	if (error || *is_there)
		return error;
	/* Another device has its name now. */
	forget_queue(task);
	return drop(task, METER_PIN_FILTER);
}

/* It goes with its last descriptor, unless it is pinned: who is killed leaves nothing. */
static int add_tcx(const struct task *task, int program)
{
	const int link = bpf_link_tcx(program, task->device, task->meter->is_out);
	int error;

	if (link < 0)
		return link;
	error = pin(task, METER_PIN_LINK, link);
	close(link);
	task->attached->is_first = true;
	return error;
}

/* The program is pinned first, so that its filter can always be found by it. */
static int add_filter(const struct task *task, int program)
{
	const struct filter_place place = place_of(task, program);
	struct filter_state state;
	char path[METER_PIN_SIZE];
	bool made_queue = false;
	int error = place.program ? pin(task, METER_PIN_FILTER, program) : -EIO;

	if (!error)
		error = filter_add(&place, program, &made_queue);
	if (error) {
		drop(task, METER_PIN_FILTER);
		return error;
	}
	path_of(task, PIN_QUEUE, path);
	if (made_queue)
		mkdir(path, 0755);
	error = filter_find(&place, &state);
	task->attached->is_first = state.is_first;
	return error;
}

int meter_attach_find(const char *folder, const struct meter *meter,
		      struct meter_standing *standing)
{
	struct task task = { .folder = folder, .meter = meter,
			     .device = if_nametoindex(meter->device) };
	const int link = get(&task, METER_PIN_LINK);
	int program;
	unsigned int device = 0;
	int error = 0;

	*standing = (struct meter_standing){ .is_first = true };
	if (link >= 0) {
		error = bpf_link_device(link, &device);
		close(link);
		standing->is_there = device && device == task.device;
		return error;
	}
	program = get(&task, METER_PIN_FILTER);
	if (program < 0)
		return program;
	/* Its direction is not pinned. */
	for (int is_out = 0; !error && !standing->is_there && is_out < 2; is_out++) {
		struct filter_place place = { .device = task.device, .is_out = is_out };
		struct filter_state state;

		error = bpf_program_id(program, &place.program);
		if (!error)
			error = filter_find(&place, &state);
		standing->is_there = !error && state.preference;
		standing->is_first = !standing->is_there || state.is_first;
	}
	close(program);
	return error;
}

static int add(struct task *task)
{
	const int program = meter_program_load(&task->maps,
					       find_link(task->meter->device));
	int error = program;

	if (program < 0)
		return error;
	error = add_tcx(task, program);
	/* What a kernel without tcx does not know it calls so. */
	task->attached->is_filter = error == -EINVAL;
	if (task->attached->is_filter)
		error = add_filter(task, program);
	close(program);
	task->attached->is_new = !error;
	return error;
}

int meter_attach(const char *folder, const struct meter *meter,
		 struct meter_attached *attached)
{
	struct task task = { .folder = folder, .meter = meter, .attached = attached,
			     .device = if_nametoindex(meter->device) };
	bool is_tcx = false;
	bool is_filter = false;
	int error;

	*attached = (struct meter_attached){ .is_first = true };
	/* Without its device it is a monitor that nothing feeds, and missed. */
	error = meter_maps_open(&task.maps, folder, meter->monitor, false,
				&attached->bytes);
	if (error)
		return error;
	error = task.device ? find_tcx(&task, &is_tcx) : -ENODEV;
	if (!error && !is_tcx)
		error = find_filter(&task, &is_filter);
	attached->is_filter = is_filter;
	if (!error && !is_tcx && !is_filter)
		error = add(&task);
	meter_maps_close(&task.maps);
	return error;
}

/* Another meter has a filter at the device too: the clsact is that one's now. */
static void hand_queue_on(const struct task *task)
{
	struct monitor_names names = { 0 };
	char path[METER_PIN_SIZE];

	meter_pins_list(task->folder, &names);
	for (size_t at = 0; at < names.count; at++) {
		if (strcmp(names.list[at], task->meter->monitor) == 0)
			continue;
		meter_pin_path(path, task->folder, names.list[at], METER_PIN_FILTER,
			       task->meter->device);
		if (access(path, F_OK))
			continue;
		meter_pin_path(path, task->folder, names.list[at], PIN_QUEUE,
			       task->meter->device);
		mkdir(path, 0755);
		break;
	}
	monitor_names_free(&names);
}

/* It goes if it was made for a meter and nobody else has a filter there. */
static int leave_queue(const struct task *task)
{
	char path[METER_PIN_SIZE];
	int error = 0;

	path_of(task, PIN_QUEUE, path);
	if (access(path, F_OK))
		return 0;
	if (task->device)
		error = filter_remove_queue(task->device);
	if (error == -EBUSY) {
		hand_queue_on(task);
		error = 0;
	}
	if (!error)
		forget_queue(task);
	return error;
}

static int detach_filter(const struct task *task)
{
	const int program = get(task, METER_PIN_FILTER);
	struct filter_place place;
	int error = 0;

	if (program < 0)
		return program == -ENOENT ? 0 : program;
	place = place_of(task, program);
	close(program);
	if (!place.program)
		return -EIO;
	if (task->device)
		error = filter_remove(&place);
	if (!error)
		error = leave_queue(task);
	return error ? error : drop(task, METER_PIN_FILTER);
}

int meter_detach(const char *folder, const struct meter *meter)
{
	const struct task task = { .folder = folder, .meter = meter,
				   .device = if_nametoindex(meter->device) };
	int error = detach_filter(&task);

	return error ? error : detach_link(&task);
}
