/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
#ifndef _XT_TRAFMETUX_H
#define _XT_TRAFMETUX_H

#include <linux/types.h>

/* Room for a monitor's name: 1 to 31 bytes and the terminating NUL. */
#define XT_TRAFMETUX_NAME_SIZE 32

/**
 * struct xt_trafmetux_tginfo - a TRAFMETUX rule as userspace hands it over
 * @name: the monitor that the rule feeds, NUL-terminated, and such that
 *	xt_trafmetux_name_check() finds no fault with it
 * @internal: the kernel's own; whatever userspace puts there is overwritten
 *
 * The size and the offsets are the same for 32-bit and 64-bit userland.
 */
struct xt_trafmetux_tginfo {
	char name[XT_TRAFMETUX_NAME_SIZE];
	__aligned_u64 internal[2];
};

/* Bits of xt_trafmetux_mtinfo.flags. */
enum xt_trafmetux_match_flags {
	XT_TRAFMETUX_OVER_LIMIT = 0x1,	/* true if over the limit */
	XT_TRAFMETUX_INVERT = 0x2,	/* true if not */
};

/**
 * struct xt_trafmetux_mtinfo - a rule's trafmetux match as userspace hands it over
 * @name: the monitor in question, as in xt_trafmetux_tginfo
 * @flags: what is asked of it: XT_TRAFMETUX_OVER_LIMIT, and
 *	XT_TRAFMETUX_INVERT for its contrary
 * @reserved: 0
 * @internal: the kernel's own; whatever userspace puts there is overwritten
 *
 * The size and the offsets are the same for 32-bit and 64-bit userland.
 */
struct xt_trafmetux_mtinfo {
	char name[XT_TRAFMETUX_NAME_SIZE];
	__u32 flags;
	__u32 reserved;
	__aligned_u64 internal;
};

/* What can be wrong with a monitor's name. */
enum xt_trafmetux_name_fault {
	XT_TRAFMETUX_NAME_OK,
	XT_TRAFMETUX_NAME_EMPTY,
	XT_TRAFMETUX_NAME_UNTERMINATED,
	XT_TRAFMETUX_NAME_FIRST,	/* begins with '.' or '-' */
	XT_TRAFMETUX_NAME_CHARACTER,	/* not of A-Za-z0-9_.:+@- */
};

/**
 * xt_trafmetux_name_check() - may a monitor be called this?
 * @name: XT_TRAFMETUX_NAME_SIZE bytes, or a string with a NUL before that
 *
 * The one rule that the kernel, the iptables extension and the trafmetux
 * program share. A name is a file's name below /proc and /var/lib, a word on
 * a command line and a column of a report: it needs no quoting in any of them,
 * is no hidden file and no option.
 *
 * Return: XT_TRAFMETUX_NAME_OK or the first fault found.
 */
static inline enum xt_trafmetux_name_fault
xt_trafmetux_name_check(const char *name)
{
	unsigned int i;

	if (name[0] == '\0')
		return XT_TRAFMETUX_NAME_EMPTY;
	if (name[0] == '.' || name[0] == '-')
		return XT_TRAFMETUX_NAME_FIRST;
	for (i = 0; i < XT_TRAFMETUX_NAME_SIZE; i++) {
		char c = name[i];

		if (c == '\0')
			return XT_TRAFMETUX_NAME_OK;
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '.' ||
		      c == ':' || c == '+' || c == '@' || c == '-'))
			return XT_TRAFMETUX_NAME_CHARACTER;
	}
	return XT_TRAFMETUX_NAME_UNTERMINATED;
}

#endif /* _XT_TRAFMETUX_H */
