// SPDX-License-Identifier: GPL-2.0-or-later
#include "meter/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/array.h"
#include "base/netlink.h"

/* Preferences that are tried; a device has a few filters at most. */
#define PREFERENCES 256

#define MAKE_NEW (NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL)

struct request {
	struct nlmsghdr header;
	struct tcmsg message;
	char attributes[512];
};

static struct request start(uint16_t type, uint16_t flags, unsigned int device)
{
	return (struct request){
		.header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct tcmsg)),
			    .nlmsg_type = type,
			    .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags) },
		.message = { .tcm_family = AF_UNSPEC, .tcm_ifindex = (int)device },
	};
}

/* All that was added since belongs into it. */
static void end_nest(struct request *request, struct rtattr *nest)
{
	nest->rta_len = (uint16_t)((char *)request + request->header.nlmsg_len -
				   (char *)nest);
}

static uint32_t parent_of(const struct filter_place *place)
{
	return TC_H_MAKE(TC_H_CLSACT, place->is_out ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
}

/* What ours are called. */
static const char filter_name[] = "trafmetux";

/** A search through the filters of a place. */
struct search {
	const struct filter_place *place;
	struct filter_state *state;
	uint32_t handle;		/* of ours */
	bool is_taken[PREFERENCES];	/* by others than meters */
	unsigned int first;		/* of those; 0: none */
};

/* Of a filter what it has as an option, or NULL. */
static const struct rtattr *option_of(const struct nlmsghdr *header, int type)
{
	const struct tcmsg *message = NLMSG_DATA(header);
	const struct rtattr *options =
		netlink_find(TCA_RTA(message), NLMSG_PAYLOAD(header, sizeof(*message)),
			     TCA_OPTIONS);

	return options ? netlink_find(RTA_DATA(options), RTA_PAYLOAD(options), type) :
			 NULL;
}

static uint32_t program_of(const struct nlmsghdr *header)
{
	const struct rtattr *id = option_of(header, TCA_BPF_ID);
	uint32_t number = 0;

	if (id && RTA_PAYLOAD(id) == sizeof(number))
		memcpy(&number, RTA_DATA(id), sizeof(number));
	return number;
}

/* May a meter be beside it, at its preference? That is of one kind and one protocol. */
static bool is_alike(const struct nlmsghdr *header)
{
	const struct tcmsg *message = NLMSG_DATA(header);
	const struct rtattr *kind =
		netlink_find(TCA_RTA(message), NLMSG_PAYLOAD(header, sizeof(*message)),
			     TCA_KIND);

	return kind && RTA_PAYLOAD(kind) == sizeof("bpf") &&
	       memcmp(RTA_DATA(kind), "bpf", sizeof("bpf")) == 0 &&
	       TC_H_MIN(message->tcm_info) == htons(ETH_P_ALL);
}

/* Is it a meter's, if only another one's? */
static bool is_meter(const struct nlmsghdr *header)
{
	const struct rtattr *name = NULL;

	if (is_alike(header))
		name = option_of(header, TCA_BPF_NAME);
	return name && RTA_PAYLOAD(name) == sizeof(filter_name) &&
	       memcmp(RTA_DATA(name), filter_name, sizeof(filter_name)) == 0;
}

static void look_at(void *context, const struct nlmsghdr *header)
{
	struct search *search = context;
	const struct tcmsg *message = NLMSG_DATA(header);
	const unsigned int preference = TC_H_MAJ(message->tcm_info) >> 16;

	if (header->nlmsg_type != RTM_NEWTFILTER ||
	    (unsigned int)message->tcm_ifindex != search->place->device)
		return;
	if (preference < PREFERENCES && !is_alike(header))
		search->is_taken[preference] = true;
	/* Each preference is told once more, without a filter. */
	if (!message->tcm_handle)
		return;
	if (search->place->program && program_of(header) == search->place->program) {
		search->state->preference = preference;
		search->handle = message->tcm_handle;
		return;
	}
	search->state->others++;
	if (is_meter(header))
		return;
	if (preference < PREFERENCES)
		search->is_taken[preference] = true;
	if (!search->first || preference < search->first)
		search->first = preference;
}

static int look(struct search *search)
{
	struct request request = start(RTM_GETTFILTER, NLM_F_DUMP, search->place->device);
	struct filter_state *state = search->state;
	int error;

	*state = (struct filter_state){ .preference = 0 };
	request.message.tcm_parent = parent_of(search->place);
	error = netlink_ask(NETLINK_ROUTE, &request.header, look_at, search);
	state->is_first = !search->first || state->preference < search->first;
	/* There is no clsact. */
	return error == -EINVAL || error == -ENOENT ? 0 : error;
}

int filter_find(const struct filter_place *place, struct filter_state *state)
{
	struct search search = { .place = place, .state = state };

	return look(&search);
}

/** A search for a device's qdisc that is an ingress one, which has no egress. */
struct queue_search {
	unsigned int device;
	bool is_ingress;
};

static void look_at_queue(void *context, const struct nlmsghdr *header)
{
	struct queue_search *search = context;
	const struct tcmsg *message = NLMSG_DATA(header);
	const size_t length = NLMSG_PAYLOAD(header, sizeof(*message));
	const struct rtattr *kind = netlink_find(TCA_RTA(message), length, TCA_KIND);

	if (header->nlmsg_type == RTM_NEWQDISC && kind &&
	    (unsigned int)message->tcm_ifindex == search->device &&
	    message->tcm_parent == TC_H_INGRESS)
		search->is_ingress = RTA_PAYLOAD(kind) == sizeof("ingress") &&
				     strcmp(RTA_DATA(kind), "ingress") == 0;
}

/* A filter for what leaves would be let in, and count what arrives. */
static int check_queue(const struct filter_place *place)
{
	struct request request = start(RTM_GETQDISC, NLM_F_DUMP, place->device);
	struct queue_search search = { .device = place->device };
	int error;

	if (!place->is_out)
		return 0;
	error = netlink_ask(NETLINK_ROUTE, &request.header, look_at_queue, &search);
	return !error && search.is_ingress ? -EADDRINUSE : error;
}

static int add_queue(unsigned int device, bool *made)
{
	struct request request = start(RTM_NEWQDISC, MAKE_NEW, device);
	int error;

	request.message.tcm_parent = TC_H_CLSACT;
	request.message.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	netlink_add(&request.header, TCA_KIND, "clsact", sizeof("clsact"));
	error = netlink_ask(NETLINK_ROUTE, &request.header, NULL, NULL);
	*made = !error;
	return error == -EEXIST ? 0 : error;
}

/* One beside other meters costs a packet less than one by itself. */
int filter_add(const struct filter_place *place, int program, bool *made_queue)
{
	const uint32_t flags = TCA_BPF_FLAG_ACT_DIRECT;
	const uint32_t descriptor = (uint32_t)program;
	struct filter_state state;
	struct search search = { .place = place, .state = &state };
	struct request request = start(RTM_NEWTFILTER, MAKE_NEW, place->device);
	struct rtattr *nest;
	uint32_t preference = 1;
	int error = add_queue(place->device, made_queue);

	if (!error)
		error = check_queue(place);
	if (!error)
		error = look(&search);
	if (error || state.preference)
		return error;
	while (preference < PREFERENCES && search.is_taken[preference])
		preference++;
	request.message.tcm_parent = parent_of(place);
	request.message.tcm_info = TC_H_MAKE(preference << 16, htons(ETH_P_ALL));
	/* Its handle the kernel chooses. */
	netlink_add(&request.header, TCA_KIND, "bpf", sizeof("bpf"));
	nest = netlink_add(&request.header, TCA_OPTIONS, NULL, 0);
	netlink_add(&request.header, TCA_BPF_FD, &descriptor, sizeof(descriptor));
	netlink_add(&request.header, TCA_BPF_NAME, filter_name, sizeof(filter_name));
	netlink_add(&request.header, TCA_BPF_FLAGS, &flags, sizeof(flags));
	end_nest(&request, nest);
	return netlink_ask(NETLINK_ROUTE, &request.header, NULL, NULL);
}

int filter_remove(const struct filter_place *place)
{
	struct request request = start(RTM_DELTFILTER, NLM_F_ACK, place->device);
	struct filter_state state;
	struct search search = { .place = place, .state = &state };
	int error = look(&search);

	if (error || !state.preference)
		return error;
	request.message.tcm_parent = parent_of(place);
	request.message.tcm_info = TC_H_MAKE(state.preference << 16, htons(ETH_P_ALL));
	request.message.tcm_handle = search.handle;
	netlink_add(&request.header, TCA_KIND, "bpf", sizeof("bpf"));
	return netlink_ask(NETLINK_ROUTE, &request.header, NULL, NULL);
}

int filter_remove_queue(unsigned int device)
{
	struct request request = start(RTM_DELQDISC, NLM_F_ACK, device);

	for (int is_out = 0; is_out < 2; is_out++) {
		const struct filter_place place = { .device = device, .is_out = is_out };
		struct filter_state state;
		int error = filter_find(&place, &state);

		if (error || state.others)
			return error ? error : -EBUSY;
	}
	request.message.tcm_parent = TC_H_CLSACT;
	request.message.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	return netlink_ask(NETLINK_ROUTE, &request.header, NULL, NULL);
}

/* Where a kind of filter has its actions. */
static int actions_of(const char *kind)
{
	static const struct {
		const char *kind;
		int attribute;
	} kinds[] = {
		{ "u32", TCA_U32_ACT }, { "matchall", TCA_MATCHALL_ACT },
		{ "flower", TCA_FLOWER_ACT }, { "basic", TCA_BASIC_ACT },
		{ "fw", TCA_FW_ACT }, { "bpf", TCA_BPF_ACT },
	};

	for (size_t at = 0; at < sizeof(kinds) / sizeof(*kinds); at++) {
		if (strcmp(kind, kinds[at].kind) == 0)
			return kinds[at].attribute;
	}
	return 0;
}

static bool is_redirect(const struct rtattr *action)
{
	const void *attributes = RTA_DATA(action);
	const size_t length = RTA_PAYLOAD(action);
	const struct rtattr *kind = netlink_find(attributes, length, TCA_ACT_KIND);
	const struct rtattr *options = netlink_find(attributes, length, TCA_ACT_OPTIONS);
	const struct rtattr *values = NULL;
	struct tc_mirred mirred;

	if (kind && options && RTA_PAYLOAD(kind) == sizeof("mirred") &&
	    memcmp(RTA_DATA(kind), "mirred", sizeof("mirred")) == 0)
		values = netlink_find(RTA_DATA(options), RTA_PAYLOAD(options),
				      TCA_MIRRED_PARMS);
	if (!values || RTA_PAYLOAD(values) < sizeof(mirred))
		return false;
	memcpy(&mirred, RTA_DATA(values), sizeof(mirred));
	return mirred.eaction == TCA_EGRESS_REDIR || mirred.eaction == TCA_INGRESS_REDIR;
}

/** A search for filters that redirect. */
struct redirects {
	unsigned int device;
	bool any;
};

static void look_for_redirect(void *context, const struct nlmsghdr *header)
{
	struct redirects *redirects = context;
	const struct tcmsg *message = NLMSG_DATA(header);
	const size_t length = NLMSG_PAYLOAD(header, sizeof(*message));
	const struct rtattr *kind;
	const struct rtattr *options;
	const struct rtattr *actions = NULL;

	if (header->nlmsg_type != RTM_NEWTFILTER ||
	    (unsigned int)message->tcm_ifindex != redirects->device)
		return;
	kind = netlink_find(TCA_RTA(message), length, TCA_KIND);
	options = netlink_find(TCA_RTA(message), length, TCA_OPTIONS);
	if (kind && options)
		actions = netlink_find(RTA_DATA(options), RTA_PAYLOAD(options),
			       actions_of(RTA_DATA(kind)));
	for (int order = 1; actions && order <= TCA_ACT_MAX_PRIO; order++) {
		const struct rtattr *action = netlink_find(RTA_DATA(actions),
						   RTA_PAYLOAD(actions), order);

		if (!action)
			break;
		redirects->any |= is_redirect(action);
	}
}

bool filter_redirects(unsigned int device)
{
	struct request request = start(RTM_GETTFILTER, NLM_F_DUMP, device);
	struct redirects redirects = { .device = device };

	request.message.tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS);
	netlink_ask(NETLINK_ROUTE, &request.header, look_for_redirect, &redirects);
	return redirects.any;
}

static unsigned int number_of(const struct rtattr *attribute)
{
	uint32_t number = 0;

	if (attribute && RTA_PAYLOAD(attribute) == sizeof(number))
		memcpy(&number, RTA_DATA(attribute), sizeof(number));
	return number;
}

static bool is_veth(const void *attributes, size_t length)
{
	const struct rtattr *info = netlink_find(attributes, length, IFLA_LINKINFO);
	const struct rtattr *kind = NULL;

	if (info)
		kind = netlink_find(RTA_DATA(info), RTA_PAYLOAD(info), IFLA_INFO_KIND);
	return kind && RTA_PAYLOAD(kind) >= 4 && memcmp(RTA_DATA(kind), "veth", 4) == 0;
}

/** What is read, and what was in the way. */
struct devices_reading {
	struct devices *devices;
	int error;
};

static void take_device(void *context, const struct nlmsghdr *header)
{
	struct devices_reading *reading = context;
	struct devices *devices = reading->devices;
	const struct ifinfomsg *message = NLMSG_DATA(header);
	const size_t length = NLMSG_PAYLOAD(header, sizeof(*message));
	const void *all = IFLA_RTA(message);
	const struct rtattr *name = netlink_find(all, length, IFLA_IFNAME);
	const struct rtattr *master = netlink_find(all, length, IFLA_MASTER);
	const struct rtattr *xdp = netlink_find(all, length, IFLA_XDP);
	const struct rtattr *attached = NULL;
	struct device *device;

	if (header->nlmsg_type != RTM_NEWLINK || !name || reading->error)
		return;
	reading->error = array_reserve((void **)&devices->list, &devices->capacity,
				       devices->count + 1, sizeof(*device));
	if (reading->error)
		return;
	if (xdp)
		attached = netlink_find(RTA_DATA(xdp), RTA_PAYLOAD(xdp), IFLA_XDP_ATTACHED);
	device = &devices->list[devices->count++];
	*device = (struct device){ .number = (unsigned int)message->ifi_index,
				   .master = number_of(master),
				   .has_xdp = attached && RTA_PAYLOAD(attached) &&
					      *(const uint8_t *)RTA_DATA(attached) };
	/* That of a pair has the other one for its own, and shares nothing with it. */
	if (!netlink_find(all, length, IFLA_LINK_NETNSID) && !is_veth(all, length))
		device->lower = number_of(netlink_find(all, length, IFLA_LINK));
	memcpy(device->name, RTA_DATA(name),
	       RTA_PAYLOAD(name) < IF_NAMESIZE ? RTA_PAYLOAD(name) : IF_NAMESIZE - 1);
}

int devices_read(struct devices *devices)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg message;
	} request = {
		.header = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.message = { .ifi_family = AF_UNSPEC },
	};
	struct devices_reading reading = { .devices = devices };
	int error = netlink_ask(NETLINK_ROUTE, &request.header, take_device, &reading);

	return error ? error : reading.error;
}

void devices_free(struct devices *devices)
{
	array_free((void **)&devices->list, &devices->capacity);
	devices->count = 0;
}

const struct device *devices_find(const struct devices *devices, const char *name)
{
	for (size_t at = 0; at < devices->count; at++) {
		if (strcmp(devices->list[at].name, name) == 0)
			return &devices->list[at];
	}
	return NULL;
}

/* Such as VLANs in VLANs of a bond that is a bridge's port. */
#define LEVELS 8

static bool is_below(const struct devices *devices, const struct device *device,
		     const struct device *other, int levels)
{
	for (size_t at = 0; levels && at < devices->count; at++) {
		const struct device *above = &devices->list[at];

		if (above == device || (above->number != device->master &&
					above->lower != device->number))
			continue;
		if (above == other || is_below(devices, above, other, levels - 1))
			return true;
	}
	return false;
}

bool devices_are_parts(const struct devices *devices, const char *name, const char *other)
{
	const struct device *first = devices_find(devices, name);
	const struct device *second = devices_find(devices, other);

	return first && second && first != second &&
	       (is_below(devices, first, second, LEVELS) ||
		is_below(devices, second, first, LEVELS));
}
