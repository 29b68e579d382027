// SPDX-License-Identifier: GPL-2.0-or-later
/* The rule itself: which clock is believed, and which times of samples. */
#include "test.h"

#include "index/belief.h"

#define RELEASE INT64_C(1000000000)
#define NEWEST INT64_C(1500000000)

static struct belief judge(int64_t now, bool is_synchronised, int64_t newest)
{
	struct belief belief = {
		.clock = { .now = now, .is_synchronised = is_synchronised },
		.release = RELEASE, .newest = newest, .newest_of = "m",
	};

	if (belief_judge(&belief))
		assert_false(belief_judge(&belief));
	return belief;
}

static void clocks_are_believed_or_not(void **state)
{
	static const struct {
		int64_t now;
		bool is_synchronised;
		int64_t newest;
		enum belief_doubt doubt;
		int64_t present;
	} cases[] = {
		{ RELEASE, false, 0, BELIEF_SURE, RELEASE },
		{ RELEASE - 1, false, 0, BELIEF_BEFORE_RELEASE, RELEASE },
		{ RELEASE - 1, true, 0, BELIEF_BEFORE_RELEASE, RELEASE },
		{ 0, true, NEWEST, BELIEF_BEFORE_RELEASE, NEWEST - 1 },
		{ -5, false, NEWEST, BELIEF_BEFORE_RELEASE, NEWEST - 1 },
		{ SAMPLE_TIME_MAX + 1, true, NEWEST, BELIEF_BEFORE_RELEASE,
		  NEWEST - 1 },
		{ NEWEST, false, NEWEST, BELIEF_SURE, NEWEST },
		{ NEWEST + 1000000000, false, NEWEST, BELIEF_SURE,
		  NEWEST + 1000000000 },
		{ NEWEST - 26 * 3600, false, NEWEST, BELIEF_SURE,
		  NEWEST - 26 * 3600 },
		{ NEWEST - 26 * 3600 - 1, false, NEWEST, BELIEF_BEFORE_NEWEST,
		  NEWEST - 1 },
		{ NEWEST - 26 * 3600 - 1, true, NEWEST, BELIEF_SURE,
		  NEWEST - 26 * 3600 - 1 },
	};

	(void)state;
	for (size_t at = 0; at < sizeof(cases) / sizeof(*cases); at++) {
		const struct belief belief = judge(cases[at].now,
						   cases[at].is_synchronised,
						   cases[at].newest);

		if (belief.doubt != cases[at].doubt ||
		    belief.present != cases[at].present)
			fail_msg("case %zu: doubt %d, present %lld", at,
				 (int)belief.doubt, (long long)belief.present);
	}
}

/* Where this machine counts, a clock can't be far ahead of all that is known. */
static void clocks_are_not_far_ahead(void **state)
{
	static const struct {
		int64_t newest;
		int64_t reached;
		int64_t now;
		bool is_synchronised;
		enum belief_doubt doubt;
		int64_t present;
	} cases[] = {
		{ 0, 0, 2 * NEWEST, false, BELIEF_SURE, 2 * NEWEST },
		{ NEWEST, 0, NEWEST + BELIEF_SPAN, false, BELIEF_SURE,
		  NEWEST + BELIEF_SPAN },
		{ NEWEST, 0, NEWEST + BELIEF_SPAN + 1, false, BELIEF_AHEAD,
		  NEWEST - 1 },
		{ NEWEST, 0, NEWEST + BELIEF_SPAN + 1, true, BELIEF_SURE,
		  NEWEST + BELIEF_SPAN + 1 },
		{ NEWEST, NEWEST + 60, NEWEST + BELIEF_SPAN + 60, false,
		  BELIEF_SURE, NEWEST + BELIEF_SPAN + 60 },
		{ NEWEST, NEWEST + 60, NEWEST + BELIEF_SPAN + 61, false,
		  BELIEF_AHEAD, NEWEST + 60 },
		{ NEWEST, NEWEST - 60, 2 * NEWEST, false, BELIEF_AHEAD,
		  NEWEST - 1 },
		{ 0, NEWEST, 2 * NEWEST, false, BELIEF_AHEAD, NEWEST },
		{ 0, NEWEST, SAMPLE_TIME_MAX + 1, false, BELIEF_BEFORE_RELEASE,
		  RELEASE },
	};

	(void)state;
	for (size_t at = 0; at < sizeof(cases) / sizeof(*cases); at++) {
		struct belief belief = {
			.clock = { .now = cases[at].now,
				   .is_synchronised = cases[at].is_synchronised },
			.release = RELEASE, .is_ours = true,
			.newest = cases[at].newest,
			.reached = cases[at].reached,
		};

		assert_false(belief_judge(&belief));
		if (belief.doubt != cases[at].doubt ||
		    belief.present != cases[at].present)
			fail_msg("case %zu: doubt %d, present %lld", at,
				 (int)belief.doubt, (long long)belief.present);
		if (belief.doubt != BELIEF_AHEAD)
			continue;
		assert_true(belief_may_be_right(&belief));
		assert_true(belief_of_time(&belief, 0, NEWEST + 60));
		assert_false(belief_of_time(&belief, 0, cases[at].now));
	}
}

/* Only what was of the future then is passed over, and no licence for more. */
static void what_was_accepted_bears_no_witness(void **state)
{
	struct belief belief = {
		.clock = { .now = NEWEST }, .release = RELEASE,
		.memory = { .accepted = NEWEST, .future = 2 * NEWEST },
	};

	(void)state;
	assert_false(belief_passes_over(&belief, NEWEST));
	assert_false(belief_passes_over(&belief, NEWEST + BELIEF_MARGIN));
	assert_true(belief_passes_over(&belief, NEWEST + BELIEF_MARGIN + 1));
	assert_true(belief_passes_over(&belief, 2 * NEWEST));
	assert_false(belief_passes_over(&belief, 2 * NEWEST + 1));
	belief_judge(&belief);
	assert_true(belief_is_sure(&belief));
	assert_int_equal(belief.future, 2 * NEWEST);
	belief.newest = 2 * NEWEST + 1;
	belief_judge(&belief);
	assert_false(belief_is_sure(&belief));
	/* The time of the future has come. */
	belief.clock.now = 2 * NEWEST + 1;
	belief.future = 0;
	belief_judge(&belief);
	assert_int_equal(belief.future, 0);
}

static void times_of_samples(void **state)
{
	struct belief belief = judge(NEWEST, false, 0);

	(void)state;
	assert_true(belief_of_time(&belief, 0, RELEASE));
	assert_false(belief_of_time(&belief, 0, RELEASE - 1));
	assert_true(belief_of_time(&belief, 0, NEWEST + BELIEF_MARGIN));
	assert_false(belief_of_time(&belief, 0, NEWEST + BELIEF_MARGIN + 1));
	assert_true(belief_of_time(&belief, NEWEST, NEWEST - BELIEF_MARGIN));
	assert_false(belief_of_time(&belief, NEWEST,
				    NEWEST - BELIEF_MARGIN - 1));
	/* What was recorded in the future says nothing. */
	assert_true(belief_of_time(&belief, 2 * NEWEST, RELEASE));
	/* A time at which the clock was not believed. */
	belief.memory.disbelieved = NEWEST - 10 * 86400;
	assert_false(belief_of_time(&belief, 0, NEWEST - 10 * 86400));
	assert_false(belief_of_time(&belief, 0, NEWEST - 9 * 86400));
	assert_true(belief_of_time(&belief, 0, NEWEST - 9 * 86400 + 1));
	assert_true(belief_of_time(&belief, 0, NEWEST - 10 * 86400 - 1));
	/* But it is the same clock that is believed now. */
	belief.memory.disbelieved = NEWEST - 3600;
	assert_true(belief_of_time(&belief, 0, NEWEST - 60));
}

static void add(struct samples *samples, int64_t time, int64_t since,
		uint64_t packets)
{
	const struct sample sample = { time, since, { packets, packets } };

	assert_int_equal(samples_add(samples, &sample), 0);
}

static void samples_are_folded_into_the_next(void **state)
{
	const struct belief belief = judge(NEWEST, false, 0);
	struct samples samples = { .count = 0 };

	(void)state;
	add(&samples, 60, SAMPLE_MINUTE, 1);
	add(&samples, 120, 12, 2);
	add(&samples, NEWEST - 600, SAMPLE_MINUTE, 3);
	add(&samples, NEWEST - 540, SAMPLE_MINUTE, 4);
	add(&samples, 180, SAMPLE_MINUTE, 5);
	add(&samples, NEWEST - 120, NEWEST - 300, 6);
	add(&samples, 240, SAMPLE_MINUTE, 7);
	assert_true(belief_fold(&belief, NEWEST - 86400, NEWEST, &samples));
	assert_int_equal(samples.count, 4);
	assert_int_equal(samples.list[0].time, NEWEST - 600);
	assert_int_equal(samples.list[0].since, NEWEST - 86400);
	assert_int_equal(samples.list[0].counters.packets, 3);
	assert_int_equal(samples.list[1].since, SAMPLE_MINUTE);
	assert_int_equal(samples.list[2].time, NEWEST - 120);
	assert_int_equal(samples.list[2].since, NEWEST - 540);
	/* What nothing follows is of the reading's time. */
	assert_int_equal(samples.list[3].time, NEWEST);
	assert_int_equal(samples.list[3].since, NEWEST - 120);
	assert_int_equal(samples.list[3].counters.packets, 7);
	samples_free(&samples);
	/* Nothing was known before. */
	add(&samples, 60, SAMPLE_MINUTE, 1);
	add(&samples, NEWEST, 30, 2);
	assert_false(belief_fold(&belief, 0, NEWEST, &samples));
	assert_int_equal(samples.count, 1);
	assert_int_equal(samples.list[0].since, 0);
	samples_free(&samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_are_believed_or_not),
		cmocka_unit_test(clocks_are_not_far_ahead),
		cmocka_unit_test(what_was_accepted_bears_no_witness),
		cmocka_unit_test(times_of_samples),
		cmocka_unit_test(samples_are_folded_into_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
