// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/bpf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than headers may be: tcx came with 6.6. */
#define ATTACH_TCX_INGRESS 46
#define ATTACH_TCX_EGRESS 47
#define ATTACH_BEFORE (1U << 3)

static int call(enum bpf_cmd command, union bpf_attr *attributes)
{
	long result;

	/* A verifier that was interrupted by a signal says so. */
	do
		result = syscall(SYS_bpf, command, attributes, sizeof(*attributes));
	while (result < 0 && errno == EAGAIN && command == BPF_PROG_LOAD);
	return result < 0 ? -errno : (int)result;
}

static uint64_t pointer(const void *address)
{
	return (uint64_t)(uintptr_t)address;
}

/* Before 5.11 maps counted as locked memory, of which there is little by default. */
static int call_again(enum bpf_cmd command, union bpf_attr *attributes)
{
	const struct rlimit all = { .rlim_cur = RLIM_INFINITY,
				    .rlim_max = RLIM_INFINITY };
	int result = call(command, attributes);

	if (result != -EPERM || setrlimit(RLIMIT_MEMLOCK, &all))
		return result;
	return call(command, attributes);
}

int bpf_map_create(const struct bpf_map_plan *plan)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.map_type = plan->per_processor ? BPF_MAP_TYPE_PERCPU_ARRAY :
						    BPF_MAP_TYPE_ARRAY;
	attributes.key_size = sizeof(uint32_t);
	attributes.value_size = plan->value_size;
	attributes.max_entries = plan->entries;
	attributes.map_flags = plan->is_mapped ? BPF_F_MMAPABLE : 0;
	snprintf(attributes.map_name, sizeof(attributes.map_name), "%s", plan->name);
	return call_again(BPF_MAP_CREATE, &attributes);
}

static int map_call(enum bpf_cmd command, int map, uint32_t key, const void *value)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.map_fd = (uint32_t)map;
	attributes.key = pointer(&key);
	attributes.value = pointer(value);
	return call(command, &attributes);
}

int bpf_map_lookup(int map, uint32_t key, void *value)
{
	return map_call(BPF_MAP_LOOKUP_ELEM, map, key, value);
}

int bpf_map_update(int map, uint32_t key, const void *value)
{
	return map_call(BPF_MAP_UPDATE_ELEM, map, key, value);
}

int bpf_program_load(const char *name, const struct bpf_insn *code, size_t count,
		     bool is_filter)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = is_filter ? BPF_PROG_TYPE_SOCKET_FILTER :
					   BPF_PROG_TYPE_SCHED_CLS;
	attributes.insns = pointer(code);
	attributes.insn_cnt = (uint32_t)count;
	attributes.license = pointer("GPL");
	snprintf(attributes.prog_name, sizeof(attributes.prog_name), "%s", name);
	return call_again(BPF_PROG_LOAD, &attributes);
}

int bpf_pin(int descriptor, const char *path)
{
	union bpf_attr attributes;
	int error;

	memset(&attributes, 0, sizeof(attributes));
	attributes.pathname = pointer(path);
	attributes.bpf_fd = (uint32_t)descriptor;
	error = call(BPF_OBJ_PIN, &attributes);
	if (!error && chmod(path, 0444))
		error = -errno;
	return error;
}

int bpf_get(const char *path, bool to_read)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.pathname = pointer(path);
	attributes.file_flags = to_read ? BPF_F_RDONLY : 0;
	return call(BPF_OBJ_GET, &attributes);
}

int bpf_link_tcx(int program, unsigned int device, bool is_out)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.link_create.prog_fd = (uint32_t)program;
	attributes.link_create.target_ifindex = device;
	attributes.link_create.attach_type = is_out ? ATTACH_TCX_EGRESS :
						      ATTACH_TCX_INGRESS;
	attributes.link_create.flags = ATTACH_BEFORE;
	return call(BPF_LINK_CREATE, &attributes);
}

static int object_info(int descriptor, void *info, uint32_t size)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	memset(info, 0, size);
	attributes.info.bpf_fd = (uint32_t)descriptor;
	attributes.info.info_len = size;
	attributes.info.info = pointer(info);
	return call(BPF_OBJ_GET_INFO_BY_FD, &attributes);
}

int bpf_link_device(int link, unsigned int *device)
{
	/* As the kernel has it of tcx. */
	struct {
		uint32_t type;
		uint32_t link;
		uint32_t program;
		uint32_t padding;
		uint32_t device;
		uint32_t attach_type;
	} info;
	int error = object_info(link, &info, sizeof(info));

	*device = info.device;
	return error;
}

int bpf_link_detach(int link)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof(attributes));
	attributes.link_detach.link_fd = (uint32_t)link;
	return call(BPF_LINK_DETACH, &attributes);
}

int bpf_program_id(int program, uint32_t *id)
{
	struct bpf_prog_info info;
	int error = object_info(program, &info, sizeof(info));

	*id = info.id;
	return error;
}

/* The two halves in what the program may leave in a packet's description. */
static int load_clock(void)
{
	static const struct bpf_insn code[] = {
		{ BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_jiffies64 },
		{ BPF_STX | BPF_MEM | BPF_W, 6, 0, offsetof(struct __sk_buff, cb[0]), 0 },
		{ BPF_ALU64 | BPF_RSH | BPF_K, 0, 0, 0, 32 },
		{ BPF_STX | BPF_MEM | BPF_W, 6, 0, offsetof(struct __sk_buff, cb[1]), 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};

	return bpf_program_load("jiffies", code, sizeof(code) / sizeof(*code), false);
}

int bpf_jiffies(uint64_t *jiffies)
{
	static const unsigned char packet[64] = { 0 };
	struct __sk_buff description = { .len = 0 };
	union bpf_attr attributes;
	const int program = load_clock();
	int error;

	if (program < 0)
		return program;
	memset(&attributes, 0, sizeof(attributes));
	attributes.test.prog_fd = (uint32_t)program;
	attributes.test.data_in = pointer(packet);
	attributes.test.data_size_in = sizeof(packet);
	attributes.test.ctx_out = pointer(&description);
	attributes.test.ctx_size_out = sizeof(description);
	error = call(BPF_PROG_TEST_RUN, &attributes);
	close(program);
	*jiffies = (uint64_t)description.cb[1] << 32 | description.cb[0];
	return error;
}

/*
 * Of a list such as "0,2-5" how many it names; 0 if it is none. @numbers: room for
 * @room of them.
 */
static int take_listed(const char *cursor, uint16_t *numbers, size_t room)
{
	size_t count = 0;

	for (;;) {
		char *end;
		const long first = strtol(cursor, &end, 10);
		long last = first;

		if (end == cursor)
			return 0;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		if (first < 0 || last < first || last > 65535)
			return 0;
		for (long number = first; number <= last; number++, count++) {
			if (count < room)
				numbers[count] = (uint16_t)number;
		}
		if (*end != ',')
			return (int)count;
		cursor = end + 1;
	}
}

static int list_processors(uint16_t *numbers, size_t room)
{
	char text[4096];
	const int file = open("/sys/devices/system/cpu/possible", O_RDONLY | O_CLOEXEC);
	ssize_t length;
	int count;

	if (file < 0)
		return -errno;
	length = read(file, text, sizeof(text) - 1);
	close(file);
	if (length <= 0)
		return length < 0 ? -errno : -ENODATA;
	text[length] = '\0';
	count = take_listed(text, numbers, room);
	return count ? count : -ENODATA;
}

int bpf_processors(void)
{
	return list_processors(NULL, 0);
}

int bpf_processor_numbers(uint16_t *numbers, size_t count)
{
	const int found = list_processors(numbers, count);

	return found < 0 ? found : (size_t)found == count ? 0 : -ENODATA;
}
