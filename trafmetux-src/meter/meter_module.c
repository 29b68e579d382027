// SPDX-License-Identifier: GPL-2.0-or-later
#include "meter/meter_module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"
#include "meter/netlink.h"

#define COMMAND_SIZE 96

static void path_of(const char *path, char file[4096])
{
	snprintf(file, 4096, "%s/.meters", path);
}

bool meter_module_is_there(const char *path)
{
	char file[4096];

	path_of(path, file);
	return access(file, F_OK) == 0;
}

/* The kernel takes what one write() brings. */
static int order(const char *path, char sign, const struct meter *meter,
		 enum module_way way)
{
	char text[COMMAND_SIZE];
	char file[4096];
	int descriptor;
	int error = 0;

	snprintf(text, sizeof(text), "%c %s %s %s\n", sign, meter->monitor,
		 meter->device, module_way_words[way]);
	path_of(path, file);
	descriptor = open(file, O_WRONLY | O_CLOEXEC);
	if (descriptor < 0)
		return -errno;
	if (write(descriptor, text, strlen(text)) < 0)
		error = -errno;
	close(descriptor);
	return error;
}

static bool is_shaped_elsewhere(const struct meter *meter)
{
	struct devices devices = { .count = 0 };
	bool is_shaped = false;

	if (!devices_read(&devices)) {
		for (size_t at = 0; !is_shaped && at < devices.count; at++)
			is_shaped = strcmp(devices.list[at].name, meter->device) != 0 &&
				    filter_redirects(devices.list[at].number);
	}
	devices_free(&devices);
	return is_shaped;
}

enum module_way meter_module_way(const struct meter *meter)
{
	const unsigned int device = if_nametoindex(meter->device);

	if (meter->is_out)
		return is_shaped_elsewhere(meter) ? MODULE_WAY_ROUTED_OUT :
						    MODULE_WAY_OUT;
	return device && filter_redirects(device) ? MODULE_WAY_TAPPED_IN : MODULE_WAY_IN;
}

/** A search for a device's meters of a monitor and direction. */
struct search {
	const struct meter *meter;
	bool found[MODULE_WAYS];
};

static int look_at(void *context, const struct module_meter *meter)
{
	struct search *search = context;

	if (strcmp(meter->monitor, search->meter->monitor) == 0 &&
	    strcmp(meter->device, search->meter->device) == 0 &&
	    module_way_is_out(meter->way) == search->meter->is_out)
		search->found[meter->way] = true;
	return 0;
}

/* Without a hook at egress, there is one for what is routed out. */
static int add(const char *path, const struct meter *meter, struct meter_laid *laid)
{
	int error = order(path, '+', meter, laid->way);

	if (error != -EOPNOTSUPP || laid->way != MODULE_WAY_OUT)
		return error;
	laid->way = MODULE_WAY_ROUTED_OUT;
	return order(path, '+', meter, laid->way);
}

/* Whoever is killed in between leaves it to the next update. */
static int change(const char *path, const struct meter *meter, enum module_way before,
		  struct meter_laid *laid)
{
	int error = order(path, '-', meter, before);

	if (error)
		return error;
	error = add(path, meter, laid);
	if (error)
		order(path, '+', meter, before);
	return error;
}

int meter_module_lay(const char *path, const struct meter *meter, bool is_again,
		     struct meter_laid *laid)
{
	struct search search = { .meter = meter };
	int error = module_meters_read(path, look_at, &search);

	if (error)
		return error;
	/* These see all that there is to see, and are kept. */
	laid->way = meter->is_out ? MODULE_WAY_ROUTED_OUT : MODULE_WAY_TAPPED_IN;
	if (search.found[laid->way])
		return 0;
	/* What is shaped may be but a part of what goes out: who meters it decides. */
	if (search.found[MODULE_WAY_OUT] && is_again) {
		laid->way = MODULE_WAY_OUT;
		return 0;
	}
	laid->way = meter_module_way(meter);
	laid->is_shaped = laid->way == MODULE_WAY_TAPPED_IN ||
			  laid->way == MODULE_WAY_ROUTED_OUT;
	if (search.found[laid->way])
		return 0;
	if (search.found[MODULE_WAY_IN])
		return change(path, meter, MODULE_WAY_IN, laid);
	if (search.found[MODULE_WAY_OUT])
		return change(path, meter, MODULE_WAY_OUT, laid);
	return add(path, meter, laid);
}

int meter_module_remove(const char *path, const struct meter *meter)
{
	struct search search = { .meter = meter };
	int error = module_meters_read(path, look_at, &search);

	for (enum module_way way = 0; !error && way < MODULE_WAYS; way++) {
		if (search.found[way])
			error = order(path, '-', meter, way);
	}
	return error;
}

const char *meter_module_reason(int error)
{
	switch (error) {
	case -EBUSY:
		return "rules feed it, and a packet would count twice; give another name with --name, or take the rules out first";
	case -ENOSPC:
		return "the kernel module has as many as it may; see max_meters and max_monitors in /sys/module/xt_TRAFMETUX/parameters";
	case -E2BIG:
		return "this device has as many hooks as the kernel allows";
	case -EOPNOTSUPP:
		return "this kernel has no hook for that";
	case -EINVAL:
		return "the kernel module does not take it; install the module and the program of one release";
	case -EIO:
		return "this network namespace is ending";
	case -EACCES:
	case -EPERM:
		return "permission denied; run it as root";
	}
	return message_reason(-error);
}
