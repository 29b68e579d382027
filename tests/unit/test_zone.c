// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "time/calendar.h"

static void zones_that_are(void **state)
{
	static const char *const zones[] = {
		"", ":", "UTC", ":UTC", "Europe/Paris", ":Europe/Paris",
		"/usr/share/zoneinfo/Asia/Tokyo", "America/Argentina/Salta",
		"EST5", "UTC0", "CET-1CEST", "EST5EDT4", "EST5EDT,M3.2.0,M11.1.0",
		"CET-1CEST,M3.5.0,M10.5.0/3", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
		"<+0545>-5:45", "AAA+23:59:59", "NZST-12NZDT,J100/167,300",
	};

	(void)state;
	unsetenv("TZDIR");
	for (size_t at = 0; at < sizeof(zones) / sizeof(*zones); at++) {
		if (!zone_is_valid(zones[at]))
			fail_msg("'%s' is refused", zones[at]);
	}
}

static void zones_that_are_not(void **state)
{
	static const char *const zones[] = {
		"Europe/Pariss", "europe", "Europe", "Europe/", "/etc/passwd",
		"/usr/share/zoneinfo", "../../../etc/passwd", "tzdata.zi",
		"ABC", "ES5", "EST25", "EST5EDT,", "EST5EDT,M3.2.0",
		"EST5EDT,M3.2.0,M13.1.0", "EST5EDT,M3.2.0,M11.1.0x",
		"EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J365", "<+03-3", "<>3",
		"EST5EDT,M3.2.0,M11.1.0/168", "UTC ", "UTC+", "+5", "5",
	};

	(void)state;
	unsetenv("TZDIR");
	for (size_t at = 0; at < sizeof(zones) / sizeof(*zones); at++) {
		if (zone_is_valid(zones[at]))
			fail_msg("'%s' is taken", zones[at]);
	}
}

/* A name so long that no path holds it. */
static void names_have_an_end(void **state)
{
	char name[8192];

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_false(zone_is_valid(name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_that_are),
		cmocka_unit_test(zones_that_are_not),
		cmocka_unit_test(names_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
