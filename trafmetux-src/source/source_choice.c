// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/source_choice.h"

#include <errno.h>
#include <fnmatch.h>
#include <linux/netfilter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

int source_choice_add_device(struct source_choice *choice, const char *pattern)
{
	struct interface_choice *added;

	if (!*pattern || strlen(pattern) >= SOURCE_DEVICE_SIZE || strchr(pattern, '/'))
		return -EINVAL;
	if (array_reserve((void **)&choice->devices, &choice->device_capacity,
			  choice->device_count + 1, sizeof(*added)))
		return -ENOMEM;
	added = &choice->devices[choice->device_count++];
	strcpy(added->device, pattern);
	return 0;
}

bool source_choice_has_device(const struct source_choice *choice, const char *device)
{
	for (size_t at = 0; at < choice->device_count; at++) {
		if (fnmatch(choice->devices[at].device, device, 0) == 0)
			return true;
	}
	return false;
}

bool source_choice_device(const struct source_choice *choice, const char *monitor,
			  char device[SOURCE_DEVICE_SIZE], bool *is_out)
{
	const char *suffix = strrchr(monitor, '-');
	const size_t length = suffix ? (size_t)(suffix - monitor) : 0;

	if (!length || length >= SOURCE_DEVICE_SIZE)
		return false;
	*is_out = strcmp(suffix, "-out") == 0;
	if (!*is_out && strcmp(suffix, "-in") != 0)
		return false;
	memcpy(device, monitor, length);
	device[length] = '\0';
	return source_choice_has_device(choice, device);
}

/* As nft(8) has them, of linux/netfilter.h. */
static const struct family {
	const char *word;
	uint8_t number;
} families[] = {
	{ "ip", NFPROTO_IPV4 }, { "ip6", NFPROTO_IPV6 }, { "inet", NFPROTO_INET },
	{ "arp", NFPROTO_ARP }, { "bridge", NFPROTO_BRIDGE }, { "netdev", NFPROTO_NETDEV },
};

#define FAMILIES (sizeof(families) / sizeof(*families))

/* In a line of the configuration no word is longer. */
#define WORD_SIZE 256

int source_choice_add_counters(struct source_choice *choice, const char *words)
{
	char family[WORD_SIZE], table[WORD_SIZE], counter[WORD_SIZE];
	char as[WORD_SIZE] = "", monitor[WORD_SIZE] = "", rest[2];
	const int count = sscanf(words, "%255s %255s %255s %255s %255s %1s", family, table,
				 counter, as, monitor, rest);
	struct nft_choice added = { .family = 0 };

	for (size_t at = 0; at < FAMILIES; at++) {
		if (count >= 3 && strcmp(families[at].word, family) == 0)
			added.family = families[at].number;
	}
	if (!added.family || (count != 3 && count != 5) ||
	    (count == 5 && (strcmp(as, "as") != 0 || strpbrk(counter, "*?[") ||
			    !monitor_name_valid(monitor))))
		return -EINVAL;
	snprintf(added.monitor, sizeof(added.monitor), "%.31s", monitor);
	added.table = strdup(table);
	added.counter = strdup(counter);
	if (!added.table || !added.counter ||
	    array_reserve((void **)&choice->counters, &choice->counter_capacity,
			  choice->counter_count + 1, sizeof(added))) {
		free(added.table);
		free(added.counter);
		return -ENOMEM;
	}
	choice->counters[choice->counter_count++] = added;
	return 0;
}

bool source_choice_is_pattern(const struct nft_choice *chosen)
{
	return strpbrk(chosen->counter, "*?[");
}

const char *source_choice_counter(const struct nft_choice *chosen, const char *monitor)
{
	if (*chosen->monitor)
		return strcmp(chosen->monitor, monitor) == 0 ? chosen->counter : NULL;
	return fnmatch(chosen->counter, monitor, 0) == 0 ? monitor : NULL;
}

const char *source_choice_family(const struct nft_choice *chosen)
{
	size_t at = 0;

	while (families[at].number != chosen->family)
		at++;
	return families[at].word;
}

void source_choice_free(struct source_choice *choice)
{
	for (size_t at = 0; at < choice->counter_count; at++) {
		free(choice->counters[at].table);
		free(choice->counters[at].counter);
	}
	array_free((void **)&choice->counters, &choice->counter_capacity);
	choice->counter_count = 0;
	array_free((void **)&choice->devices, &choice->device_capacity);
	choice->device_count = 0;
}
