// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeps callers inside monitors' files, for as long as it is asked to: what they read
 * into, or write from, is memory that is not there until then (userfaultfd).
 *
 *	holder read|write|lseek|readlink COUNT FILE
 *	holder namespaces COUNT NAME
 *
 * read: that many threads read the file, each by itself; write: they write a limit of
 * 777 to it; lseek: they read, and as many more wind the same open files back;
 * readlink: they ask where a link leads; namespaces: they read a monitor of that name,
 * each of a namespace of its own, whose rule is then taken away.
 *
 * Prints "held COUNT" once that many are inside, fewer than were asked for where a file
 * went before they were. At the end of its input they are let go on, and the readers
 * read to the end. It prints what the first one had read, and then
 * how calls ended: "read: whole 3 gone 1 other 0".
 *
 * The status is 77 where the kernel has no such memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "raw.h"
#include "xt_TRAFMETUX.h"

enum {
	STACK_SIZE = 1 << 16,
	TEXT_MAX = 1 << 16,
	READ_SIZE = 4096,
	NO_SUCH_MEMORY = 77,
};

enum outcome {
	WHOLE,
	GONE,
	OTHER,
	OUTCOMES,
};

/*
 * One caller: its place in the memory that is not there, the file it has open, its
 * rule's socket; another thread that winds the file back, if there is to be one.
 */
struct caller {
	char *page;
	int fd;
	int rules;
	pthread_t thread;
	pthread_t winder;
	volatile pid_t winder_id;
	volatile bool wound;
	enum outcome outcome;
	enum outcome winding;
};

static const char *mode, *path;
static size_t page_size;
static char first_text[TEXT_MAX];

/* Calls that are over. */
static atomic_ulong ended;

static enum outcome outcome_of(long result)
{
	if (result >= 0)
		return WHOLE;
	return errno == EIO || errno == EINVAL ? GONE : OTHER;
}

/* From where the call that was held has left off. */
static enum outcome read_on(const struct caller *caller, ssize_t length, char *text)
{
	ssize_t got;

	memcpy(text, caller->page, length);
	do {
		got = pread(caller->fd, text + length, TEXT_MAX - 1 - length, length);
		if (got > 0)
			length += got;
	} while (got > 0);
	text[length] = '\0';
	return outcome_of(got);
}

static struct raw_rule rule_for(struct xt_trafmetux_tginfo *info)
{
	snprintf(info->name, sizeof(info->name), "%s", path);
	return (struct raw_rule){ .family = NFPROTO_IPV4, .extension = "TRAFMETUX",
				  .info = info, .size = sizeof(*info) };
}

/* A namespace, a rule in it, and its monitor's file. */
static void enter_namespace(struct caller *caller)
{
	struct xt_trafmetux_tginfo info = { 0 };
	struct raw_rule rule = rule_for(&info);
	char file[64];

	if (unshare(CLONE_NEWNET))
		raw_give_up("namespace");
	caller->rules = raw_nft.open(rule.family);
	errno = -raw_nft.add(caller->rules, &rule);
	if (errno)
		raw_give_up("rule");
	snprintf(file, sizeof(file), "/proc/thread-self/net/trafmetux/%s", path);
	caller->fd = open(file, O_RDONLY | O_CLOEXEC);
}

static void call_in(struct caller *caller, char *text)
{
	ssize_t got;

	if (!strcmp(mode, "readlink")) {
		caller->outcome = outcome_of(readlink(path, caller->page, page_size));
		return;
	}
	if (!strcmp(mode, "namespaces"))
		enter_namespace(caller);
	else
		caller->fd = open(path, (strcmp(mode, "write") ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
	if (caller->fd < 0)
		raw_give_up(path);
	if (!strcmp(mode, "write"))
		got = write(caller->fd, caller->page, 4);
	else
		got = pread(caller->fd, caller->page, READ_SIZE, 0);
	caller->outcome = outcome_of(got);
	if (got > 0 && strcmp(mode, "write"))
		caller->outcome = read_on(caller, got, text);
}

/* Returns what was read, a string. */
static void *call(void *data)
{
	char *text = calloc(1, TEXT_MAX);

	call_in(data, text);
	ended++;
	return text;
}

static void *wind(void *data)
{
	struct caller *caller = data;

	caller->winder_id = syscall(SYS_gettid);
	caller->winding = outcome_of(lseek(caller->fd, 0, SEEK_SET));
	caller->wound = true;
	return NULL;
}

/* Waits until the winder sleeps in the kernel, as for a lock, or is done. */
static void await_sleep(const struct caller *caller)
{
	char file[64], state = 0;

	while (state != 'D' && !caller->wound) {
		FILE *status;

		usleep(1000);
		snprintf(file, sizeof(file), "/proc/self/task/%d/stat", caller->winder_id);
		status = fopen(file, "r");
		if (!status)
			continue;
		if (fscanf(status, "%*d (%*[^)]) %c", &state) != 1)
			state = 0;
		fclose(status);
	}
}

static pthread_t start(void *(*function)(void *), struct caller *caller)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	errno = pthread_create(&thread, &attributes, function, caller);
	if (errno)
		raw_give_up("thread");
	return thread;
}

static int open_faults(void *memory, size_t size)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register place = { .range = { (uintptr_t)memory, size },
					 .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 && errno == ENOSYS)
		exit(NO_SUCH_MEMORY);
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &place))
		raw_give_up("userfaultfd");
	return fd;
}

/* Waits until each of @count calls is held or over; returns how many are held. */
static unsigned long await_faults(int fd, unsigned long count)
{
	struct pollfd faults = { .fd = fd, .events = POLLIN };
	struct uffd_msg message;
	unsigned long held = 0;

	while (held + ended < count) {
		if (poll(&faults, 1, 10) <= 0)
			continue;
		if (read(fd, &message, sizeof(message)) != sizeof(message))
			raw_give_up("userfaultfd");
		if (message.event == UFFD_EVENT_PAGEFAULT)
			held++;
	}
	return held;
}

static void let_go(int fd, struct caller *callers, unsigned long count)
{
	static char content[1 << 16] __attribute__((aligned(1 << 16))) = "777\n";

	for (unsigned long i = 0; i < count; i++) {
		struct uffdio_copy copy = { .dst = (uintptr_t)callers[i].page,
					    .src = (uintptr_t)content, .len = page_size };

		if (ioctl(fd, UFFDIO_COPY, &copy))
			raw_give_up("userfaultfd");
	}
}

static void tell(const char *what, const unsigned long *outcomes)
{
	printf("%s: whole %lu gone %lu other %lu\n", what, outcomes[WHOLE], outcomes[GONE],
	       outcomes[OTHER]);
}

static void finish(struct caller *callers, unsigned long count)
{
	unsigned long calls[OUTCOMES] = { 0 }, windings[OUTCOMES] = { 0 };

	for (unsigned long i = 0; i < count; i++) {
		void *text;

		pthread_join(callers[i].thread, &text);
		if (!i)
			strcpy(first_text, text);
		free(text);
		calls[callers[i].outcome]++;
		if (callers[i].winder_id) {
			pthread_join(callers[i].winder, NULL);
			windings[callers[i].winding]++;
		}
	}
	fputs(first_text, stdout);
	tell(mode, calls);
	if (!strcmp(mode, "lseek"))
		tell("winding back", windings);
}

int main(int argc, char **argv)
{
	unsigned long count = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
	unsigned long held;
	struct caller *callers;
	char *memory, byte;
	int faults;

	if (!count || !strstr(" read write lseek readlink namespaces ", argv[1])) {
		fputs("usage: holder read|write|lseek|readlink COUNT FILE\n"
		      "       holder namespaces COUNT NAME\n", stderr);
		return 2;
	}
	mode = argv[1];
	path = argv[3];
	page_size = sysconf(_SC_PAGESIZE);
	memory = mmap(NULL, count * page_size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	callers = calloc(count, sizeof(*callers));
	if (memory == MAP_FAILED || !callers)
		raw_give_up("memory");
	faults = open_faults(memory, count * page_size);

	for (unsigned long i = 0; i < count; i++) {
		callers[i].page = memory + i * page_size;
		callers[i].thread = start(call, &callers[i]);
	}
	held = await_faults(faults, count);
	for (unsigned long i = 0; i < count; i++) {
		if (!strcmp(mode, "lseek")) {
			callers[i].winder = start(wind, &callers[i]);
			await_sleep(&callers[i]);
		}
		if (!strcmp(mode, "namespaces"))
			raw_nft.remove(callers[i].rules, NFPROTO_IPV4);
	}
	printf("held %lu\n", held);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	let_go(faults, callers, count);
	finish(callers, count);
	return 0;
}
