// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>

#include "exchange/vnstat.h"

#define SPAN(what, from, to, in, out) \
	{ .view = (what), .start = (from), .end = (to), .bytes = { in, out } }

static struct vnstat_span bad;

static void assert_rest(const struct vnstat_span *span, enum vnstat_view view,
			int64_t since, int64_t time, uint64_t rx, uint64_t tx)
{
	assert_int_equal(span->view, view);
	assert_int_equal(span->rest_since, since);
	assert_int_equal(span->rest_time, time);
	assert_int_equal(span->rest[VNSTAT_RX], rx);
	assert_int_equal(span->rest[VNSTAT_TX], tx);
}

static void each_byte_is_left_to_the_finest(void **state)
{
	struct vnstat_span spans[] = {
		SPAN(VNSTAT_HOUR, 50, 60, 5, 1),
		SPAN(VNSTAT_TOTAL, 0, 100, 100, 50),
		SPAN(VNSTAT_DAY, 40, 70, 20, 1),
		SPAN(VNSTAT_DAY, 70, 100, 30, 9),
		SPAN(VNSTAT_HOUR, 60, 70, 6, 0),
	};

	(void)state;
	assert_int_equal(vnstat_settle(spans, 5, &bad), 0);
	assert_rest(&spans[0], VNSTAT_TOTAL, 0, 40, 50, 40);
	assert_rest(&spans[1], VNSTAT_DAY, 40, 50, 9, 0);
	assert_rest(&spans[2], VNSTAT_HOUR, 50, 60, 5, 1);
	assert_rest(&spans[3], VNSTAT_HOUR, 60, 70, 6, 0);
	assert_rest(&spans[4], VNSTAT_DAY, 70, 100, 30, 9);
}

/* With something finer at its begin, the rest goes where the finer ones leave a gap. */
static void a_rest_is_put_into_the_first_gap(void **state)
{
	struct vnstat_span between[] = {
		SPAN(VNSTAT_DAY, 0, 60, 20, 0),
		SPAN(VNSTAT_HOUR, 0, 10, 5, 0),
		SPAN(VNSTAT_HOUR, 10, 20, 1, 0),
		SPAN(VNSTAT_HOUR, 40, 50, 5, 0),
	};
	struct vnstat_span after[] = {
		SPAN(VNSTAT_DAY, 0, 30, 20, 0),
		SPAN(VNSTAT_HOUR, 0, 10, 5, 0),
		SPAN(VNSTAT_HOUR, 10, 20, 5, 0),
	};

	(void)state;
	assert_int_equal(vnstat_settle(between, 4, &bad), 0);
	assert_rest(&between[0], VNSTAT_HOUR, 0, 10, 5, 0);
	assert_rest(&between[1], VNSTAT_HOUR, 10, 20, 1, 0);
	assert_rest(&between[2], VNSTAT_DAY, 20, 40, 9, 0);
	assert_rest(&between[3], VNSTAT_HOUR, 40, 50, 5, 0);
	assert_int_equal(vnstat_settle(after, 3, &bad), 0);
	assert_rest(&after[2], VNSTAT_DAY, 20, 30, 10, 0);
}

/* Each hour has its own figure, and the day has still more. */
static void a_rest_may_be_at_the_end(void **state)
{
	struct vnstat_span spans[] = {
		SPAN(VNSTAT_DAY, 0, 20, 20, 0),
		SPAN(VNSTAT_HOUR, 0, 10, 5, 0),
		SPAN(VNSTAT_HOUR, 10, 20, 5, 0),
	};

	(void)state;
	assert_int_equal(vnstat_settle(spans, 3, &bad), 0);
	assert_rest(&spans[0], VNSTAT_HOUR, 0, 10, 5, 0);
	assert_rest(&spans[1], VNSTAT_DAY, 0, 20, 10, 0);
	assert_rest(&spans[2], VNSTAT_HOUR, 10, 20, 5, 0);
}

/* Top days are kept for longer than those around them: the rest was around them, too. */
static void top_days_part_no_gap(void **state)
{
	struct vnstat_span spans[] = {
		SPAN(VNSTAT_TOTAL, 0, 90, 50, 9),
		SPAN(VNSTAT_YEAR, 0, 10, 7, 1),
		SPAN(VNSTAT_DAY, 20, 25, 5, 0),
		SPAN(VNSTAT_DAY, 30, 35, 5, 0),
		SPAN(VNSTAT_DAY, 60, 70, 1, 1),
		SPAN(VNSTAT_DAY, 80, 90, 1, 1),
	};
	struct vnstat_span alone[] = {
		SPAN(VNSTAT_MONTH, 0, 30, 20, 0), SPAN(VNSTAT_DAY, 10, 20, 5, 0),
	};

	(void)state;
	spans[2].is_top = true;
	spans[3].is_top = true;
	alone[1].is_top = true;
	assert_int_equal(vnstat_settle(spans, 6, &bad), 0);
	assert_rest(&spans[3], VNSTAT_TOTAL, 10, 60, 31, 6);
	assert_int_equal(vnstat_settle(alone, 2, &bad), 0);
	assert_rest(&alone[1], VNSTAT_MONTH, 0, 30, 15, 0);
}

/* A month may be longer than that of the reports it is to be in. */
static void a_rest_is_no_later_than_it_may_be(void **state)
{
	struct vnstat_span whole[] = { SPAN(VNSTAT_MONTH, 0, 30, 20, 0) };
	struct vnstat_span parted[] = {
		SPAN(VNSTAT_MONTH, 0, 30, 20, 0), SPAN(VNSTAT_DAY, 15, 20, 5, 0),
	};

	(void)state;
	whole[0].latest = 28;
	parted[0].latest = 28;
	assert_int_equal(vnstat_settle(whole, 1, &bad), 0);
	assert_rest(&whole[0], VNSTAT_MONTH, 0, 28, 20, 0);
	assert_int_equal(vnstat_settle(parted, 2, &bad), 0);
	assert_rest(&parted[0], VNSTAT_MONTH, 0, 15, 15, 0);
}

static void what_contradicts_itself_is_refused(void **state)
{
	struct vnstat_span fewer[] = {
		SPAN(VNSTAT_DAY, 0, 30, 20, 1), SPAN(VNSTAT_HOUR, 0, 10, 5, 2),
	};
	struct vnstat_span twice[] = {
		SPAN(VNSTAT_DAY, 0, 30, 1, 1), SPAN(VNSTAT_DAY, 0, 30, 1, 1),
	};
	struct vnstat_span astride[] = {
		SPAN(VNSTAT_DAY, 0, 30, 9, 9), SPAN(VNSTAT_HOUR, 25, 35, 1, 1),
	};

	(void)state;
	assert_int_equal(vnstat_settle(fewer, 2, &bad), -EBADMSG);
	assert_int_equal(bad.view, VNSTAT_DAY);
	assert_int_equal(vnstat_settle(twice, 2, &bad), -EBADMSG);
	assert_int_equal(vnstat_settle(astride, 2, &bad), -EBADMSG);
}

static void the_largest_numbers_fit(void **state)
{
	struct vnstat_span spans[] = {
		SPAN(VNSTAT_TOTAL, 0, 30, UINT64_MAX, UINT64_MAX),
		SPAN(VNSTAT_DAY, 0, 30, UINT64_MAX, UINT64_MAX - 1),
	};

	(void)state;
	assert_int_equal(vnstat_settle(spans, 2, &bad), 0);
	assert_rest(&spans[0], VNSTAT_TOTAL, 0, 30, 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_byte_is_left_to_the_finest),
		cmocka_unit_test(a_rest_is_put_into_the_first_gap),
		cmocka_unit_test(a_rest_may_be_at_the_end),
		cmocka_unit_test(top_days_part_no_gap),
		cmocka_unit_test(a_rest_is_no_later_than_it_may_be),
		cmocka_unit_test(what_contradicts_itself_is_refused),
		cmocka_unit_test(the_largest_numbers_fit),
	};

	return cmocka_run_group_tests_name("vnstat_settle", tests, NULL, NULL);
}
