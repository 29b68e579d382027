// SPDX-License-Identifier: GPL-2.0-or-later
#include "meter/meter_pin.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "meter_code.h"
#include "source/bpf.h"
#include "source/meter_counters.h"
#include "source/meter_time.h"

/* The memory of a monitor's rings: fewer minutes where processors are many. */
#define RING_BYTES_MOST (4U << 20)
#define SLOTS_LEAST 60

static bool is_mounted(void)
{
	struct statfs status;

	return statfs(METER_PINS_ROOT, &status) == 0 &&
	       (unsigned long)status.f_type == (unsigned long)BPF_FS_MAGIC;
}

/* Makes the folders on the way to it. */
static int make_folders(const char *path)
{
	char part[METER_PIN_SIZE];

	snprintf(part, sizeof(part), "%s", path);
	for (char *at = part + 1; ; at++) {
		const char end = *at;

		if (end != '/' && end)
			continue;
		*at = '\0';
		if (mkdir(part, 0755) && errno != EEXIST)
			return -errno;
		*at = end;
		if (!end)
			return 0;
	}
}

/* In a process of its own. */
static int mount_for_all(void)
{
	const int first = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);
	int error;

	if (first < 0 || setns(first, CLONE_NEWNS))
		return -errno;
	error = make_folders(METER_PINS_ROOT);
	if (error || is_mounted())
		return error;
	return mount("trafmetux", METER_PINS_ROOT, "bpf",
		     MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755") ? -errno : 0;
}

int meter_pin_mount(void)
{
	pid_t child;
	int status = 0;

	if (is_mounted())
		return 0;
	child = fork();
	if (child == 0)
		_exit(-mount_for_all() & 255);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -errno;
	if (!WIFEXITED(status))
		return -EIO;
	if (WEXITSTATUS(status))
		return -WEXITSTATUS(status);
	return is_mounted() ? 0 : -ENXIO;
}

int meter_pin_name_own(const char *folder)
{
	const char *name = strrchr(folder, '/') + 1;
	char found[METER_PIN_SIZE];
	const ssize_t length = readlink(METER_PINS_OWN, found, sizeof(found));

	if (length == (ssize_t)strlen(name) && memcmp(found, name, strlen(name)) == 0)
		return 0;
	if (length >= 0 && unlink(METER_PINS_OWN))
		return -errno;
	return symlink(name, METER_PINS_OWN) && errno != EEXIST ? -errno : 0;
}

static uint32_t slots_for(uint32_t processors)
{
	const uint32_t most = RING_BYTES_MOST / (uint32_t)sizeof(struct meter_entry) /
			      processors;

	if (most > METER_SLOTS_MOST)
		return METER_SLOTS_MOST;
	return most < SLOTS_LEAST ? SLOTS_LEAST : most;
}

static int fill_info(struct meter_info *info, uint32_t slots, bool is_for_rules)
{
	struct meter_moment moment;
	int error = meter_time_read(&moment);

	if (error)
		return error;
	*info = (struct meter_info){ .minute = 60 * meter_time_ticks(), .slots = slots,
				     .created = moment.real, .version = METER_VERSION,
				     .is_for_rules = is_for_rules };
	if (!info->minute)
		return -ENOSYS;
	if (getrandom(&info->series, sizeof(info->series), 0) != sizeof(info->series))
		return -EIO;
	meter_time_note(info, &moment);
	return 0;
}

int meter_maps_create(struct meter_maps *maps, bool is_for_rules,
		      unsigned long long *bytes)
{
	struct meter_processors processors;
	struct bpf_map_plan counter = { .name = "counter", .is_mapped = true,
					.entries = 1 };
	struct bpf_map_plan ring = { .name = "ring", .per_processor = true,
				     .value_size = sizeof(struct meter_entry) };
	const struct bpf_map_plan plan = { .name = "info", .entries = 1,
					   .value_size = sizeof(struct meter_info) };
	const struct bpf_map_plan limit = { .name = "limit", .entries = 1,
					    .is_mapped = true,
					    .value_size = sizeof(struct meter_limit) };
	struct meter_info info;
	int error = meter_processors_find(&processors);

	*maps = (struct meter_maps){ -1, -1, -1, -1 };
	if (error)
		return error;
	counter.value_size = meter_counters_size(&processors);
	ring.entries = slots_for(processors.count);
	error = fill_info(&info, ring.entries, is_for_rules);
	if (error)
		return error;
	*bytes = counter.value_size +
		 (unsigned long long)processors.count * ring.entries * ring.value_size;
	maps->counter = bpf_map_create(&counter);
	maps->ring = maps->counter < 0 ? maps->counter : bpf_map_create(&ring);
	maps->limit = maps->ring < 0 ? maps->ring : bpf_map_create(&limit);
	maps->info = maps->limit < 0 ? maps->limit : bpf_map_create(&plan);
	return maps->info < 0 ? maps->info : bpf_map_update(maps->info, 0, &info);
}

static int pin_maps(const struct meter_maps *maps, const char *folder, const char *name)
{
	const struct { const char *kind; int map; } pins[] = {
		{ METER_PIN_COUNTER, maps->counter },
		{ METER_PIN_RING, maps->ring },
		{ METER_PIN_INFO, maps->info },
		{ METER_PIN_LIMIT, maps->limit },
	};
	char path[METER_PIN_SIZE];
	int error = 0;

	for (size_t at = 0; !error && at < sizeof(pins) / sizeof(*pins); at++) {
		meter_pin_path(path, folder, name, pins[at].kind, "");
		error = bpf_pin(pins[at].map, path);
	}
	return error;
}

/*
 * It is there from the start, for a rule's pin must be there before the rule. Where the
 * kernel refuses it, it counts all the same: no rule can ask for it.
 */
static int pin_over(const struct meter_maps *maps, const char *folder, const char *name)
{
	const int program = meter_program_load(maps, METER_OVER);
	char path[METER_PIN_SIZE];
	int error;

	if (program < 0)
		return program == -EPERM || program == -ENOMEM ? program : 0;
	meter_pin_path(path, folder, name, METER_PIN_OVER, "");
	error = bpf_pin(program, path);
	close(program);
	return error;
}

/* A folder and what is in it, which has no folders. */
static int remove_folder(const char *path)
{
	const struct dirent *entry;
	DIR *directory = opendir(path);
	int error = 0;

	if (!directory)
		return errno == ENOENT ? 0 : -errno;
	while (!error && (entry = readdir(directory))) {
		if (entry->d_name[0] != '.' &&
		    unlinkat(dirfd(directory), entry->d_name, 0))
			error = -errno;
	}
	closedir(directory);
	if (!error && rmdir(path))
		error = -errno;
	return error;
}

/* The folder of what is not whole: no monitor's. */
static void unfinished(char name[MONITOR_NAME_SIZE + 1], const char *monitor)
{
	snprintf(name, MONITOR_NAME_SIZE + 1, "~%s", monitor);
}

static int make_maps(struct meter_maps *maps, const char *folder, const char *monitor,
		     bool is_for_rules, unsigned long long *bytes)
{
	char name[MONITOR_NAME_SIZE + 1];
	char before[METER_PIN_SIZE];
	char path[METER_PIN_SIZE];
	int error;

	unfinished(name, monitor);
	meter_pin_path(before, folder, name, "", "");
	meter_pin_path(path, folder, monitor, "", "");
	error = remove_folder(before);
	if (!error && mkdir(before, 0755))
		error = -errno;
	if (!error)
		error = meter_maps_create(maps, is_for_rules, bytes);
	if (!error)
		error = pin_maps(maps, folder, name);
	if (!error)
		error = pin_over(maps, folder, name);
	if (!error && rename(before, path))
		error = -errno;
	if (error)
		remove_folder(before);
	return error;
}

static int open_map(const char *folder, const char *monitor, const char *kind)
{
	char path[METER_PIN_SIZE];

	meter_pin_path(path, folder, monitor, kind, "");
	return bpf_get(path, false);
}

int meter_maps_open(struct meter_maps *maps, const char *folder, const char *monitor,
		    bool is_for_rules, unsigned long long *bytes)
{
	int error;

	*bytes = 0;
	*maps = (struct meter_maps){ -1, -1, -1, -1 };
	if (mkdir(folder, 0755) == 0)
		meter_namespaces_note(folder);
	else if (errno != EEXIST)
		return -errno;
	maps->counter = open_map(folder, monitor, METER_PIN_COUNTER);
	if (maps->counter == -ENOENT) {
		error = make_maps(maps, folder, monitor, is_for_rules, bytes);
	} else {
		maps->ring = open_map(folder, monitor, METER_PIN_RING);
		maps->info = open_map(folder, monitor, METER_PIN_INFO);
		maps->limit = open_map(folder, monitor, METER_PIN_LIMIT);
		error = maps->counter < 0 ? maps->counter :
			maps->ring < 0 ? maps->ring : maps->info < 0 ? maps->info :
			maps->limit < 0 ? maps->limit : 0;
	}
	if (error)
		meter_maps_close(maps);
	return error;
}

void meter_maps_close(struct meter_maps *maps)
{
	const int all[] = { maps->counter, maps->ring, maps->info, maps->limit };

	for (size_t at = 0; at < sizeof(all) / sizeof(*all); at++) {
		if (all[at] >= 0)
			close(all[at]);
	}
}

/* Puts a map where its number stands; of two its place in memory. */
static void put_map(struct bpf_insn *code, const struct meter_maps *maps)
{
	const struct { int number; int map; bool is_mapped; } all[] = {
		{ METER_MAP_COUNTER, maps->counter, true },
		{ METER_MAP_RING, maps->ring, false },
		{ METER_MAP_INFO, maps->info, false },
		{ METER_MAP_LIMIT, maps->limit, true },
	};

	for (size_t at = 0; at < sizeof(all) / sizeof(*all); at++) {
		if (code->imm != all[at].number)
			continue;
		code->src_reg = all[at].is_mapped ? BPF_PSEUDO_MAP_VALUE :
						    BPF_PSEUDO_MAP_FD;
		code->imm = all[at].map;
		return;
	}
}

/* Puts all in that only this machine knows. */
static void complete(struct bpf_insn *code, size_t count, const struct meter_maps *maps,
		     const struct meter_processors *processors)
{
	for (size_t at = 0; at < count; at++) {
		if (code[at].code == (BPF_LD | BPF_DW | BPF_IMM) && at + 1 < count)
			put_map(&code[at++], maps);
		else if (code[at].code == (BPF_ALU64 | BPF_AND | BPF_K) &&
			 code[at].imm == METER_PROCESSOR_MASK)
			code[at].imm = (int)processors->mask;
		else if (code[at].code == (BPF_ALU64 | BPF_MOV | BPF_K) &&
			 code[at].imm == METER_PROCESSORS)
			code[at].imm = (int)processors->end;
	}
}

int meter_program_load(const struct meter_maps *maps, enum meter_link link)
{
	static const struct { const struct bpf_insn *code; size_t size; } programs[] = {
		[METER_ETHERNET] = { meter_ether, sizeof(meter_ether) },
		[METER_BARE] = { meter_bare, sizeof(meter_bare) },
		[METER_RULE] = { meter_rule, sizeof(meter_rule) },
		[METER_OVER] = { meter_over, sizeof(meter_over) },
	};
	const size_t size = programs[link].size;
	const size_t count = size / sizeof(struct bpf_insn);
	struct bpf_insn *code = malloc(size);
	struct meter_processors processors;
	int program = meter_processors_find(&processors);

	if (!code)
		return -ENOMEM;
	memcpy(code, programs[link].code, size);
	complete(code, count, maps, &processors);
	if (!program)
		program = bpf_program_load("trafmetux", code, count,
					   link == METER_RULE || link == METER_OVER);
	free(code);
	return program;
}

/* First under a name that is no monitor's, so that none is there by half. */
int meter_maps_remove(const char *folder, const char *monitor)
{
	char name[MONITOR_NAME_SIZE + 1];
	char after[METER_PIN_SIZE];
	char path[METER_PIN_SIZE];
	int error;

	unfinished(name, monitor);
	meter_pin_path(after, folder, name, "", "");
	meter_pin_path(path, folder, monitor, "", "");
	error = remove_folder(after);
	if (!error && rename(path, after))
		return errno == ENOENT ? 0 : -errno;
	if (!error)
		error = remove_folder(after);
	/* If it was the last. */
	if (!error && rmdir(folder) == 0)
		meter_namespaces_forget(folder);
	return error;
}

int meter_maps_note_time(const char *folder, const char *monitor)
{
	const int map = open_map(folder, monitor, METER_PIN_INFO);
	struct meter_moment moment;
	struct meter_info info;
	int error = map < 0 ? map : bpf_map_lookup(map, 0, &info);

	if (!error && (info.version != METER_VERSION || !info.minute ||
		       info.stretches > METER_STRETCHES))
		error = -EBADMSG;
	if (!error)
		error = meter_time_read(&moment);
	if (!error) {
		meter_time_note(&info, &moment);
		error = bpf_map_update(map, 0, &info);
	}
	if (map >= 0)
		close(map);
	return error;
}

int meter_pin_rule(const char *folder, const char *monitor)
{
	char path[METER_PIN_SIZE];
	unsigned long long bytes;
	struct meter_maps maps;
	int error = meter_maps_open(&maps, folder, monitor, true, &bytes);
	int program;

	if (error)
		return error;
	meter_pin_path(path, folder, monitor, METER_PIN_RULE, "");
	if (access(path, F_OK)) {
		program = meter_program_load(&maps, METER_RULE);
		error = program < 0 ? program : bpf_pin(program, path);
		if (program >= 0)
			close(program);
	}
	meter_maps_close(&maps);
	return error;
}
