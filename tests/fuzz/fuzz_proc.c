// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel module's text. */
#include <unistd.h>

#include "fuzz.h"
#include "source/source.h"

static void check_samples(struct source_reading *reading)
{
	struct samples samples = { 0 };
	bool reached = false;
	int error = source_collect(reading, NULL, &samples, &reached);

	for (size_t at = 1; !error && at < samples.count; at++)
		fuzz_must(counters_compare(&samples.list[at - 1].counters,
					   &samples.list[at].counters) < 0);
	for (size_t at = 0; !error && at < samples.count; at++) {
		fuzz_must(samples.list[at].time > 0);
		fuzz_must(samples.list[at].time <= SAMPLE_TIME_MAX);
	}
	samples_free(&samples);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct source source = source_module("/proc/self/fd");
	struct source_reading reading;
	int descriptor = fuzz_file(data, size);
	char name[16];

	snprintf(name, sizeof(name), "%d", descriptor);
	if (source.operations->open(&source, name, &reading) == 0) {
		check_samples(&reading);
		source.operations->close(&reading);
	}
	close(descriptor);
	return 0;
}
