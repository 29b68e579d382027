/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every test program includes. */
#ifndef TRAFMETUX_TEST_H
#define TRAFMETUX_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* After the four above, as cmocka wants it. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A file without a name that holds @text, open at its start. */
static inline int test_file(const void *text, size_t length)
{
	FILE *file = tmpfile();
	int descriptor;

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fflush(file), 0);
	descriptor = dup(fileno(file));
	fclose(file);
	assert_true(descriptor >= 0);
	assert_int_equal(lseek(descriptor, 0, SEEK_SET), 0);
	return descriptor;
}

static inline void test_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

#endif
