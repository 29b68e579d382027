// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/csv_split.h"

#include <errno.h>
#include <string.h>

/* A field in quotes, each quote in it doubled. Returns what is behind it. */
static char *unquote(char *at)
{
	char *to = at;

	for (at++; *at && (*at != '"' || at[1] == '"'); at++) {
		if (*at == '"')
			at++;
		*to++ = *at;
	}
	if (*at != '"')
		return NULL;
	*to = '\0';
	return at + 1;
}

int csv_split(char *text, const char *fields[CSV_FIELDS_MAX], size_t *count)
{
	char *at = text;

	for (*count = 0; at; ++*count) {
		char *end;

		if (*count == CSV_FIELDS_MAX)
			return -E2BIG;
		fields[*count] = at;
		end = *at == '"' ? unquote(at) : at + strcspn(at, ",\"");
		if (!end || (*end && *end != ','))
			return -EINVAL;
		at = *end ? end + 1 : NULL;
		*end = '\0';
	}
	return 0;
}
