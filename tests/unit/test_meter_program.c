// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The committed instructions of meters by BPF, run by this kernel on packets that are
 * put together here, against what those come to by their parts.
 *
 * PACKET_SECONDS in the environment says how long they are random, and PACKET_SEED where
 * they begin: see 'make check-packets'.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "meter/meter_pin.h"
#include "source/bpf.h"
#include "source/meter_counters.h"
#include "source/meter_rings.h"
#include "source/meter_time.h"

#include "test.h"

#define FRAME_MOST 3000
#define FRAME_ROOM 512	/* for all headers, and padding */
#define ETHERNET 14

/** A packet, from the outside to the inside. */
struct frame {
	unsigned char bytes[FRAME_MOST + FRAME_ROOM];
	size_t length;
	size_t ip;		/* where the outermost IP header begins */
	size_t headers;		/* from there to the payload */
	size_t payload;
	size_t padding;
	unsigned int segment;	/* 0: not to be cut */
	bool is_counted;
	char words[256];
};

static uint32_t seed = 1;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

static unsigned char *grow(struct frame *frame, size_t length)
{
	unsigned char *at = frame->bytes + frame->length;

	memset(at, 0, length);
	frame->length += length;
	return at;
}

static void put16(unsigned char *at, size_t value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

static void say(struct frame *frame, const char *word)
{
	strncat(frame->words, word, sizeof(frame->words) - strlen(frame->words) - 2);
	strcat(frame->words, " ");
}

static void add_ethernet(struct frame *frame, unsigned int tags, unsigned int type)
{
	unsigned char *at = grow(frame, ETHERNET);

	at[0] = 2;
	at[6] = 2;
	put16(at + 12, type);
	for (; tags; tags--) {
		put16(at + 12, draw(2) ? 0x8100 : 0x88a8);
		at = grow(frame, 4) - 12;
		put16(at + 12, draw(4096));
		put16(at + 14, type);
		at += 2;
		say(frame, "tag");
	}
}

/* Lengths are put in when all is there. */
struct headers {
	size_t ip[3];
	bool is_six[3];
	size_t udp[3];
	unsigned int count;
};

static void add_ip(struct frame *frame, struct headers *headers, bool is_six,
		   unsigned int protocol)
{
	unsigned char *at;
	unsigned int options = draw(3);

	headers->ip[headers->count] = frame->length;
	headers->is_six[headers->count] = is_six;
	headers->udp[headers->count++] = 0;
	if (!is_six) {
		if (options == 2)
			options = 10;
		at = grow(frame, 20 + 4 * options);
		at[0] = (unsigned char)(0x45 + options);
		at[9] = (unsigned char)protocol;
		say(frame, options ? "ip4+options" : "ip4");
		return;
	}
	at = grow(frame, 40);
	at[0] = 0x60;
	at += 6;
	for (; options; options--) {
		static const unsigned char kinds[] = { 0, 43, 60 };
		const unsigned int units = draw(3);

		*at = kinds[draw(3)];
		at = grow(frame, 8 * (units + 1));
		at[1] = (unsigned char)units;
		say(frame, "extension");
	}
	*at = (unsigned char)protocol;
	say(frame, "ip6");
}

static void add_udp(struct frame *frame, struct headers *headers, unsigned int port)
{
	unsigned char *at = grow(frame, 8);

	put16(at, 1024 + draw(1000));
	put16(at + 2, port);
	headers->udp[headers->count - 1] = (size_t)(at - frame->bytes);
}

static void add_vxlan(struct frame *frame, struct headers *headers, bool is_six)
{
	add_udp(frame, headers, draw(2) ? 4789 : 8472);
	grow(frame, 8)[0] = 8;
	add_ethernet(frame, draw(2), is_six ? 0x86dd : 0x0800);
	say(frame, "vxlan");
}

static void add_vxlan_gpe(struct frame *frame, struct headers *headers, bool is_six)
{
	const bool has_ethernet = draw(2);
	unsigned char *at;

	add_udp(frame, headers, 4790);
	at = grow(frame, 8);
	at[0] = 12;
	at[3] = has_ethernet ? 3 : is_six ? 2 : 1;
	if (has_ethernet)
		add_ethernet(frame, 0, is_six ? 0x86dd : 0x0800);
	say(frame, "vxlan-gpe");
}

static void add_geneve(struct frame *frame, struct headers *headers, bool is_six)
{
	const unsigned int options = draw(4);
	const bool has_ethernet = draw(2);
	unsigned char *at;

	add_udp(frame, headers, 6081);
	at = grow(frame, 8 + 4 * options);
	at[0] = (unsigned char)options;
	put16(at + 2, has_ethernet ? 0x6558 : is_six ? 0x86dd : 0x0800);
	if (has_ethernet)
		add_ethernet(frame, 0, is_six ? 0x86dd : 0x0800);
	say(frame, "geneve");
}

static void add_gre(struct frame *frame, bool is_six)
{
	static const unsigned char flags[] = { 0, 0x80, 0x20, 0x10, 0xb0 };
	const unsigned char flag = flags[draw(5)];
	const bool has_ethernet = draw(2);
	unsigned char *at = grow(frame, 4 + 4 * (size_t)(!!(flag & 0x80) +
							  !!(flag & 0x20) + !!(flag & 0x10)));

	at[0] = flag;
	put16(at + 2, has_ethernet ? 0x6558 : is_six ? 0x86dd : 0x0800);
	if (has_ethernet)
		add_ethernet(frame, 0, is_six ? 0x86dd : 0x0800);
	say(frame, "gre");
}

static void add_tunnel(struct frame *frame, struct headers *headers, bool is_six,
		       bool is_inner_six)
{
	const unsigned int kind = draw(5);

	add_ip(frame, headers, is_six, kind < 3 ? 17 : kind == 3 ? 47 :
	       is_inner_six ? 41 : 4);
	if (kind == 0)
		add_vxlan(frame, headers, is_inner_six);
	else if (kind == 1)
		add_geneve(frame, headers, is_inner_six);
	else if (kind == 2)
		add_vxlan_gpe(frame, headers, is_inner_six);
	else if (kind == 3)
		add_gre(frame, is_inner_six);
	else
		say(frame, "in-ip");
}

static void add_transport(struct frame *frame, struct headers *headers, bool is_tcp)
{
	const unsigned int options = draw(11);

	if (is_tcp) {
		grow(frame, 20 + 4 * options)[12] = (unsigned char)((5 + options) << 4);
		say(frame, "tcp");
	} else {
		add_udp(frame, headers, 443);
		say(frame, "udp");
	}
}

static void set_lengths(struct frame *frame, const struct headers *headers)
{
	for (unsigned int at = 0; at < headers->count; at++) {
		const size_t length = frame->length - headers->ip[at];
		unsigned char *ip = frame->bytes + headers->ip[at];

		if (headers->is_six[at])
			put16(ip + 4, length - 40);
		else
			put16(ip + 2, length);
		if (headers->udp[at])
			put16(frame->bytes + headers->udp[at] + 4,
			      frame->length - headers->udp[at]);
	}
}

/*
 * Larger than an IP header can say, as if by BIG TCP: it says nothing, or an option of
 * IPv6 does, which the segments do not get.
 */
static void make_big(struct frame *frame, const struct headers *headers)
{
	unsigned char *ip = frame->bytes + headers->ip[0];
	const size_t option = 8;

	put16(ip + (headers->is_six[0] ? 4 : 2), 0);
	if (headers->is_six[0] && ip[6] != 0 && draw(2)) {
		memmove(ip + 40 + option, ip + 40,
			frame->length - headers->ip[0] - 40);
		memset(ip + 40, 0, option);
		ip[40] = ip[6];
		ip[42] = 0xc2;
		ip[43] = 4;
		put16(ip + 46, frame->length - headers->ip[0] - 40 + option);
		ip[6] = 0;
		frame->length += option;
	}
	say(frame, "big");
}

/* An option that is there already would be taken for one of these. */
static bool may_be_big(const struct frame *frame, const struct headers *headers)
{
	const unsigned char *ip = frame->bytes + headers->ip[0];

	return frame->segment && (!headers->is_six[0] || ip[6] != 0);
}

/*
 * Where there is Ethernet, tags may be before IP. Where no header is known before IP,
 * what its header does not say can't be seen.
 */
static void make_frame(struct frame *frame, enum meter_link link)
{
	struct headers headers = { .count = 0 };
	const bool is_six = draw(2);
	bool is_inner_six = is_six;
	const bool is_tcp = draw(2);

	*frame = (struct frame){ .is_counted = true };
	add_ethernet(frame, link == METER_ETHERNET ? draw(4) : 0,
		     is_six ? 0x86dd : 0x0800);
	frame->ip = frame->length;
	if (draw(2)) {
		is_inner_six = draw(2);
		add_tunnel(frame, &headers, is_six, is_inner_six);
	}
	add_ip(frame, &headers, is_inner_six, is_tcp ? 6 : 17);
	add_transport(frame, &headers, is_tcp);
	frame->headers = frame->length - frame->ip;
	frame->payload = draw(4) ? draw(FRAME_MOST - 400) : draw(30);
	if (draw(2) && frame->payload > 200) {
		frame->segment = 50 + draw(1400);
		say(frame, "segments");
	}
	grow(frame, frame->payload);
	set_lengths(frame, &headers);
	if (link != METER_BARE && may_be_big(frame, &headers) && draw(4) == 0)
		make_big(frame, &headers);
	frame->padding = frame->segment ? 0 : draw(3) * draw(20);
	grow(frame, frame->padding);
}

static struct counters reckon(const struct frame *frame)
{
	uint64_t packets = 1;

	if (frame->segment)
		packets = (frame->payload + frame->segment - 1) / frame->segment;
	return (struct counters){ .packets = packets,
				  .bytes = packets * frame->headers + frame->payload };
}

/* The kernel's own reckoning of a packet may be there, or be left to whoever asks. */
static int run(int program, const struct frame *frame, bool has_segments, uint32_t *result)
{
	struct __sk_buff description = { .gso_size = frame->segment };
	union bpf_attr attributes;
	long error;

	if (frame->segment && has_segments)
		description.gso_segs = (uint32_t)reckon(frame).packets;
	memset(&attributes, 0, sizeof(attributes));
	attributes.test.prog_fd = (uint32_t)program;
	attributes.test.data_in = (uintptr_t)frame->bytes;
	attributes.test.data_size_in = (uint32_t)frame->length;
	attributes.test.ctx_in = (uintptr_t)&description;
	attributes.test.ctx_size_in = sizeof(description);
	error = syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attributes, sizeof(attributes));
	*result = attributes.test.retval;
	return error ? -errno : 0;
}

static struct meter_maps make_maps(void)
{
	struct meter_maps maps;
	unsigned long long bytes;

	assert_int_equal(meter_maps_create(&maps, false, &bytes), 0);
	return maps;
}

static struct counters counted(const struct meter_maps *maps)
{
	const int processors = bpf_processors();
	struct meter_counter *all = calloc((size_t)processors, sizeof(*all));
	struct counters sum;

	assert_int_equal(meter_counters_read(maps->counter, all,
					     (uint32_t)processors), 0);
	for (int at = 0; at < processors; at++)
		assert_int_equal(all[at].done, all[at].packets);
	sum = meter_rings_sum(all, (uint32_t)processors);
	free(all);
	return sum;
}

static bool counted_any(const struct meter_maps *maps)
{
	struct meter_counter *all = calloc((size_t)bpf_processors(), sizeof(*all));
	bool is_any;

	assert_int_equal(meter_counters_read(maps->counter, all,
					     (uint32_t)bpf_processors()), 0);
	is_any = meter_rings_sum(all, (uint32_t)bpf_processors()).packets > 0;
	free(all);
	return is_any;
}

/* So many rounds, or as long as is said, then its part of it. */
static bool is_done(int round, time_t start)
{
	const char *seconds = getenv("PACKET_SECONDS");

	if (seconds && *seconds)
		return time(NULL) - start >= atol(seconds) / 3;
	return round >= (getenv("LONG") && *getenv("LONG") ? 2000000 : 20000);
}

static void count_random(enum meter_link link, uint32_t verdict)
{
	struct meter_maps maps = make_maps();
	const int program = meter_program_load(&maps, link);
	const time_t start = time(NULL);
	const uint32_t first = seed;
	struct counters before = counted(&maps);
	struct frame frame;
	int round;

	assert_true(program >= 0);
	for (round = 0; !is_done(round, start); round++) {
		struct counters after;
		struct counters growth;
		struct counters wanted;
		uint32_t result;

		make_frame(&frame, link);
		wanted = reckon(&frame);
		assert_int_equal(run(program, &frame, draw(2), &result), 0);
		assert_int_equal(result, verdict);
		after = counted(&maps);
		growth = counters_difference(&after, &before);
		before = after;
		if (counters_compare(&growth, &wanted))
			fail_msg("round %d from seed %u, %s: %llu of %llu packets, %llu of %llu bytes",
				 round, first, frame.words,
				 (unsigned long long)growth.packets,
				 (unsigned long long)wanted.packets,
				 (unsigned long long)growth.bytes,
				 (unsigned long long)wanted.bytes);
	}
	printf("# %d packets\n", round);
	close(program);
	meter_maps_close(&maps);
}

static void program_counts_ethernet(void **state)
{
	(void)state;
	count_random(METER_ETHERNET, UINT32_MAX);
}

/* The kernel's test puts a header before the packet, so that loads are relative. */
static void program_counts_where_no_header_is_known(void **state)
{
	(void)state;
	count_random(METER_BARE, UINT32_MAX);
}

static void program_counts_for_a_rule(void **state)
{
	(void)state;
	count_random(METER_RULE, 1);
}

static void program_leaves_out_what_is_no_ip(void **state)
{
	static const unsigned int types[] = { 0x0806, 0x8864, 0x8847, 0x88cc };
	struct meter_maps maps = make_maps();
	const int program = meter_program_load(&maps, METER_ETHERNET);
	struct frame frame = { .length = 0 };
	uint32_t result;

	(void)state;
	for (size_t at = 0; at < sizeof(types) / sizeof(*types); at++) {
		frame.length = 0;
		add_ethernet(&frame, 0, types[at]);
		grow(&frame, 50)[0] = 0x45;
		assert_int_equal(run(program, &frame, false, &result), 0);
		assert_int_equal(result, UINT32_MAX);
	}
	assert_int_equal(counted(&maps).packets, 0);
	close(program);
	meter_maps_close(&maps);
}

/* 0x86dd in the type and a nibble of 4: a raw sender's lie. */
static void program_believes_no_type_alone(void **state)
{
	struct meter_maps maps = make_maps();
	const int program = meter_program_load(&maps, METER_ETHERNET);
	struct frame frame = { .length = 0 };
	uint32_t result;

	(void)state;
	add_ethernet(&frame, 0, 0x0800);
	grow(&frame, 50)[0] = 0x15;
	assert_int_equal(run(program, &frame, false, &result), 0);
	assert_int_equal(counted(&maps).packets, 0);
	close(program);
	meter_maps_close(&maps);
}

/* The next minute's first packet stores what was counted before it. */
static void program_stores_a_minute(void **state)
{
	struct meter_maps maps = make_maps();
	const int processors = bpf_processors();
	struct meter_counter *all = calloc((size_t)processors, sizeof(*all));
	struct meter_entry *row = calloc((size_t)processors, sizeof(*row));
	struct meter_info info = { .minute = 1, .slots = 60, .base = 1 };
	const int program = meter_program_load(&maps, METER_ETHERNET);
	struct meter_counter first = { .ends = 0 };
	struct frame frame;
	uint32_t result;

	(void)state;
	/* A minute of a jiffy: each packet that comes later is the first of one. */
	assert_int_equal(bpf_map_update(maps.info, 0, &info), 0);
	make_frame(&frame, METER_ETHERNET);
	while (!first.stored) {
		assert_int_equal(run(program, &frame, false, &result), 0);
		assert_int_equal(meter_counters_read(maps.counter, all,
						     (uint32_t)processors), 0);
		for (int at = 0; at < processors; at++) {
			if (!all[at].stored)
				continue;
			first = all[at];
			assert_int_equal(bpf_map_lookup(maps.ring, 0, row), 0);
			assert_true(row[at].end < first.ends);
			assert_true(row[at].packets > 0 &&
				    row[at].packets < first.packets);
			assert_int_equal(row[at].bytes * first.packets,
					 first.bytes * row[at].packets);
		}
	}
	free(all);
	free(row);
	close(program);
	meter_maps_close(&maps);
}

/* A process that has the kernel run the program without a pause. */
static pid_t run_on(int program, const struct frame *frame)
{
	const pid_t child = fork();
	union bpf_attr attributes;

	if (child)
		return child;
	/* It ends with this test, however that ends. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	memset(&attributes, 0, sizeof(attributes));
	attributes.test.prog_fd = (uint32_t)program;
	attributes.test.data_in = (uintptr_t)frame->bytes;
	attributes.test.data_size_in = (uint32_t)frame->length;
	attributes.test.repeat = 1000000;
	for (;;)
		syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attributes, sizeof(attributes));
}

/* However much is counted meanwhile: bytes are those of the packets. */
static void a_reading_is_of_one_moment(void **state)
{
	const uint32_t processors = (uint32_t)bpf_processors();
	struct meter_counter *all = calloc(processors, sizeof(*all));
	struct meter_maps maps = make_maps();
	const int program = meter_program_load(&maps, METER_ETHERNET);
	struct frame frame;
	uint64_t size;
	pid_t child;

	(void)state;
	do
		make_frame(&frame, METER_ETHERNET);
	while (frame.segment);
	size = reckon(&frame).bytes;
	child = run_on(program, &frame);
	assert_true(child > 0);
	for (int readings = 0; readings < 20000 || !counted_any(&maps); readings++) {
		assert_int_equal(meter_counters_read(maps.counter, all, processors), 0);
		for (uint32_t at = 0; at < processors; at++)
			assert_int_equal(all[at].bytes, all[at].packets * size);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	free(all);
	close(program);
	meter_maps_close(&maps);
}

/** Who lets packets through as long as there is something left, on a processor each. */
struct passing {
	int rule;
	int over;
	struct frame frame;
};

/* On one processor until it is told that the limit is passed; ends with 0 then. */
static pid_t pass_on(const struct passing *passing, int processor)
{
	const pid_t child = fork();
	cpu_set_t only;
	uint32_t result = 0;

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&only);
	CPU_SET(processor, &only);
	if (sched_setaffinity(0, sizeof(only), &only))
		_exit(2);
	while (!result) {
		if (run(passing->rule, &passing->frame, true, &result) || result != 1 ||
		    run(passing->over, &passing->frame, true, &result))
			_exit(1);
	}
	_exit(0);
}

/* A processor's last packet is the one by which it learns it. */
static void check_limit(const struct passing *passing, const struct meter_maps *maps,
			uint64_t more)
{
	const int processors = (int)sysconf(_SC_NPROCESSORS_ONLN);
	const uint64_t size = reckon(&passing->frame).bytes;
	const uint64_t limit = counted(maps).bytes + more;
	pid_t children[64];
	int status;
	int count;

	assert_int_equal(meter_limit_write(maps->limit, limit), 0);
	for (count = 0; count < processors && count < 64; count++)
		children[count] = pass_on(passing, count);
	for (int at = 0; at < count; at++) {
		assert_int_equal(waitpid(children[at], &status, 0), children[at]);
		assert_int_equal(status, 0);
	}
	assert_true(counted(maps).bytes > limit);
	assert_true(counted(maps).bytes <= limit + (uint64_t)count * size);
}

/* One after another, from the least to some of many packets. */
static void a_limit_is_met_by_all_processors(void **state)
{
	static const uint32_t most[] = { 1, 10, 300, 3000 };	/* packets */
	struct meter_maps maps = make_maps();
	struct passing passing = { .rule = meter_program_load(&maps, METER_RULE),
				   .over = meter_program_load(&maps, METER_OVER) };
	uint32_t result;

	(void)state;
	assert_true(passing.rule >= 0 && passing.over >= 0);
	make_frame(&passing.frame, METER_RULE);
	assert_int_equal(run(passing.over, &passing.frame, true, &result), 0);
	assert_int_equal(result, 0);
	for (size_t at = 0; at < sizeof(most) / sizeof(*most); at++) {
		for (int round = 0; round < 5; round++)
			check_limit(&passing, &maps,
				    1 + draw(most[at] *
					     (uint32_t)reckon(&passing.frame).bytes));
	}
	assert_int_equal(meter_limit_write(maps.limit, 0), 0);
	assert_int_equal(run(passing.over, &passing.frame, true, &result), 0);
	assert_int_equal(result, 0);
	close(passing.rule);
	close(passing.over);
	meter_maps_close(&maps);
}

/* What was allowed under one limit is void under a lower one. */
static void a_lower_limit_holds_at_once(void **state)
{
	struct meter_maps maps = make_maps();
	const int rule = meter_program_load(&maps, METER_RULE);
	const int over = meter_program_load(&maps, METER_OVER);
	struct frame frame;
	uint64_t bytes;
	uint32_t result;

	(void)state;
	make_frame(&frame, METER_RULE);
	for (int round = 0; round < 20; round++) {
		const uint64_t limit = counted(&maps).bytes + 1 + draw(20000);

		assert_int_equal(meter_limit_write(maps.limit, UINT64_MAX / 2), 0);
		assert_int_equal(run(over, &frame, true, &result), 0);
		assert_int_equal(result, 0);
		assert_int_equal(meter_limit_write(maps.limit, limit), 0);
		assert_int_equal(meter_limit_read(maps.limit, &bytes), 0);
		assert_int_equal(bytes, limit);
		for (int packets = 0; packets < 20; packets++) {
			assert_int_equal(run(over, &frame, true, &result), 0);
			assert_int_equal(result, counted(&maps).bytes > limit);
			assert_int_equal(run(rule, &frame, true, &result), 0);
		}
	}
	close(rule);
	close(over);
	meter_maps_close(&maps);
}

/* Over thirty of them; false also if this process was kept waiting between. */
static bool jiffies_agree(void)
{
	struct meter_moment first;
	struct meter_moment last;
	uint64_t jiffies;
	uint64_t expected;

	assert_int_equal(meter_time_read(&first), 0);
	do
		assert_int_equal(meter_time_read(&last), 0);
	while (last.jiffies < first.jiffies + 30);
	jiffies = last.jiffies - first.jiffies;
	expected = (last.real - first.real) * meter_time_ticks() / 1000000000;
	return jiffies <= expected + 2 && expected <= jiffies + 2;
}

/* HZ as the clock tells it is that by which jiffies are counted. */
static void jiffies_are_as_long_as_the_clock_says(void **state)
{
	int tries = 1000;

	(void)state;
	while (!jiffies_agree() && tries)
		tries--;
	assert_true(tries > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(program_counts_ethernet),
		cmocka_unit_test(program_counts_where_no_header_is_known),
		cmocka_unit_test(program_counts_for_a_rule),
		cmocka_unit_test(program_leaves_out_what_is_no_ip),
		cmocka_unit_test(program_believes_no_type_alone),
		cmocka_unit_test(program_stores_a_minute),
		cmocka_unit_test(a_reading_is_of_one_moment),
		cmocka_unit_test(a_limit_is_met_by_all_processors),
		cmocka_unit_test(a_lower_limit_holds_at_once),
		cmocka_unit_test(jiffies_are_as_long_as_the_clock_says),
	};
	const char *first = getenv("PACKET_SEED");
	uint64_t jiffies;
	const int error = bpf_jiffies(&jiffies);

	if (error == -EPERM || error == -ENOSYS) {
		puts("1..0 # SKIP bpf(2) needs root, and a kernel that has it");
		return 0;
	}
	if (bpf_processors() < 0) {
		puts("1..0 # SKIP /sys does not tell how many processors there are");
		return 0;
	}
	if (first && *first)
		seed = (uint32_t)strtoul(first, NULL, 10) | 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
