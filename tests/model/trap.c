// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Inside a run: each system call that changes or reads the archive comes here first,
 * those of the C library's own streams too, for seccomp sends a signal. Here it is
 * counted, recorded, cut short, refused, or it is the last. The linker sends the most
 * frequent ones here without a signal, which costs more than they do.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "disk.h"
#include "model.h"
#include "run_private.h"

/* What is let through, as it is called from within syscall(). */
#define OWN_CALLS 64
#define DESCRIPTORS 256

struct trap_shared *trap_shared;

static struct fault fault;
static bool is_recorded;
static unsigned int number;
static bool is_armed;			/* within a run that is trapped */
static bool is_ours[DESCRIPTORS];	/* descriptors of the archive's files */

enum call_kind { CALL_OPEN, CALL_WRITE, CALL_READ, CALL_SYNC, CALL_NAMES, CALL_OTHER };

static const struct { int number; enum call_kind kind; } calls[] = {
	{ SYS_openat, CALL_OPEN },
	{ SYS_write, CALL_WRITE }, { SYS_pwrite64, CALL_WRITE },
	{ SYS_writev, CALL_WRITE },
	{ SYS_read, CALL_READ }, { SYS_pread64, CALL_READ },
	{ SYS_getdents64, CALL_READ },
	{ SYS_fsync, CALL_SYNC }, { SYS_fdatasync, CALL_SYNC },
	{ SYS_ftruncate, CALL_OTHER }, { SYS_close, CALL_OTHER },
	{ SYS_unlinkat, CALL_NAMES }, { SYS_mkdirat, CALL_NAMES },
	{ SYS_renameat2, CALL_NAMES },
#ifdef SYS_renameat
	{ SYS_renameat, CALL_NAMES },
#endif
#ifdef SYS_rename
	{ SYS_rename, CALL_NAMES },
#endif
#ifdef SYS_unlink
	{ SYS_unlink, CALL_NAMES },
#endif
#ifdef SYS_mkdir
	{ SYS_mkdir, CALL_NAMES },
#endif
};

#define CALLS (sizeof(calls) / sizeof(*calls))

struct call {
	long number;
	enum call_kind kind;
	long arguments[6];
};

static long pass(const struct call *call)
{
	const long *with = call->arguments;
	const long result = syscall(call->number, with[0], with[1], with[2],
				    with[3], with[4], with[5]);

	return result < 0 ? -errno : result;
}

/* Is it about the archive? Its descriptors, and names below them. */
static bool is_about_archive(const struct call *call)
{
	const long descriptor = call->arguments[0];
	const char *path;

	if (call->kind != CALL_OPEN && call->kind != CALL_NAMES)
		return descriptor >= 0 && descriptor < DESCRIPTORS &&
		       is_ours[descriptor];
	path = (const char *)call->arguments[1];
	if (call->number != SYS_openat && call->number != SYS_unlinkat &&
	    call->number != SYS_mkdirat && call->number != SYS_renameat2
#ifdef SYS_renameat
	    && call->number != SYS_renameat
#endif
	   )
		return strncmp((const char *)call->arguments[0], "archive", 7) == 0;
	if (path[0] == '/')
		return false;
	if ((int)descriptor == AT_FDCWD)
		return strncmp(path, "archive", 7) == 0;
	return descriptor < DESCRIPTORS && is_ours[descriptor];
}

static void leave(void)
{
	for (;;)
		syscall(SYS_exit_group, STATUS_KILLED);
}

/* A write that is cut short: the result, or -1 when there is none. */
static long write_part(const struct call *call, size_t length)
{
	struct call part = *call;
	long result;

	if (call->number == SYS_writev)
		return -EIO;
	part.arguments[2] = (long)length;
	disk_record_before(is_recorded, part.number, part.arguments);
	result = pass(&part);
	disk_record_after(is_recorded, part.number, part.arguments, result);
	return result;
}

static long write_cut(const struct call *call)
{
	const size_t length = (size_t)call->arguments[2];
	const size_t wanted = fault.bytes % (length + 1);

	if (wanted)
		write_part(call, wanted);
	if (fault.kind == FAULT_CUT_KILL)
		leave();
	/* The next one will tell that there is no room. */
	trap_shared->room = 0;
	return wanted ? (long)wanted : -fault.error;
}

static long write_full(const struct call *call)
{
	const size_t length = (size_t)call->arguments[2];

	if (trap_shared->room >= (int64_t)length) {
		trap_shared->room -= (int64_t)length;
		return write_part(call, length);
	}
	trap_shared->is_fired = true;
	if (trap_shared->room <= 0)
		return -ENOSPC;
	length > 0 ? (void)0 : abort();
	{
		const size_t part = (size_t)trap_shared->room;

		trap_shared->room = 0;
		return write_part(call, part);
	}
}

static long carry_out(const struct call *call)
{
	long result;

	if (call->kind == CALL_WRITE && trap_shared->room >= 0)
		return write_full(call);
	if (trap_shared->room == 0 && call->number == SYS_mkdirat) {
		trap_shared->is_fired = true;
		return -ENOSPC;
	}
	disk_record_before(is_recorded, call->number, call->arguments);
	result = pass(call);
	disk_record_after(is_recorded, call->number, call->arguments, result);
	return result;
}

static bool is_counted(const struct call *call)
{
	if (fault.kind == FAULT_CUT_KILL || fault.kind == FAULT_CUT_FAIL ||
	    fault.writes_only)
		return call->kind == CALL_WRITE;
	return true;
}

static long meet(const struct call *call)
{
	long result;

	trap_shared->calls++;
	if (!is_counted(call) || ++number != fault.number)
		return carry_out(call);
	if (fault.kind == FAULT_NONE)
		return carry_out(call);
	trap_shared->is_fired = true;
	switch (fault.kind) {
	case FAULT_KILL_BEFORE:
		leave();
		break;
	case FAULT_KILL_AFTER:
		carry_out(call);
		leave();
		break;
	case FAULT_CUT_KILL:
	case FAULT_CUT_FAIL:
		return write_cut(call);
	case FAULT_STOP:
		syscall(SYS_kill, syscall(SYS_getpid), SIGSTOP);
		break;
	case FAULT_FAIL:
		/* Closed it is all the same. */
		if (call->number == SYS_close)
			carry_out(call);
		return -fault.error;
	case FAULT_NONE:
		break;
	}
	result = carry_out(call);
	return result;
}

/* What comes of a call; or -errno. */
static long take_call(struct call *call)
{
	bool is_about;
	long result;

	for (size_t at = 0; at < CALLS; at++) {
		if (calls[at].number == call->number)
			call->kind = calls[at].kind;
	}
	is_about = is_about_archive(call);
	result = is_about ? meet(call) : pass(call);
	if (call->number == SYS_openat && result >= 0 && result < DESCRIPTORS)
		is_ours[result] = is_about;
	if (call->number == SYS_close && call->arguments[0] >= 0 &&
	    call->arguments[0] < DESCRIPTORS)
		is_ours[call->arguments[0]] = false;
	return result;
}

static void take(int signal_number, siginfo_t *information, void *context)
{
	ucontext_t *where = context;
	struct call call = { .number = information->si_syscall };
	const int kept = errno;
	long result;

	(void)signal_number;
#if defined(__x86_64__)
	call.arguments[0] = where->uc_mcontext.gregs[REG_RDI];
	call.arguments[1] = where->uc_mcontext.gregs[REG_RSI];
	call.arguments[2] = where->uc_mcontext.gregs[REG_RDX];
	call.arguments[3] = where->uc_mcontext.gregs[REG_R10];
	call.arguments[4] = where->uc_mcontext.gregs[REG_R8];
	call.arguments[5] = where->uc_mcontext.gregs[REG_R9];
#elif defined(__aarch64__)
	for (int at = 0; at < 6; at++)
		call.arguments[at] = (long)where->uc_mcontext.regs[at];
#else
#error "tests/model knows the registers of x86-64 and of 64-bit ARM"
#endif
	result = take_call(&call);
#if defined(__x86_64__)
	where->uc_mcontext.gregs[REG_RAX] = result;
#elif defined(__aarch64__)
	where->uc_mcontext.regs[0] = (unsigned long)result;
#endif
	errno = kept;
}

/* Of a call that the linker sent here. */
static long take_here(long what, long first, long second, long third, long fourth)
{
	struct call call = { .number = what,
			     .arguments = { first, second, third, fourth } };
	const int kept = errno;
	const long result = is_armed ? take_call(&call) : pass(&call);

	errno = result < 0 ? (int)-result : kept;
	return result < 0 ? -1 : result;
}

/* Opening has a mode where a file may be made. */
#define MODE_OF(flags) \
	({ \
		va_list list; \
		long mode = 0; \
		if ((flags) & O_CREAT) { \
			va_start(list, flags); \
			mode = va_arg(list, int); \
			va_end(list); \
		} \
		mode; \
	})

int __wrap_open64(const char *path, int flags, ...);
int __wrap_openat64(int folder, const char *path, int flags, ...);
int __wrap_close(int descriptor);
ssize_t __wrap_read(int descriptor, void *data, size_t length);

int __wrap_open64(const char *path, int flags, ...)
{
	return (int)take_here(SYS_openat, AT_FDCWD, (long)path, flags, MODE_OF(flags));
}

int __wrap_openat64(int folder, const char *path, int flags, ...)
{
	return (int)take_here(SYS_openat, folder, (long)path, flags, MODE_OF(flags));
}

int __wrap_close(int descriptor)
{
	return (int)take_here(SYS_close, descriptor, 0, 0, 0);
}

ssize_t __wrap_read(int descriptor, void *data, size_t length)
{
	return take_here(SYS_read, descriptor, (long)data, (long)length, 0);
}

static struct sock_filter filter[CALLS + 8];
static unsigned short filter_length;

/* Once, before there are runs: the same filter serves all. */
void trap_prepare(void)
{
	const uint64_t own = (uint64_t)(uintptr_t)syscall;
	struct sock_filter *next = filter;

	*next++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, nr));
	for (size_t at = 0; at < CALLS; at++)
		*next++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			(uint32_t)calls[at].number,
			(unsigned char)(CALLS - at), 0);
	*next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					       SECCOMP_RET_ALLOW);
	/* From within syscall() it is our own. */
	*next++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, instruction_pointer));
	*next++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K,
					       (uint32_t)own, 0, 1);
	*next++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K,
					       (uint32_t)own + OWN_CALLS, 0, 1);
	*next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					       SECCOMP_RET_TRAP);
	*next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
					       SECCOMP_RET_ALLOW);
	filter_length = (unsigned short)(next - filter);
	trap_shared = mmap(NULL, sizeof(*trap_shared) + DISK_LOG_MAX,
			   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (trap_shared == MAP_FAILED)
		abort();
}

/* In the model, for runs that shared its memory. */
void trap_disarm(void)
{
	is_armed = false;
}

/* In the child, before the program's first call. */
void trap_arm(const struct fault *wanted, bool recorded)
{
	const struct sigaction action = { .sa_sigaction = take,
					  .sa_flags = SA_SIGINFO | SA_RESTART };
	const struct sock_fprog program = { filter_length, filter };

	fault = *wanted;
	is_recorded = recorded;
	number = 0;
	is_armed = true;
	memset(is_ours, 0, sizeof(is_ours));
	if (sigaction(SIGSYS, &action, NULL) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("seccomp");
		_exit(STATUS_MODEL);
	}
}
