// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/source_settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const kinds[SOURCE_SECTION_COUNT] = {
	[SOURCE_SECTION_INTERFACE] = "interface",
	[SOURCE_SECTION_NFT] = "nft",
};

enum source_section source_section_find(const char *kind, size_t length)
{
	for (int at = SOURCE_SECTION_NONE + 1; at < SOURCE_SECTION_COUNT; at++) {
		if (strlen(kinds[at]) == length && memcmp(kinds[at], kind, length) == 0)
			return (enum source_section)at;
	}
	return SOURCE_SECTION_UNKNOWN;
}

/* The next word of a list, between blanks and commas; false after the last. */
static bool next_word(const char **cursor, char *word, size_t size)
{
	static const char gaps[] = " \t,";
	const char *start = *cursor + strspn(*cursor, gaps);
	const size_t length = strcspn(start, gaps);

	*cursor = start + length;
	snprintf(word, size, "%.*s", (int)length, start);
	return length;
}

static int add_devices(struct source_choice *choice, const char *value,
		       char words[PLAN_FAULT_SIZE])
{
	const char *cursor = value;
	char device[64];
	int error = -EINVAL;

	while (next_word(&cursor, device, sizeof(device))) {
		error = source_choice_add_device(choice, device);
		if (error)
			break;
	}
	if (error == -EINVAL)
		snprintf(words, PLAN_FAULT_SIZE,
			 "'%s' is no device's name; give names such as eth0, or patterns such as wlan*, with blanks between them",
			 device);
	return error;
}

/* One after another, with commas between them. */
static int add_counters(struct source_choice *choice, const char *value,
			char words[PLAN_FAULT_SIZE])
{
	const char *cursor = value;
	char counters[256];
	int error;

	do {
		const size_t length = strcspn(cursor, ",");

		snprintf(counters, sizeof(counters), "%.*s", (int)length, cursor);
		error = source_choice_add_counters(choice, counters);
		cursor += length;
	} while (!error && *cursor++);
	if (error == -EINVAL)
		snprintf(words, PLAN_FAULT_SIZE,
			 "'%.180s' names no counters; give 'FAMILY TABLE COUNTER' such as 'inet filter wan_*', with commas between them, and behind a single one 'as MONITOR' if need be",
			 counters);
	return error;
}

static int set_restored(struct source_choice *choice, const char *value,
			char words[PLAN_FAULT_SIZE])
{
	choice->is_restored = strcmp(value, "yes") == 0;
	if (choice->is_restored || strcmp(value, "no") == 0)
		return 0;
	snprintf(words, PLAN_FAULT_SIZE, "give yes or no");
	return -EINVAL;
}

int source_settings_add(struct source_choice *choice, enum source_section section,
			const char *key, const char *value, char words[PLAN_FAULT_SIZE])
{
	if (section == SOURCE_SECTION_INTERFACE && strcmp(key, "devices") == 0)
		return add_devices(choice, value, words);
	if (section == SOURCE_SECTION_NFT && strcmp(key, "counters") == 0)
		return add_counters(choice, value, words);
	if (section == SOURCE_SECTION_NFT && strcmp(key, "restored") == 0)
		return set_restored(choice, value, words);
	snprintf(words, PLAN_FAULT_SIZE,
		 "no key of this section; [source interface] takes devices, [source nft] counters and restored");
	return -EINVAL;
}
