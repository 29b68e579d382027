// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/archive_name.h"

#include <string.h>

#include "time/calendar.h"

/* YYYY-MM-DD, and YYYY-MM */
#define DAY_LENGTH 10
#define MONTH_LENGTH 7

int32_t archive_file_last_day(const struct archive_file *file)
{
	return file->is_month ? calendar_month_end(file->day) : file->day;
}

bool archive_file_covers(const struct archive_file *month,
			 const struct archive_file *file)
{
	return month->is_month && !file->is_month && month->day <= file->day &&
	       file->day <= archive_file_last_day(month) &&
	       strcmp(month->monitor, file->monitor) == 0;
}

int64_t archive_date_order(const struct archive_file *file)
{
	return (int64_t)file->day * 2 + !file->is_month;
}

int archive_file_compare(const struct archive_file *left,
			 const struct archive_file *right)
{
	const int64_t first = archive_date_order(left);
	const int64_t second = archive_date_order(right);
	int order = strcmp(left->monitor, right->monitor);

	return order ? order : (first > second) - (first < second);
}

size_t archive_date_format(const struct archive_file *file,
			   char text[ARCHIVE_DATE_SIZE])
{
	size_t length = calendar_format_day(file->day, text, ARCHIVE_DATE_SIZE);

	if (!file->is_month)
		return length;
	text[MONTH_LENGTH] = '\0';
	return MONTH_LENGTH;
}

bool archive_date_parse(const char **cursor, const char *end,
			struct archive_file *file)
{
	const char *text = *cursor;

	if (end - text >= DAY_LENGTH && calendar_parse_day(text, &file->day)) {
		file->is_month = false;
		*cursor += DAY_LENGTH;
		return true;
	}
	if (end - text < MONTH_LENGTH || !calendar_parse_month(text, &file->day))
		return false;
	file->is_month = true;
	*cursor += MONTH_LENGTH;
	return true;
}

void archive_file_name(const struct archive_file *file,
		       char name[ARCHIVE_NAME_SIZE])
{
	size_t length = strnlen(file->monitor, MONITOR_NAME_SIZE - 1);

	memcpy(name, file->monitor, length);
	name[length++] = '-';
	archive_date_format(file, name + length);
}

/* Is the end of the name a dash and a date of this length? */
static bool ends_with_date(const char *name, size_t length, size_t date,
			   struct archive_file *file)
{
	const char *cursor = name + length - date;

	return length > date + 1 && length - date - 1 < MONITOR_NAME_SIZE &&
	       cursor[-1] == '-' &&
	       archive_date_parse(&cursor, name + length, file) &&
	       cursor == name + length;
}

bool archive_file_parse(const char *name, struct archive_file *file)
{
	const size_t length = strlen(name);
	size_t monitor;

	if (ends_with_date(name, length, DAY_LENGTH, file))
		monitor = length - DAY_LENGTH - 1;
	else if (ends_with_date(name, length, MONTH_LENGTH, file))
		monitor = length - MONTH_LENGTH - 1;
	else
		return false;
	memset(file->monitor, 0, sizeof(file->monitor));
	memcpy(file->monitor, name, monitor);
	return monitor_name_valid(file->monitor);
}
