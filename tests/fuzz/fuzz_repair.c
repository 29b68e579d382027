// SPDX-License-Identifier: GPL-2.0-or-later
/* verify --repair of up to three days: reports stay, and what is told is so. */
#include <string.h>
#include <time.h>

#include "fuzz.h"
#include "fuzz_days.h"
#include "upkeep/verify.h"

#define FIRST_DAY 18687		/* 2021-03-01 */

static FILE *nowhere;

/* What a report by the day has; growths beyond these days are in the last row. */
struct report {
	struct counters rows[FUZZ_DAYS + 3];
};

static int take(void *context, const struct growth *growth)
{
	struct report *report = context;
	const int64_t day = (growth->time - 1) / 86400 - FIRST_DAY + 1;

	counters_add(&report->rows[day < 0 || day > FUZZ_DAYS + 1 ?
				FUZZ_DAYS + 2 : day],
		     &growth->counters);
	return 0;
}

/* Returns whether something is wrong. */
static bool verify(bool repair)
{
	struct calendar calendar = { .first_weekday = 0 };
	struct messages messages = { .silent = true };
	struct monitor_names names = { 0 };
	const struct source source = fuzz_days_source();
	const struct context context = {
		.source = &source, .archive_path = fuzz_days_directory(),
		.calendar = &calendar, .messages = &messages, .output = nowhere,
	};

	verify_run(&context, &names, repair);
	return messages.trouble;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report before = { 0 };
	struct report after = { 0 };
	bool is_left;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	fuzz_must(nowhere);
	setenv("TZ", "UTC", 1);
	tzset();
	fuzz_days_directory();
	if (!fuzz_days_put(FIRST_DAY, data, size))
		return 0;
	fuzz_days_report(take, &before);
	is_left = verify(true);
	fuzz_days_report(take, &after);
	fuzz_must(memcmp(&before, &after, sizeof(before)) == 0);
	fuzz_must(verify(false) == is_left);
	fuzz_days_empty();
	return 0;
}
