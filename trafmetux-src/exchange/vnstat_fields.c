// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/vnstat_fields.h"

#include <string.h>

#include "base/number.h"

#define KIB 1024
#define MIB (1024 * 1024)

bool vnstat_fields_split(const struct line *line, struct vnstat_fields *fields)
{
	char *rest = fields->copy;
	const char *field;

	if (line->too_long || line->length >= sizeof(fields->copy) ||
	    memchr(line->text, '\0', line->length))
		return false;
	memcpy(fields->copy, line->text, line->length);
	fields->copy[line->length] = '\0';
	fields->count = 0;
	fields->word = strsep(&rest, ";");
	/* Names are no numbers. */
	if (strcmp(fields->word, "interface") == 0 ||
	    strcmp(fields->word, "nick") == 0)
		return rest != NULL;
	while ((field = strsep(&rest, ";"))) {
		if (fields->count == VNSTAT_FIELDS_MAX ||
		    !number_parse_word(field, &fields->numbers[fields->count]))
			return false;
		fields->count++;
	}
	return fields->count > 0;
}

bool vnstat_bytes(uint64_t mib, uint64_t kib, uint64_t *bytes)
{
	*bytes = mib * MIB + kib * KIB;
	return mib <= UINT64_MAX / 2 / MIB && kib <= UINT64_MAX / 2 / KIB;
}

bool vnstat_fields_bytes(const struct vnstat_fields *fields,
			 struct vnstat_span *span)
{
	const uint64_t *numbers = fields->numbers;
	const bool is_hour = span->view == VNSTAT_HOUR;

	return vnstat_bytes(is_hour ? 0 : numbers[2], numbers[is_hour ? 2 : 4],
			    &span->bytes[VNSTAT_RX]) &&
	       vnstat_bytes(is_hour ? 0 : numbers[3], numbers[is_hour ? 3 : 5],
			    &span->bytes[VNSTAT_TX]);
}
