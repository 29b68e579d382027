// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Named counters of nft, asked for by netlink as nft(8) does: linux/netfilter/nf_tables.h
 * has the messages. They are read and never reset.
 */
#include <endian.h>
#include <errno.h>
#include <fnmatch.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/hash.h"
#include "base/netlink.h"
#include "source/source.h"
#include "source/source_choice.h"
#include "source/source_plain.h"

/* A ruleset that is loaded meanwhile is read again, so often at most. */
#define TRIES 100

/* Names have less than NFT_NAME_MAXLEN. */
#define NAME_SIZE 256

struct nft_request {
	struct nlmsghdr header;
	struct nfgenmsg message;
	char attributes[4 * NAME_SIZE];
};

/** What the kernel says of a counter, or of its table. */
struct nft_object {
	bool is_found;
	uint16_t generation;	/* of all rulesets, of which it tells 16 bits */
	uint64_t handle;
	uint32_t uses;
	struct counters counters;
	char name[NAME_SIZE];
};

static struct nft_request start(uint8_t family, int type, uint16_t flags)
{
	return (struct nft_request){
		.header = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct nfgenmsg)),
			    .nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type),
			    .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags) },
		.message = { .nfgen_family = family, .version = NFNETLINK_V0 },
	};
}

static void add_text(struct nft_request *request, uint16_t type, const char *text)
{
	netlink_add(&request->header, type, text, strlen(text) + 1);
}

static void add_type(struct nft_request *request)
{
	const uint32_t type = htobe32(NFT_OBJECT_COUNTER);

	netlink_add(&request->header, NFTA_OBJ_TYPE, &type, sizeof(type));
}

/* A number of 64 bits; 0 where it is not told. */
static uint64_t number_of(const void *attributes, size_t length, int type)
{
	const struct rtattr *found = netlink_find(attributes, length, type);
	uint64_t number = 0;

	if (found && RTA_PAYLOAD(found) == sizeof(number))
		memcpy(&number, RTA_DATA(found), sizeof(number));
	return be64toh(number);
}

/* The attributes of a message of that type, or NULL. */
static const void *attributes_of(const struct nlmsghdr *header, int type, size_t *length,
				 uint16_t *generation)
{
	const struct nfgenmsg *message = NLMSG_DATA(header);

	if (header->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | type) ||
	    header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
		return NULL;
	*length = NLMSG_PAYLOAD(header, sizeof(*message));
	*generation = be16toh(message->res_id);
	return (const char *)message + NLMSG_ALIGN(sizeof(*message));
}

static void take_table(void *context, const struct nlmsghdr *header)
{
	struct nft_object *object = context;
	size_t length;
	const void *all = attributes_of(header, NFT_MSG_NEWTABLE, &length,
					&object->generation);

	if (!all)
		return;
	object->is_found = true;
	object->handle = number_of(all, length, NFTA_TABLE_HANDLE);
}

static bool parse_counter(const struct nlmsghdr *header, struct nft_object *object)
{
	uint16_t generation;
	size_t length;
	const void *all = attributes_of(header, NFT_MSG_NEWOBJ, &length, &generation);
	const struct rtattr *name = all ? netlink_find(all, length, NFTA_OBJ_NAME) : NULL;
	const struct rtattr *data = all ? netlink_find(all, length, NFTA_OBJ_DATA) : NULL;
	const struct rtattr *uses = all ? netlink_find(all, length, NFTA_OBJ_USE) : NULL;

	if (!name || !data || !RTA_PAYLOAD(name) || RTA_PAYLOAD(name) > sizeof(object->name))
		return false;
	*object = (struct nft_object){
		.is_found = true, .generation = generation,
		.handle = number_of(all, length, NFTA_OBJ_HANDLE),
		.counters = {
			number_of(RTA_DATA(data), RTA_PAYLOAD(data), NFTA_COUNTER_PACKETS),
			number_of(RTA_DATA(data), RTA_PAYLOAD(data), NFTA_COUNTER_BYTES),
		},
	};
	memcpy(object->name, RTA_DATA(name), RTA_PAYLOAD(name));
	object->name[sizeof(object->name) - 1] = '\0';
	if (uses && RTA_PAYLOAD(uses) == sizeof(object->uses))
		memcpy(&object->uses, RTA_DATA(uses), sizeof(object->uses));
	return true;
}

static void take_counter(void *context, const struct nlmsghdr *header)
{
	struct nft_object object;

	if (parse_counter(header, &object))
		*(struct nft_object *)context = object;
}

static int read_table(const struct nft_choice *chosen, struct nft_object *table)
{
	struct nft_request request = start(chosen->family, NFT_MSG_GETTABLE, NLM_F_ACK);
	int error;

	*table = (struct nft_object){ .is_found = false };
	add_text(&request, NFTA_TABLE_NAME, chosen->table);
	error = netlink_ask(NETLINK_NETFILTER, &request.header, take_table, table);
	return !error && !table->is_found ? -ENOENT : error;
}

static int read_object(const struct nft_choice *chosen, const char *name,
		       struct nft_object *object)
{
	struct nft_request request = start(chosen->family, NFT_MSG_GETOBJ, NLM_F_ACK);
	int error;

	*object = (struct nft_object){ .is_found = false };
	add_text(&request, NFTA_OBJ_TABLE, chosen->table);
	add_text(&request, NFTA_OBJ_NAME, name);
	add_type(&request);
	error = netlink_ask(NETLINK_NETFILTER, &request.header, take_counter, object);
	return !error && !object->is_found ? -ENOENT : error;
}

/** While counters of a table are listed. */
struct nft_listing {
	const struct nft_choice *chosen;
	void (*take)(void *context, const struct nft_choice *chosen, const char *name);
	void *context;
};

static void list_counter(void *context, const struct nlmsghdr *header)
{
	const struct nft_listing *listing = context;
	struct nft_object object;

	if (parse_counter(header, &object) &&
	    fnmatch(listing->chosen->counter, object.name, 0) == 0)
		listing->take(listing->context, listing->chosen, object.name);
}

/* Those of one choice; a table that is not there has none. */
static int list_chosen(struct nft_listing *listing)
{
	struct nft_request request = start(listing->chosen->family, NFT_MSG_GETOBJ,
					   NLM_F_DUMP);
	int error;

	add_text(&request, NFTA_OBJ_TABLE, listing->chosen->table);
	add_type(&request);
	error = netlink_ask(NETLINK_NETFILTER, &request.header, list_counter, listing);
	return error == -ENOENT ? 0 : error;
}

static const char *name_monitor(const struct nft_choice *chosen, const char *name)
{
	return *chosen->monitor ? chosen->monitor : name;
}

/** Names as they are collected. */
struct nft_names {
	struct monitor_names *names;
	int error;
};

static void add_name(void *context, const struct nft_choice *chosen, const char *name)
{
	struct nft_names *found = context;
	const char *monitor = name_monitor(chosen, name);

	if (!found->error && monitor_name_valid(monitor))
		found->error = monitor_names_add(found->names, monitor);
}

/* Who may not read them knows at least those that are named. */
static int nft_list(const struct source *source, struct monitor_names *names)
{
	const struct source_choice *choice = source->choice;
	struct nft_names found = { .names = names };

	for (size_t at = 0; at < choice->counter_count; at++) {
		struct nft_listing listing = { &choice->counters[at], add_name, &found };
		const int error = list_chosen(&listing);

		if ((error == -EPERM || error == -EACCES) &&
		    !source_choice_is_pattern(listing.chosen))
			add_name(&found, listing.chosen, listing.chosen->counter);
	}
	monitor_names_sort(names);
	return found.error;
}

/** While is told what can't be a monitor. */
struct nft_telling {
	struct messages *messages;
	const struct source_choice *choice;
};

/* The first that is chosen and there is the monitor. */
static const struct nft_choice *find_first(const struct source_choice *choice,
					   const char *monitor, struct nft_object *object,
					   int *error)
{
	*error = -ENOENT;
	for (size_t at = 0; *error == -ENOENT && at < choice->counter_count; at++) {
		const struct nft_choice *chosen = &choice->counters[at];
		const char *name = source_choice_counter(chosen, monitor);

		if (name)
			*error = read_object(chosen, name, object);
		if (name && *error != -ENOENT)
			return chosen;
	}
	return NULL;
}

static void tell_name(void *context, const struct nft_choice *chosen, const char *name)
{
	const struct nft_telling *telling = context;
	const char *monitor = name_monitor(chosen, name);
	const char *family = source_choice_family(chosen);
	const struct nft_choice *first;
	struct nft_object object;
	int error;

	if (!monitor_name_valid(monitor)) {
		message_report(telling->messages,
			       "%s %s %s: no monitor can have this name, so the counter is left out; give it one in the configuration, by 'as MONITOR'",
			       family, chosen->table, name);
		return;
	}
	first = find_first(telling->choice, monitor, &object, &error);
	if (first && (first->family != chosen->family ||
		      strcmp(first->table, chosen->table) != 0 ||
		      strcmp(object.name, name) != 0))
		message_report(telling->messages,
			       "%s %s %s: left out, as %s %s has a counter for the monitor %s, too; give one of them another name in the configuration, by 'as MONITOR'",
			       family, chosen->table, name, source_choice_family(first),
			       first->table, monitor);
}

static void nft_tell(const struct source *source, struct messages *messages)
{
	struct nft_telling telling = { messages, source->choice };
	int error = 0;

	for (size_t at = 0; !error && at < source->choice->counter_count; at++) {
		struct nft_listing listing = { &source->choice->counters[at], tell_name,
					       &telling };

		error = list_chosen(&listing);
	}
	if (error == -EPERM || error == -EACCES)
		message_report(messages, "counters of nft: permission denied; %s",
			       source->operations->denied);
	else if (error)
		message_report(messages,
			       "counters of nft can't be read: %s; has this kernel nf_tables?",
			       message_reason(-error));
}

static bool nft_is_chosen(const struct source *source, const char *monitor)
{
	for (size_t at = 0; at < source->choice->counter_count; at++) {
		if (source_choice_counter(&source->choice->counters[at], monitor))
			return true;
	}
	return false;
}

/* Handles alone do not tell: they begin anew with each table, and at each start. */
static uint64_t hash_of(const struct nft_choice *chosen, const struct nft_object *table,
			const struct nft_object *object, const char *monitor)
{
	const uint64_t handles[] = { chosen->family, table->handle, object->handle };
	uint64_t hash = hash_bytes(source_plain_hash(), handles, sizeof(handles));

	hash = hash_bytes(hash, chosen->table, strlen(chosen->table) + 1);
	hash = hash_bytes(hash, object->name, strlen(object->name) + 1);
	return hash_bytes(hash, monitor, strlen(monitor));
}

/* Table and counter are of the same ruleset. */
static int nft_read(const struct source *source, const char *monitor,
		    struct source_plain *plain)
{
	const struct nft_choice *chosen;
	struct nft_object object;
	struct nft_object table;
	int error;

	for (int tries = 0; tries < TRIES; tries++) {
		chosen = find_first(source->choice, monitor, &object, &error);
		if (error)
			return error;
		error = read_table(chosen, &table);
		if (error && error != -ENOENT)
			return error;
		if (!error && table.generation == object.generation)
			break;
		error = -EAGAIN;
	}
	if (error)
		return error;
	*plain = (struct source_plain){
		.counter = source_plain_counter(hash_of(chosen, &table, &object, monitor)),
		.counters = object.counters,
		.references = object.uses ? LIVE_UNKNOWN : 0,
		.may_be_old = source->choice->is_restored,
	};
	return 0;
}

static int nft_open(const struct source *source, const char *monitor,
		    struct source_reading *reading)
{
	return source_plain_open(source, monitor, reading, nft_read,
				 "a counter of nft stops nothing, only a rule of the kernel module does; nft has quotas of its own");
}

static const struct source_operations nft_operations = {
	.list = nft_list,
	.open = nft_open,
	.next = source_plain_next,
	.close = source_plain_close,
	.limit = source_plain_limit,
	.is_chosen = nft_is_chosen,
	.tell = nft_tell,
	.denied = "run as root, as only root may read what nft counts",
	.kind = "nft",
	.words = "nft",
};

struct source source_nft(const struct source_choice *choice,
			 const struct source_memory *memory)
{
	return (struct source){ .operations = &nft_operations, .path = "nft",
				.choice = choice, .memory = memory };
}
