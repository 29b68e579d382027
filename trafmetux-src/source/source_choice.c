// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/source_choice.h"

#include <errno.h>
#include <fnmatch.h>
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

void source_choice_free(struct source_choice *choice)
{
	array_free((void **)&choice->devices, &choice->device_capacity);
	choice->device_count = 0;
}
