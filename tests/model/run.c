// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs of the program, whose objects are linked in: in a child, without exec, with the
 * model's clock. A fork costs more than all that the program does, for its memory is
 * copied page by page. So a run that comes to its end by itself has the model's memory,
 * of which it leaves nothing changed, and all else its own: descriptors, the working
 * folder, signals, the filter. One that is to be killed or stopped is forked. Times of files are the model's too: a time that the real clock gave is
 * "now"; after a run it becomes a time before 1970, by which it is known later.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "model.h"
#include "run_private.h"

#define PAST INT64_C(20000000000)

#define STACK_SIZE ((size_t)8 << 20)

int trafmetux_main(int count, char **arguments);

static char folder[512];
static int output = -1;
static int messages = -1;
static long ticks;
static char *stack;
static bool is_output_open;

/* What a child is to do. */
struct job {
	const struct fault *fault;
	char *const *arguments;
};

/* What the program asks of the machine. */
time_t __wrap_time(time_t *wanted);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left);
int __wrap_adjtimex(struct timex *wanted);
int __real_fstat64(int descriptor, struct stat *status);
int __real_fstatat64(int directory, const char *name, struct stat *status, int flags);
int __wrap_fstat64(int descriptor, struct stat *status);
int __wrap_fstatat64(int directory, const char *name, struct stat *status, int flags);
int __real_fclose(FILE *stream);
int __wrap_fclose(FILE *stream);

time_t __wrap_time(time_t *wanted)
{
	const time_t now = (time_t)(kernel_clock() / SECOND);

	if (wanted)
		*wanted = now;
	return now;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	const int64_t time = clock == CLOCK_REALTIME ? kernel_clock() :
						       model.kernel.boot;

	*now = (struct timespec){ .tv_sec = time / SECOND,
				  .tv_nsec = time % SECOND * 1000 };
	return 0;
}

int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left)
{
	(void)wanted;
	(void)left;
	return 0;
}

/* The clock is synchronised by nobody, until days go by without an update. */
int __wrap_adjtimex(struct timex *wanted)
{
	const bool is_right = model.is_synchronised && kernel_is_believed();

	*wanted = (struct timex){ .status = is_right ? 0 : STA_UNSYNC };
	return is_right ? TIME_OK : TIME_ERROR;
}

static void convert(struct stat *status)
{
	if (status->st_mtim.tv_sec >= 0) {
		status->st_ctim.tv_sec = kernel_clock() / SECOND;
		status->st_ctim.tv_nsec = status->st_mtim.tv_nsec;
	} else {
		status->st_ctim = status->st_mtim;
		status->st_ctim.tv_sec += PAST;
	}
	status->st_mtim = status->st_ctim;
}

int __wrap_fstat64(int descriptor, struct stat *status)
{
	const int result = __real_fstat64(descriptor, status);

	if (!result)
		convert(status);
	return result;
}

int __wrap_fstatat64(int directory, const char *name, struct stat *status, int flags)
{
	const int result = __real_fstatat64(directory, name, status, flags);

	if (!result)
		convert(status);
	return result;
}

int __wrap_fclose(FILE *stream)
{
	if (stream == stdout)
		is_output_open = false;
	return __real_fclose(stream);
}

static void age_one(int directory, const char *name)
{
	struct timespec times[2];
	struct stat status;

	if (__real_fstatat64(directory, name, &status, AT_SYMLINK_NOFOLLOW) ||
	    status.st_mtim.tv_sec < 0)
		return;
	times[0] = (struct timespec){
		.tv_sec = kernel_clock() / SECOND - PAST,
		.tv_nsec = ticks++ % 999999999,
	};
	times[1] = times[0];
	utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW);
}

static void age_folder(int at, const char *name)
{
	const int descriptor = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);
	const struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory))) {
		if (strcmp(entry->d_name, "..") == 0)
			continue;
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, "."))
			age_folder(dirfd(directory), entry->d_name);
		age_one(directory ? dirfd(directory) : -1, entry->d_name);
	}
	closedir(directory);
}

/* What was written is of now, also when the clock goes on. */
void run_age(void)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/archive", folder);
	age_folder(AT_FDCWD, path);
}

/* Removes all that is in a folder. */
void run_clear(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	char inner[1200];

	if (!directory)
		return;
	while ((entry = readdir(directory))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(directory), entry->d_name, 0) == 0)
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
		run_clear(inner);
		rmdir(inner);
	}
	closedir(directory);
}

const char *run_folder(void)
{
	return folder;
}

static void make_folder(const char *name)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	run_clear(path);
	if (mkdir(path, 0755) && errno != EEXIST) {
		perror(path);
		exit(STATUS_MODEL);
	}
}

void run_use(const char *wanted)
{
	snprintf(folder, sizeof(folder), "%s", wanted);
}

void run_start(const char *wanted)
{
	snprintf(folder, sizeof(folder), "%s", wanted);
	if (mkdir(folder, 0700) && errno != EEXIST) {
		perror(folder);
		exit(STATUS_MODEL);
	}
	make_folder("archive");
	make_folder("proc");
	make_folder("none");
	ticks = 0;
	if (output < 0) {
		output = memfd_create("output", MFD_CLOEXEC);
		messages = memfd_create("messages", MFD_CLOEXEC);
		stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
		if (stack == MAP_FAILED || mprotect(stack, 65536, PROT_NONE))
			abort();
		/* Memory that was had once stays. */
		mallopt(M_TRIM_THRESHOLD, 256 << 20);
		mallopt(M_MMAP_THRESHOLD, 32 << 20);
		trap_prepare();
	}
}

void run_end(bool keep)
{
	if (keep)
		return;
	run_clear(folder);
	rmdir(folder);
}

static char *text_of(int descriptor)
{
	struct stat status;
	char *text;
	ssize_t length = 0;

	if (__real_fstat64(descriptor, &status))
		abort();
	text = malloc((size_t)status.st_size + 1);
	if (!text)
		abort();
	if (status.st_size)
		length = pread(descriptor, text, (size_t)status.st_size, 0);
	text[length > 0 ? length : 0] = '\0';
	return text;
}

static int child(void *given)
{
	const struct job *job = given;
	const struct fault *fault = job->fault;
	char *words[40] = { "trafmetux", "--archive-dir", "archive",
			    "--config", "/dev/null" };
	const bool is_trapped = fault && (fault->kind != FAULT_NONE ||
					  trap_shared->room >= 0 ||
					  fault->is_recorded);
	int count = 5;
	bool has_proc = false;
	int status;

	for (size_t at = 0; job->arguments[at]; at++) {
		has_proc |= strcmp(job->arguments[at], "--proc-dir") == 0;
		words[count++] = job->arguments[at];
	}
	if (!has_proc) {
		words[count++] = "--proc-dir";
		words[count++] = "proc";
	}
	/* The program closes its standard output; the model's stays. */
	if (chdir(folder) || dup2(output, 1) < 0 || dup2(messages, 2) < 0 ||
	    !(stdout = fdopen(1, "w")))
		_exit(STATUS_MODEL);
	is_output_open = true;
	optind = 0;
	if (is_trapped)
		trap_arm(fault, fault->is_recorded);
	status = trafmetux_main(count, words);
	if (is_output_open)
		fclose(stdout);
	_exit(status);
}

static bool comes_to_its_end(const struct fault *fault)
{
	return !fault || fault->kind == FAULT_NONE || fault->kind == FAULT_FAIL;
}

/* The child's number. One that shares the memory has ended by now. */
static pid_t start(struct job *job)
{
	FILE *const kept = stdout;
	char zone[64];
	const char *before = getenv("TZ");
	pid_t pid;

	if (!comes_to_its_end(job->fault)) {
		pid = fork();
		if (!pid)
			child(job);
		return pid;
	}
	snprintf(zone, sizeof(zone), "%s", before ? before : "");
	pid = clone(child, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD, job);
	stdout = kept;
	trap_disarm();
	if (before) {
		setenv("TZ", zone, 1);
		tzset();
	}
	return pid;
}

static void await(struct outcome *outcome)
{
	int status;

	while (waitpid(outcome->pid, &status, WUNTRACED) < 0 && errno == EINTR)
		;
	outcome->is_stopped = WIFSTOPPED(status);
	outcome->is_fired = trap_shared->is_fired;
	outcome->status = 0;
	if (outcome->is_stopped)
		return;
	run_age();
	outcome->text = text_of(output);
	outcome->messages = text_of(messages);
	if (WIFSIGNALED(status))
		fail("the program was killed by signal %d", WTERMSIG(status));
	else
		outcome->status = WEXITSTATUS(status);
	if (outcome->status == STATUS_KILLED)
		outcome->status = -1;
	else if (outcome->status > 3)
		fail("the program answers %d", outcome->status);
}

/* The caller frees outcome->text and ->messages. */
void run(struct outcome *outcome, const struct fault *fault, char *const arguments[])
{
	struct job job = { fault, arguments };

	*outcome = (struct outcome){ 0 };
	model.runs++;
	trap_shared->is_fired = false;
	trap_shared->calls = 0;
	trap_shared->room = fault ? model.room : -1;
	trap_shared->log_length = 0;
	/* One that was stopped goes on writing to its own. */
	if (ftruncate(output, 0) || ftruncate(messages, 0) ||
	    lseek(output, 0, SEEK_SET) || lseek(messages, 0, SEEK_SET))
		abort();
	outcome->pid = start(&job);
	if (outcome->pid < 0)
		abort();
	await(outcome);
	if (fault && model.room >= 0)
		model.room = trap_shared->room;
}

void run_continue(struct outcome *outcome)
{
	if (!outcome->is_stopped)
		return;
	kill(outcome->pid, SIGCONT);
	await(outcome);
}
