// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Short runs without libFuzzer: every input of a corpus, and then changed ones for
 * some seconds. Prints TAP. FUZZ_SEED repeats a run that failed.
 *
 *	fuzz_NAME CORPUS SECONDS
 */
#include <dirent.h>
#include <string.h>
#include <time.h>

#include "fuzz.h"

#define INPUTS_MAX 300

struct input {
	uint8_t data[FUZZ_SIZE_MAX];
	size_t size;
};

static struct input inputs[INPUTS_MAX];
static size_t input_count;
static uint64_t seed;

/* xorshift64*, by Marsaglia and Vigna */
static size_t any(size_t limit)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (size_t)((seed * UINT64_C(2685821657736338717)) >> 33) % limit;
}

static int is_input(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

static void load(const char *path)
{
	struct dirent **entries;
	/* Sorted, since a seed tells of places in this list. */
	const int count = scandir(path, &entries, is_input, alphasort);
	char name[4096];

	fuzz_must(count > 0 && count <= INPUTS_MAX);
	for (int at = 0; at < count; at++) {
		struct input *input = &inputs[input_count++];
		FILE *file;

		snprintf(name, sizeof(name), "%s/%s", path, entries[at]->d_name);
		file = fopen(name, "r");
		fuzz_must(file);
		input->size = fread(input->data, 1, FUZZ_SIZE_MAX, file);
		fclose(file);
		free(entries[at]);
	}
	free(entries);
}

/* Part of another input, or of this one, in the place of a part. */
static void splice(struct input *input)
{
	const struct input *other = &inputs[any(input_count)];
	size_t from = any(other->size + 1);
	size_t length = any(other->size - from + 1);
	size_t at = any(input->size + 1);
	size_t end = at + any(input->size - at + 1);

	if (at + length + input->size - end > FUZZ_SIZE_MAX)
		return;
	memmove(input->data + at + length, input->data + end,
		input->size - end);
	memcpy(input->data + at, other->data + from, length);
	input->size += length - (end - at);
}

static void change(struct input *input)
{
	static const char bytes[] = "0123456789 @#\n-+.:abcdef\0\xff";
	size_t at = any(input->size + 1);

	switch (any(4)) {
	case 0:
		splice(input);
		break;
	case 1:
		if (at < input->size)
			input->data[at] ^= (uint8_t)(1U << any(8));
		break;
	case 2:
		if (at < input->size)
			input->data[at] = (uint8_t)bytes[any(sizeof(bytes) - 1)];
		break;
	default:
		if (any(10) == 0)
			input->size = at;
	}
}

int main(int count, char **arguments)
{
	const char *wish = getenv("FUZZ_SEED");
	unsigned long runs = 0;
	time_t end;

	if (count != 3) {
		fprintf(stderr, "usage: %s CORPUS SECONDS\n", arguments[0]);
		return 2;
	}
	seed = wish ? strtoull(wish, NULL, 10) : (uint64_t)time(NULL);
	printf("# FUZZ_SEED=%llu\n", (unsigned long long)seed);
	fflush(stdout);
	seed = seed ? seed : 1;
	load(arguments[1]);
	for (size_t at = 0; at < input_count; at++)
		LLVMFuzzerTestOneInput(inputs[at].data, inputs[at].size);
	end = time(NULL) + strtol(arguments[2], NULL, 10);
	for (; time(NULL) < end; runs++) {
		struct input input = inputs[any(input_count)];

		for (size_t changes = 1 + any(5); changes; changes--)
			change(&input);
		LLVMFuzzerTestOneInput(input.data, input.size);
	}
	printf("ok 1 - %zu inputs of the corpus and %lu others\n1..1\n",
	       input_count, runs);
	return 0;
}
