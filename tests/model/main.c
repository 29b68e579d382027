// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	model [--seed N] [--count M] [--length STEPS] [--steps] [--crash | --damage]
 *	      [--far] [--keep-on] [--folder FOLDER] [--tap NAME]
 *
 * Draws M interleavings, of which each has a seed, from N on. One that fails prints
 * what was done, and its folder stays; "--seed N --steps" does it once more and tells
 * as it goes; --keep-on goes on with the next ones. --crash replays recorded writes as
 * power cuts, --damage damages one place of an archive, --far sets the clock further
 * off than it is believed. --tap prints one line of TAP. The status is 1 if any failed.
 * SIGTERM and SIGINT let it end after the interleaving that it is at, and tell what was
 * done by then; the status is 1 then too, for not all was. A terminal shows how far it is.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "model.h"

/* Of failed ones, so many folders stay. */
#define KEPT_MOST 5

struct model model;

static volatile sig_atomic_t is_to_end;

int __real_clock_gettime(clockid_t clock, struct timespec *now);

struct arguments {
	uint64_t seed;
	uint64_t count;
	unsigned int length;
	bool steps;
	bool crash;
	bool damage;
	bool far;
	bool keep_on;
	const char *folder;
	const char *tap;
};

void note(const char *format, ...)
{
	va_list list;
	int length;

	if (model.log_capacity - model.log_length < 4096) {
		model.log_capacity = 2 * model.log_capacity + 16384;
		model.log = realloc(model.log, model.log_capacity);
		if (!model.log)
			abort();
	}
	va_start(list, format);
	length = vsnprintf(model.log + model.log_length, 4000, format, list);
	va_end(list);
	if (length > 3999)
		length = 3999;
	if (model.print_steps)
	{
		printf("%s\n", model.log + model.log_length);
		fflush(stdout);
	}
	model.log_length += (size_t)length;
	model.log[model.log_length++] = '\n';
}

void fail(const char *format, ...)
{
	char text[1000];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	model.has_failed = true;
	note("WRONG: %s", text);
}

static void begin(const struct arguments *arguments, uint64_t seed)
{
	monitors_free();
	free(model.log);
	model = (struct model){
		.random = seed * UINT64_C(1000003), .seed = seed,
		.print_steps = arguments->steps, .steps_far = arguments->far,
		.is_synchronised = arguments->far,
		.is_quiet_of_faults = arguments->crash || arguments->damage,
		.runs = model.runs, .faults = model.faults, .met = model.met,
	};
	run_start(arguments->folder);
}

static void interleave(unsigned int length)
{
	const unsigned int steps = length ? length :
					    8 + (unsigned int)draw(30);

	steps_begin();
	for (unsigned int at = 0; at < steps && !model.has_failed; at++) {
		step_draw();
		if (!model.has_failed && at % 8 == 7)
			report_check();
	}
	if (!model.has_failed && model.steps_far)
		steps_end_far();
	if (!model.has_failed)
		report_check_all();
}

static void take_arguments(int count, char **words, struct arguments *arguments)
{
	for (int at = 1; at < count; at++) {
		const char *word = words[at];
		const char *value = at + 1 < count ? words[at + 1] : NULL;

		if (strcmp(word, "--steps") == 0)
			arguments->steps = true;
		else if (strcmp(word, "--crash") == 0)
			arguments->crash = true;
		else if (strcmp(word, "--damage") == 0)
			arguments->damage = true;
		else if (strcmp(word, "--far") == 0)
			arguments->far = true;
		else if (strcmp(word, "--keep-on") == 0)
			arguments->keep_on = true;
		else if (value && strcmp(word, "--seed") == 0)
			arguments->seed = strtoull(words[++at], NULL, 10);
		else if (value && strcmp(word, "--count") == 0)
			arguments->count = strtoull(words[++at], NULL, 10);
		else if (value && strcmp(word, "--length") == 0)
			arguments->length = (unsigned int)atoi(words[++at]);
		else if (value && strcmp(word, "--folder") == 0)
			arguments->folder = words[++at];
		else if (value && strcmp(word, "--tap") == 0)
			arguments->tap = words[++at];
		else {
			fprintf(stderr, "usage: model [--seed N] [--count M] [--length STEPS] [--steps] [--crash | --damage] [--far] [--keep-on] [--folder FOLDER] [--tap NAME]\n");
			exit(2);
		}
	}
	if (arguments->steps)
		arguments->count = 1;
}

static void tell_failure(const struct arguments *arguments)
{
	if (!arguments->steps)
		printf("# seed %" PRIu64 ":\n%.*s", model.seed,
		       (int)model.log_length, model.log);
	printf("# once more: model%s%s --seed %" PRIu64 " --steps; its folder is kept: %s\n",
	       arguments->crash ? " --crash" : arguments->damage ? " --damage" : "",
	       arguments->far ? " --far" : "", model.seed, arguments->folder);
	fflush(stdout);
}

/* All that is done, of all kinds. */
struct progress {
	uint64_t done;
	uint64_t failed;
	unsigned long crashes;
	struct damage_count damages;
	struct timespec from;
	double told;			/* seconds, when the terminal was told */
};

static double seconds_since(const struct timespec *from)
{
	struct timespec to;

	__real_clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)(to.tv_sec - from->tv_sec) +
	       (double)(to.tv_nsec - from->tv_nsec) / 1e9;
}

/* On a terminal, a live line. */
static void tell_progress(const struct arguments *arguments, struct progress *progress)
{
	const double seconds = seconds_since(&progress->from);

	if (arguments->steps || seconds - progress->told < 1 || !isatty(STDERR_FILENO))
		return;
	progress->told = seconds;
	fprintf(stderr, "\r\033[K%" PRIu64 " of %" PRIu64 ", %" PRIu64 " failed, %.1f a second",
		progress->done, arguments->count, progress->failed,
		(double)progress->done / seconds);
}

static void run_all(struct arguments *arguments, struct progress *progress)
{
	static char folder[600];
	const char *first = arguments->folder;

	while (progress->done < arguments->count && !is_to_end) {
		begin(arguments, arguments->seed + progress->done);
		if (arguments->crash)
			crash_run(arguments->length, &progress->crashes);
		else if (arguments->damage)
			damage_run(arguments->length, &progress->damages);
		else
			interleave(arguments->length);
		progress->done++;
		tell_progress(arguments, progress);
		if (!model.has_failed)
			continue;
		progress->failed++;
		tell_failure(arguments);
		if (!arguments->keep_on)
			break;
		if (progress->failed <= KEPT_MOST) {
			snprintf(folder, sizeof(folder), "%.549s-%" PRIu64, first,
				 progress->failed);
			arguments->folder = folder;
		}
	}
}

static void tell_all(const struct arguments *arguments, const struct progress *progress)
{
	const struct damage_count *damages = &progress->damages;
	const double seconds = seconds_since(&progress->from);

	fprintf(stderr, "%s# %" PRIu64 " interleavings from seed %" PRIu64 " on, %" PRIu64 " failed; %lu runs, %lu of %lu faults came, in %.1f s, %.1f interleavings a second\n",
		progress->told > 0 ? "\r\033[K" : "", progress->done, arguments->seed,
		progress->failed, model.runs, model.met, model.faults, seconds,
		(double)progress->done / seconds);
	if (arguments->crash)
		printf("# %lu states after power cuts\n", progress->crashes);
	if (arguments->damage)
		printf("# of %" PRIu64 " damages %lu left the total as it was, %lu less, %lu more (and %lu where nobody can see it: of a last record, or a line \"@\"); in %lu an update led to more\n",
		       progress->done, damages->kept, damages->less, damages->more,
		       damages->unseen, damages->updated_more);
	if (is_to_end)
		printf("# stopped after %" PRIu64 " of %" PRIu64 "\n", progress->done,
		       arguments->count);
	if (arguments->tap)
		printf("%s 1 - %s\n1..1\n", progress->failed || is_to_end ? "not ok" : "ok",
		       arguments->tap);
}

static void end_soon(int signal_number)
{
	(void)signal_number;
	is_to_end = 1;
}

int main(int count, char **words)
{
	const struct sigaction ends = { .sa_handler = end_soon, .sa_flags = SA_RESTART };
	struct arguments arguments = { .seed = 1, .count = 100 };
	struct progress progress = { 0 };
	char folder[600];

	take_arguments(count, words, &arguments);
	snprintf(folder, sizeof(folder), "%s/trafmetux-model-%d",
		 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm", (int)getpid());
	if (!arguments.folder)
		arguments.folder = folder;
	if (sigaction(SIGTERM, &ends, NULL) || sigaction(SIGINT, &ends, NULL))
		abort();
	__real_clock_gettime(CLOCK_MONOTONIC, &progress.from);
	run_all(&arguments, &progress);
	run_end(progress.failed > 0 &&
		!(arguments.keep_on && progress.failed <= KEPT_MOST));
	tell_all(&arguments, &progress);
	return progress.failed > 0 || is_to_end;
}
