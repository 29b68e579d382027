// SPDX-License-Identifier: GPL-2.0-or-later
/* What devices say they have received and sent, as 'ip -s link' shows it. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/hash.h"
#include "base/netlink.h"
#include "source/source.h"
#include "source/source_choice.h"
#include "source/source_plain.h"

/** A request for one device, or all of them. */
struct link_request {
	struct nlmsghdr header;
	struct ifinfomsg message;
	struct rtattr attribute;
	char name[SOURCE_DEVICE_SIZE];
};

/** What the kernel says of a device. */
struct link {
	bool is_found;
	uint32_t number;
	char name[SOURCE_DEVICE_SIZE];
	struct rtnl_link_stats64 counted;
};

/* False for what is no device, or none that counts. */
static bool parse_link(const struct nlmsghdr *header, struct link *link)
{
	const struct ifinfomsg *message = NLMSG_DATA(header);
	const size_t length = IFLA_PAYLOAD(header);
	const struct rtattr *name;
	const struct rtattr *counted;
	size_t size;

	if (header->nlmsg_type != RTM_NEWLINK ||
	    header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
		return false;
	name = netlink_find(IFLA_RTA(message), length, IFLA_IFNAME);
	counted = netlink_find(IFLA_RTA(message), length, IFLA_STATS64);
	/* Later kernels have more behind it. */
	if (!name || !counted || RTA_PAYLOAD(name) > sizeof(link->name) ||
	    RTA_PAYLOAD(counted) < offsetof(struct rtnl_link_stats64, rx_errors))
		return false;
	*link = (struct link){ .is_found = true,
			       .number = (uint32_t)message->ifi_index };
	size = RTA_PAYLOAD(counted);
	if (size > sizeof(link->counted))
		size = sizeof(link->counted);
	memcpy(link->name, RTA_DATA(name), RTA_PAYLOAD(name));
	link->name[sizeof(link->name) - 1] = '\0';
	memcpy(&link->counted, RTA_DATA(counted), size);
	return true;
}

static void take_link(void *context, const struct nlmsghdr *header)
{
	struct link link;

	if (parse_link(header, &link))
		*(struct link *)context = link;
}

static int read_link(const char *device, struct link *link)
{
	struct link_request request = {
		.header = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.message = { .ifi_family = AF_UNSPEC },
		.attribute = { .rta_len = (uint16_t)RTA_LENGTH(strlen(device) + 1),
			       .rta_type = IFLA_IFNAME },
	};
	int error;

	snprintf(request.name, sizeof(request.name), "%s", device);
	*link = (struct link){ .is_found = false };
	error = netlink_ask(NETLINK_ROUTE, &request.header, take_link, link);
	if (error == -ENODEV || (!error && !link->is_found))
		error = -ENOENT;
	return error;
}

/* What has no name that a monitor may bear is told, elsewhere. */
static bool name_monitor(const char *device, bool is_out, char monitor[MONITOR_NAME_SIZE])
{
	snprintf(monitor, MONITOR_NAME_SIZE, "%s-%s", device, is_out ? "out" : "in");
	return monitor_name_valid(monitor);
}

/** While all devices are listed. */
struct listing {
	const struct source *source;
	struct monitor_names *names;
	struct messages *messages;	/* instead of names: tell what can't be one */
	int error;
};

static void list_link(void *context, const struct nlmsghdr *header)
{
	struct listing *listing = context;
	char monitor[MONITOR_NAME_SIZE];
	struct link link;

	if (!parse_link(header, &link) ||
	    !source_choice_has_device(listing->source->choice, link.name))
		return;
	for (int is_out = 0; is_out < 2; is_out++) {
		const bool is_valid = name_monitor(link.name, is_out, monitor);

		if (listing->messages && !is_valid)
			message_report(listing->messages,
				       "%s: no monitor can have the name '%s', so it is not counted; rename the device, or meter it with 'trafmetux meter --name'",
				       link.name, monitor);
		else if (listing->names && is_valid && !listing->error)
			listing->error = monitor_names_add(listing->names, monitor);
	}
}

static int list_links(struct listing *listing)
{
	struct link_request request = {
		.header = { .nlmsg_len = NLMSG_LENGTH(sizeof(request.message)),
			    .nlmsg_type = RTM_GETLINK,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.message = { .ifi_family = AF_UNSPEC },
	};
	int error = netlink_ask(NETLINK_ROUTE, &request.header, list_link, listing);

	return error ? error : listing->error;
}

static int interface_list(const struct source *source, struct monitor_names *names)
{
	struct listing listing = { .source = source, .names = names };
	int error = list_links(&listing);

	monitor_names_sort(names);
	return error;
}

static void interface_tell(const struct source *source, struct messages *messages)
{
	struct listing listing = { .source = source, .messages = messages };
	int error = list_links(&listing);

	if (error)
		message_report(messages, "the devices' counters can't be read: %s",
			       message_reason(-error));
}

static bool interface_is_chosen(const struct source *source, const char *monitor)
{
	char device[SOURCE_DEVICE_SIZE];
	bool is_out;

	return source_choice_device(source->choice, monitor, device, &is_out);
}

/* Another device is another counter, whatever its name is. */
static int interface_read(const struct source *source, const char *monitor,
			  struct source_plain *plain)
{
	char device[SOURCE_DEVICE_SIZE];
	uint64_t hash = source_plain_hash();
	struct link link;
	bool is_out;
	int error;

	if (!source_choice_device(source->choice, monitor, device, &is_out))
		return -ENOENT;
	error = read_link(device, &link);
	if (error)
		return error;
	hash = hash_bytes(hash, &link.number, sizeof(link.number));
	hash = hash_bytes(hash, monitor, strlen(monitor));
	*plain = (struct source_plain){
		.counter = source_plain_counter(hash),
		.references = LIVE_UNKNOWN, .is_rough = true,
		.counters = {
			is_out ? link.counted.tx_packets : link.counted.rx_packets,
			is_out ? link.counted.tx_bytes : link.counted.rx_bytes,
		},
	};
	return 0;
}

static int interface_open(const struct source *source, const char *monitor,
			  struct source_reading *reading)
{
	int error = source_plain_open(source, monitor, reading, interface_read,
				      "the counter of a device stops nothing, only a rule of the kernel module does");

	reading->live.is_metered = true;
	return error;
}

static const struct source_operations interface_operations = {
	.list = interface_list,
	.open = interface_open,
	.next = source_plain_next,
	.close = source_plain_close,
	.limit = source_plain_limit,
	.is_chosen = interface_is_chosen,
	.tell = interface_tell,
	.denied = "run as root",
	.kind = "interface",
	.words = "the device itself",
};

struct source source_interface(const struct source_choice *choice,
			       const struct source_memory *memory)
{
	return (struct source){ .operations = &interface_operations,
				.path = "the devices' counters",
				.choice = choice, .memory = memory };
}
