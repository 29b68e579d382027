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

/* What a TRAFMETUX_HOSTS rule takes for the host whose packets it sees. */
enum xt_trafmetux_hosts_host {
	XT_TRAFMETUX_HOSTS_SRC = 1,	/* the source */
	XT_TRAFMETUX_HOSTS_DST = 2,	/* the destination */
	XT_TRAFMETUX_HOSTS_NONE = 3,	/* no host in particular */
};

/* Bits of xt_trafmetux_hosts_tginfo.flags. */
enum xt_trafmetux_hosts_flags {
	XT_TRAFMETUX_HOSTS_DOWN = 0x1,	/* it counts what hosts receive, else send */
	XT_TRAFMETUX_HOSTS_LEARN = 0x2,	/* a host that has no row gets one */
};

/* Hosts that one table may have at most. */
#define XT_TRAFMETUX_HOSTS_MAX 1048576

/**
 * struct xt_trafmetux_hosts_tginfo - a TRAFMETUX_HOSTS rule as userspace hands it over
 * @name: the monitor that the rule feeds, as in xt_trafmetux_tginfo
 * @max: how many hosts its table is to have room for, 1 to XT_TRAFMETUX_HOSTS_MAX
 * @host: enum xt_trafmetux_hosts_host
 * @flags: enum xt_trafmetux_hosts_flags
 * @mask4: how many bits of an IPv4 address make a host, 0 to 32
 * @mask6: of an IPv6 address, 0 to 128
 * @internal: the kernel's own; whatever userspace puts there is overwritten
 *
 * The size and the offsets are the same for 32-bit and 64-bit userland.
 */
struct xt_trafmetux_hosts_tginfo {
	char name[XT_TRAFMETUX_NAME_SIZE];
	__u32 max;
	__u8 host;
	__u8 flags;
	__u8 mask4;
	__u8 mask6;
	__aligned_u64 internal[8];
};

/* Bits of xt_trafmetux_mtinfo.flags. */
enum xt_trafmetux_match_flags {
	XT_TRAFMETUX_OVER_LIMIT = 0x1,	/* true if over the limit */
	XT_TRAFMETUX_INVERT = 0x2,	/* true if not */
	XT_TRAFMETUX_HOST_SRC = 0x4,	/* not the monitor, but the packet's source */
	XT_TRAFMETUX_HOST_DST = 0x8,	/* likewise its destination */
};

/**
 * struct xt_trafmetux_mtinfo - a rule's trafmetux match as userspace hands it over
 * @name: the monitor in question, as in xt_trafmetux_tginfo
 * @flags: what is asked of it: XT_TRAFMETUX_OVER_LIMIT, and
 *	XT_TRAFMETUX_INVERT for its contrary; of a host in the monitor's table with
 *	one of the others
 * @mask4: as in xt_trafmetux_hosts_tginfo for a host; else 0
 * @mask6: likewise
 * @reserved: 0
 * @internal: the kernel's own; whatever userspace puts there is overwritten
 *
 * The size and the offsets are the same for 32-bit and 64-bit userland.
 */
struct xt_trafmetux_mtinfo {
	char name[XT_TRAFMETUX_NAME_SIZE];
	__u32 flags;
	__u8 mask4;
	__u8 mask6;
	__u16 reserved;
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
