// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Months go by in a made-up world: a kernel that counts by a schedule, updates
 * four times a day, and a plan of day 31 over a leap year's February and the
 * change to summer time. The machine is restarted, its clock is wrong for a while,
 * the plan is edited. In the end each period holds what the schedule says, to the
 * byte, and each warning was given once.
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "base/machine.h"
#include "plan/config.h"
#include "plan/plan_update.h"
#include "upkeep/update.h"

#define STEP (6 * 3600)
#define STEPS_MAX 800

struct world {
	char folder[64];
	char archive[80];
	char proc[80];
	char config_text[1024];
	struct source source;
	struct belief belief;
	struct messages messages;
	uint64_t series;
	struct counters state;
	/* what was counted, and when the clock said so */
	struct {
		int64_t time;
		uint64_t bytes;
	} truth[STEPS_MAX];
	size_t steps;
	/* the kernel's last samples, the newest last */
	char samples[3][80];
};

static int64_t at(const char *text)
{
	int64_t time;

	assert_int_equal(clock_parse(text, &time), 0);
	return time;
}

static void start_world(struct world *world)
{
	*world = (struct world){ .folder = "/tmp/trafmetux-months-XXXXXX",
				 .series = 1 };
	assert_non_null(mkdtemp(world->folder));
	sprintf(world->archive, "%s/archive", world->folder);
	sprintf(world->proc, "%s/proc", world->folder);
	assert_int_equal(mkdir(world->archive, 0755), 0);
	assert_int_equal(mkdir(world->proc, 0755), 0);
	world->source = source_module(world->proc);
	world->source.belief = &world->belief;
	/* Files of the future are reported, which is not what is looked at. */
	world->messages.silent = true;
}

static void end_world(struct world *world)
{
	char command[128];

	belief_free(&world->belief);
	sprintf(command, "rm -rf %s", world->folder);
	assert_int_equal(system(command), 0);
}

/* The plan, and a hook that notes its period and threshold. */
static void set_plan(struct world *world, const char *amount)
{
	char path[96];
	FILE *hook;

	sprintf(path, "%s/hook", world->folder);
	hook = fopen(path, "w");
	assert_non_null(hook);
	fprintf(hook, "#!/bin/sh\necho \"$TRAFMETUX_PERIOD at $TRAFMETUX_THRESHOLD\" >>%s/given\n",
		world->folder);
	assert_int_equal(fclose(hook), 0);
	assert_int_equal(chmod(path, 0755), 0);
	sprintf(world->config_text,
		"[plan home]\nmonitors = a\nperiod = month from 31\n"
		"zone = Europe/Paris\nwarn = 50%%, 80%%\namount = %s\nhook = %s\n",
		amount, path);
}

static void ignore_fault(void *context, const struct plan_fault *fault)
{
	(void)context;
	fail_msg("%s", fault->words);
}

static void read_config(struct world *world, struct config *config)
{
	assert_int_equal(config_parse(world->config_text,
				      strlen(world->config_text), config,
				      ignore_fault, NULL), 0);
}

static struct context make_context(struct world *world, int64_t present)
{
	return (struct context){
		.source = &world->source, .archive_path = world->archive,
		.present = present, .messages = &world->messages,
	};
}

/* The clock is kept by NTP, which sets it right in the end. */
static void believe(struct world *world, int64_t present)
{
	const struct clock_reading clock = { .now = present, .uptime = 60,
					     .is_synchronised = true };

	belief_free(&world->belief);
	belief_find(&world->belief, &clock, at("2024-01-01 00:00"),
		    world->archive, &world->source, false);
	assert_true(belief_is_sure(&world->belief));
}

static void update(struct world *world, int64_t present)
{
	struct calendar calendar = { .first_weekday = 0 };
	struct monitor_names names = { .count = 0 };
	struct context context = make_context(world, present);
	const struct update_request request = {
		.context = &context, .names = &names, .belief = &world->belief,
	};
	struct config config;

	context.calendar = &calendar;
	believe(world, present);
	belief_settle(&world->belief, world->archive, NULL, &world->messages);
	update_run(&request);
	world->messages.trouble = false;
	read_config(world, &config);
	plan_update_run(&context, &config, "config", &world->belief);
	assert_false(world->messages.trouble);
	config_free(&config);
}

/* The kernel takes a sample at @time by its clock; then there is an update. */
static void step(struct world *world, int64_t time)
{
	const uint64_t bytes = 1000 + (uint64_t)(time / STEP) * 7919 % 5003;
	char path[112];
	FILE *file;

	assert_true(world->steps < STEPS_MAX);
	world->truth[world->steps].time = time;
	world->truth[world->steps++].bytes = bytes;
	world->state.packets += 3;
	world->state.bytes += bytes;
	memmove(world->samples[0], world->samples[1],
		2 * sizeof(world->samples[0]));
	sprintf(world->samples[2], "sample %" PRId64 " %" PRIu64 " %" PRIu64 "\n",
		time, world->state.packets, world->state.bytes);
	sprintf(path, "%s/a", world->proc);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "version 1\nmonitor a\nseries %016" PRIx64 "\nreferences 1\n"
		"time %" PRId64 ".500000\npackets %" PRIu64 "\nbytes %" PRIu64 "\n%s%s%s",
		world->series, time, world->state.packets, world->state.bytes,
		world->samples[2], world->samples[1], world->samples[0]);
	assert_int_equal(fclose(file), 0);
	update(world, time);
}

static void steps(struct world *world, const char *from, const char *to)
{
	for (int64_t time = at(from); time < at(to); time += STEP)
		step(world, time);
}

/* A new kernel: a new series, that counts from nothing. */
static void restart(struct world *world)
{
	world->series++;
	world->state = (struct counters){ 0 };
	memset(world->samples, 0, sizeof(world->samples));
}

static uint64_t scheduled(const struct world *world, int64_t start, int64_t end)
{
	uint64_t sum = 0;

	for (size_t step = 0; step < world->steps; step++) {
		if (world->truth[step].time - 1 >= start &&
		    world->truth[step].time - 1 < end)
			sum += world->truth[step].bytes;
	}
	return sum;
}

/* Every period of the ledger, as "FIRST BASE" and with what was scheduled. */
static void expect_ledger(struct world *world, const char *present,
			  const char *wanted)
{
	const struct context context = make_context(world, at(present));
	struct plan_view view;
	struct config config;
	char found[1024] = "";

	believe(world, at(present));
	read_config(world, &config);
	assert_int_equal(plan_view_open(&view, &context,
					&config.plans[0].plan, false), 0);
	for (size_t row = 0; row < view.ledger.count; row++) {
		const struct ledger_row *period = &view.ledger.rows[row];
		char label[SCHEDULE_LABEL_SIZE];

		schedule_label(&period->period, label);
		sprintf(found + strlen(found), "%s %" PRIu64 "%s\n", label,
			period->base, period->is_recorded ? "" : " open");
		assert_int_equal(period->used,
				 scheduled(world, period->period.start,
					   period->period.end));
	}
	assert_string_equal(found, wanted);
	plan_view_close(&view);
	config_free(&config);
}

static void expect_given(const struct world *world, const char *wanted)
{
	char path[96];
	char found[1024] = "";
	FILE *file;

	sprintf(path, "%s/given", world->folder);
	file = fopen(path, "r");
	assert_non_null(file);
	found[fread(found, 1, sizeof(found) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(found, wanted);
}

static void months_go_by(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	(void)state;
	assert_non_null(world);
	test_zone("Europe/Paris");
	start_world(world);
	set_plan(world, "500000 B");
	/* February 2024 has 29 days: periods begin on the 31st, 29th, 31st, 30th. */
	steps(world, "2024-01-31 00:01", "2024-02-10 12:00");
	restart(world);
	steps(world, "2024-02-10 18:01", "2024-03-05 00:00");
	/* The clock is 40 days ahead for a day, and right again. */
	for (int count = 0; count < 4; count++)
		step(world, at("2024-04-14 00:01") + count * STEP);
	steps(world, "2024-03-06 00:01", "2024-03-20 00:00");
	expect_ledger(world, "2024-03-20 00:00",
		      "2024-01-31 - 2024-02-28 500000\n"
		      "2024-02-29 - 2024-03-30 500000 open\n");
	/* More from now on; what is over stays as it was. */
	set_plan(world, "900000 B");
	steps(world, "2024-03-20 00:01", "2024-05-03 00:00");
	expect_ledger(world, "2024-05-03 00:00",
		      "2024-01-31 - 2024-02-28 500000\n"
		      "2024-02-29 - 2024-03-30 900000\n"
		      "2024-03-31 - 2024-04-29 900000\n"
		      "2024-04-30 - 2024-05-30 900000 open\n");
	expect_given(world, "2024-01-31 - 2024-02-28 at 50\n"
			    "2024-01-31 - 2024-02-28 at 80\n"
			    "2024-02-29 - 2024-03-30 at 50\n");
	end_world(world);
	free(world);
}

/* So long after its end a period is recorded, and no second before. */
static void periods_are_recorded_when_they_are_over(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	const int64_t end = at("2024-02-29 00:00");

	(void)state;
	assert_non_null(world);
	test_zone("Europe/Paris");
	start_world(world);
	set_plan(world, "500000 B");
	step(world, at("2024-02-20 12:00"));
	update(world, end + PLAN_UPDATE_DELAY - 1);
	expect_ledger(world, "2024-02-29 00:04:59",
		      "2024-01-31 - 2024-02-28 500000 open\n"
		      "2024-02-29 - 2024-03-30 500000 open\n");
	update(world, end + PLAN_UPDATE_DELAY);
	expect_ledger(world, "2024-02-29 00:05",
		      "2024-01-31 - 2024-02-28 500000\n"
		      "2024-02-29 - 2024-03-30 500000 open\n");
	end_world(world);
	free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(months_go_by),
		cmocka_unit_test(periods_are_recorded_when_they_are_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
