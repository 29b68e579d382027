// SPDX-License-Identifier: GPL-2.0-or-later
/* Minutes out of processors' rings, against a model that knows each packet. */
#include "source/meter_rings.h"
#include "source/meter_time.h"

#include "test.h"

#define PROCESSORS 3
#define SLOTS 20
#define TICKS 100
#define MINUTE (60 * TICKS)
#define JIFFY UINT64_C(10000000)	/* ns */
#define SECOND UINT64_C(1000000000)
#define PACKETS_MOST 4000
#define STEPS_MOST 64
#define BEGIN UINT64_C(1600000000)

/** The true course of things. */
struct truth {
	uint64_t jiffies;
	uint64_t real;			/* ns, now */
	struct { uint64_t jiffies; struct counters sum; } packets[PACKETS_MOST];
	size_t count;
	/* From which jiffy on the clock is so far from the jiffies, ns. */
	struct { uint64_t jiffies; uint64_t apart; } steps[STEPS_MOST];
	size_t step_count;
	struct meter_info info;
	struct meter_counter counters[PROCESSORS];
	struct meter_entry rings[PROCESSORS][SLOTS];
	bool is_busy[PROCESSORS];
};

static uint32_t seed;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

static int load(void *context, uint32_t slot, struct meter_entry *row)
{
	const struct truth *truth = context;

	for (int at = 0; at < PROCESSORS; at++)
		row[at] = truth->rings[at][slot];
	return 0;
}

static void note(struct truth *truth)
{
	const struct meter_moment moment = { truth->jiffies, truth->real };

	meter_time_note(&truth->info, &moment);
}

static void step_clock(struct truth *truth, int64_t seconds)
{
	truth->real += (uint64_t)(seconds * (int64_t)SECOND);
	truth->steps[truth->step_count].jiffies = truth->jiffies;
	truth->steps[truth->step_count++].apart = truth->real - truth->jiffies * JIFFY;
}

static void start(struct truth *truth)
{
	*truth = (struct truth){
		.jiffies = 1000000 + draw(100000), .is_busy = { true, draw(2), draw(2) },
		.info = { .minute = MINUTE, .slots = SLOTS, .version = METER_VERSION },
	};
	truth->real = truth->jiffies * JIFFY;
	step_clock(truth, (int64_t)BEGIN);
	truth->info.created = truth->real;
	note(truth);
}

/* As bpf/meter.bpf.c does it. */
static void count(struct truth *truth, int processor, uint64_t packets, uint64_t bytes)
{
	const struct meter_info *info = &truth->info;
	struct meter_counter *counter = &truth->counters[processor];
	struct counters sum;

	if (truth->jiffies >= counter->ends) {
		if (counter->ends)
			truth->rings[processor][counter->stored++ % SLOTS] =
				(struct meter_entry){ counter->ends, counter->packets,
						      counter->bytes };
		counter->ends = info->base + ((truth->jiffies - info->base) / MINUTE + 1) *
				MINUTE;
	}
	counter->packets += packets;
	counter->bytes += bytes;
	counter->done = counter->packets;
	sum = meter_rings_sum(truth->counters, PROCESSORS);
	truth->packets[truth->count].jiffies = truth->jiffies;
	truth->packets[truth->count++].sum = sum;
}

static void pass(struct truth *truth, uint64_t jiffies)
{
	truth->jiffies += jiffies;
	truth->real += jiffies * JIFFY;
}

/* Packets for some time, on the processors that have any. */
static void run(struct truth *truth, int packets)
{
	const uint32_t pause = draw(3) ? 300 : 2 * MINUTE;

	while (packets-- && truth->count < PACKETS_MOST) {
		int processor = (int)draw(PROCESSORS);

		pass(truth, draw(pause));
		if (!truth->is_busy[processor] && draw(20))
			processor = 0;
		count(truth, processor, 1 + draw(40), 20 + draw(60000));
	}
}

/* What was counted before a jiffy. */
static struct counters before(const struct truth *truth, uint64_t jiffies)
{
	struct counters sum = { .packets = 0 };

	for (size_t at = 0; at < truth->count && truth->packets[at].jiffies < jiffies; at++)
		sum = truth->packets[at].sum;
	return sum;
}

/* Had @counters been counted when the clock showed @time? Its jiffy, or 0. */
static uint64_t find_jiffy(const struct truth *truth, const struct sample *sample)
{
	for (size_t at = 0; at < truth->step_count; at++) {
		const uint64_t jiffies = ((uint64_t)sample->time * SECOND -
					  truth->steps[at].apart) / JIFFY;
		const struct counters sum = before(truth, jiffies);

		/* Half a second before and after it may still be called so. */
		if (jiffies + 50 >= truth->steps[at].jiffies &&
		    (at + 1 == truth->step_count ||
		     jiffies <= truth->steps[at + 1].jiffies + 50) &&
		    counters_compare(&sum, &sample->counters) == 0)
			return jiffies;
	}
	return 0;
}

static size_t read_all(struct truth *truth, struct sample *samples, size_t most)
{
	struct meter_info info = truth->info;
	const struct meter_moment moment = { truth->jiffies, truth->real };
	struct meter_rings rings = {
		.info = &info, .processors = PROCESSORS, .counters = truth->counters,
		.load = load, .context = truth,
	};
	size_t count_ = 0;
	int more;

	meter_time_note(&info, &moment);
	assert_int_equal(meter_rings_start(&rings, truth->jiffies), 0);
	while ((more = meter_rings_next(&rings, &samples[count_])) > 0)
		assert_true(++count_ < most);
	assert_int_equal(more, 0);
	meter_rings_free(&rings);
	return count_;
}

#define SAMPLES 2000

/* All that the samples say is so. */
static size_t check(struct truth *truth, uint32_t kept)
{
	static struct sample samples[SAMPLES];
	const size_t count_ = read_all(truth, samples, SAMPLES);

	for (size_t at = 0; at < count_; at++) {
		const struct sample *sample = &samples[at];
		const struct sample *older = at + 1 < count_ ? sample + 1 : NULL;
		const uint64_t jiffies = find_jiffy(truth, sample);
		struct counters sum;

		if (!jiffies)
			fail_msg("seed %u: sample %zu of %zu at %lld has %llu packets", kept,
				 at, count_, (long long)sample->time,
				 (unsigned long long)sample->counters.packets);
		assert_int_equal(sample->time % 60, 0);
		assert_true((uint64_t)sample->time <= truth->real / SECOND + 1);
		if (older)
			assert_true(counters_compare(&sample->counters,
						     &older->counters) > 0);
		if (sample->since != SAMPLE_MINUTE) {
			assert_true(sample->since < sample->time);
			continue;
		}
		if (!older)
			continue;
		sum = before(truth, jiffies - MINUTE);
		assert_int_equal(sum.packets, older->counters.packets);
		assert_int_equal(sum.bytes, older->counters.bytes);
	}
	return count_;
}

/* With a clock that is never set there is a sample for each minute, if there is room. */
static void every_minute_is_there(void **state)
{
	static struct truth truth;
	static struct sample samples[SAMPLES];

	(void)state;
	for (seed = 1; seed < 1000; seed++) {
		const uint32_t kept = seed;
		size_t found;
		uint64_t last = 0;
		size_t at = 0;
		uint64_t end;

		start(&truth);
		run(&truth, 1 + (int)draw(60));
		check(&truth, kept);
		found = read_all(&truth, samples, SAMPLES);
		/* Back from the last minute that is over, as far as the rings reach. */
		end = truth.info.base + (truth.jiffies - truth.info.base) / MINUTE * MINUTE;
		for (; end > truth.packets[0].jiffies && last < SLOTS - 3; end -= MINUTE) {
			const struct counters sum = before(&truth, end);
			const struct counters older = before(&truth, end - MINUTE);

			if (counters_compare(&sum, &older) == 0)
				continue;
			assert_true(at < found);
			assert_int_equal(samples[at].counters.packets, sum.packets);
			assert_int_equal(samples[at].counters.bytes, sum.bytes);
			assert_int_equal(samples[at].since, SAMPLE_MINUTE);
			at++;
			last++;
		}
		seed = kept;
	}
}

/* The clock is set, the machine sleeps, updates come late: nothing untrue is said. */
static void nothing_untrue_is_said(void **state)
{
	static struct truth truth;
	const int rounds = getenv("LONG") && *getenv("LONG") ? 100000 : 2000;
	size_t found = 0;

	(void)state;
	for (int round = 1; round < rounds; round++) {
		bool is_noted = true;

		seed = (uint32_t)round * 7919;
		start(&truth);
		for (int part = 0; part < 12; part++) {
			run(&truth, (int)draw(60));
			/* Between two steps that undo each other nobody can tell. */
			if (draw(2)) {
				note(&truth);
				is_noted = true;
			}
			if (is_noted && draw(3) == 0) {
				/* No two of them bring back an older clock's minutes. */
				step_clock(&truth, ((int64_t)draw(400) - 80) * 60 + 67);
				is_noted = draw(2);
				if (is_noted)
					note(&truth);
			}
			if (draw(2))
				run(&truth, 1 + (int)draw(10));
			found += check(&truth, (uint32_t)round);
		}
	}
	assert_true(found > 0);
}

/* What grew while the machine slept is told to have begun before. */
static void a_sleep_is_told(void **state)
{
	static struct truth truth;
	static struct sample samples[SAMPLES];

	(void)state;
	seed = 5;
	start(&truth);
	pass(&truth, MINUTE - (truth.jiffies - truth.info.base) % MINUTE + 100);
	count(&truth, 0, 1, 100);
	pass(&truth, MINUTE);
	count(&truth, 0, 1, 100);
	note(&truth);
	/* An hour of sleep in the middle of a minute. */
	step_clock(&truth, 3600 + 17);
	pass(&truth, 500);
	count(&truth, 0, 1, 100);
	note(&truth);
	pass(&truth, 2 * MINUTE);
	count(&truth, 0, 1, 100);
	pass(&truth, MINUTE);
	assert_int_equal(read_all(&truth, samples, SAMPLES), 2);
	assert_int_equal(samples[0].counters.packets, 4);
	assert_int_equal(samples[1].counters.packets, 1);
	assert_int_equal(samples[0].since, samples[1].time);
	assert_int_equal(samples[1].since, SAMPLE_MINUTE);
}

/*
 * After the clock was set one processor is in a minute of the new clock, another one
 * still in one of the old: where the first one's ends, what the other had is not known.
 */
static void a_minute_that_one_does_not_know_is_left_out(void **state)
{
	static struct truth truth;
	static struct sample samples[SAMPLES];
	uint64_t end;

	(void)state;
	seed = 3;
	start(&truth);
	end = truth.info.base + (truth.jiffies - truth.info.base) / MINUTE * MINUTE + MINUTE;
	truth.jiffies = end + 1000;
	truth.real = BEGIN * SECOND + truth.jiffies * JIFFY;
	note(&truth);
	count(&truth, 0, 1, 100);
	step_clock(&truth, 67);
	note(&truth);
	count(&truth, 1, 10, 1000);
	for (int second = 0; second < 120; second++) {
		pass(&truth, TICKS);
		count(&truth, 0, 1, 100);
	}
	pass(&truth, MINUTE);
	/* The first has minutes that end 7 seconds later than the other one's only one. */
	check(&truth, seed);
	assert_int_equal(truth.counters[1].ends, end + MINUTE - 700);
	assert_int_equal(truth.rings[0][0].end, end + MINUTE);
	assert_in_range(read_all(&truth, samples, SAMPLES), 1, 2);
	for (size_t at = 0; at < 2; at++)
		assert_true(samples[at].counters.packets > 60);
}

/* A rule's program that was interrupted by itself stores a minute twice. */
static void a_minute_that_is_stored_twice_is_one(void **state)
{
	static struct truth truth;
	static struct sample samples[SAMPLES];

	(void)state;
	seed = 9;
	start(&truth);
	count(&truth, 0, 3, 300);
	pass(&truth, MINUTE);
	count(&truth, 0, 1, 100);
	truth.rings[0][1] = truth.rings[0][0];
	truth.rings[0][0].packets -= 1;
	truth.rings[0][0].bytes -= 100;
	truth.counters[0].stored = 2;
	assert_int_equal(read_all(&truth, samples, SAMPLES), 1);
	assert_int_equal(samples[0].counters.packets, 3);
}

/* The rings are overwritten while they are read: what is left of them is true. */
static void an_entry_that_is_written_over_ends_it(void **state)
{
	static struct truth truth;
	static struct sample samples[SAMPLES];
	size_t found;

	(void)state;
	seed = 11;
	start(&truth);
	for (int minute = 0; minute < 10; minute++) {
		count(&truth, 0, 1, 100);
		pass(&truth, MINUTE);
	}
	truth.rings[0][5].end = truth.jiffies + 10 * MINUTE;
	found = read_all(&truth, samples, SAMPLES);
	assert_in_range(found, 3, 5);
	assert_int_equal(samples[0].counters.packets, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_minute_is_there),
		cmocka_unit_test(nothing_untrue_is_said),
		cmocka_unit_test(a_sleep_is_told),
		cmocka_unit_test(a_minute_that_one_does_not_know_is_left_out),
		cmocka_unit_test(a_minute_that_is_stored_twice_is_one),
		cmocka_unit_test(an_entry_that_is_written_over_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
