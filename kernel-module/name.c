// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/printk.h>

#include "name.h"
#include "xt_TRAFMETUX.h"

static const char *
trafmetux_fault_text(enum xt_trafmetux_name_fault fault)
{
	switch (fault) {
	case XT_TRAFMETUX_NAME_OK:
		break;
	case XT_TRAFMETUX_NAME_EMPTY:
		return "is empty";
	case XT_TRAFMETUX_NAME_UNTERMINATED:
		return "is not terminated";
	case XT_TRAFMETUX_NAME_FIRST:
		return "begins with '.' or '-'";
	case XT_TRAFMETUX_NAME_CHARACTER:
		return "has a character that is not one of A-Za-z0-9_.:+@-";
	}
	return "is in order";
}

/**
 * trafmetux_name_check() - can a monitor have that name?
 * @name: XT_TRAFMETUX_NAME_SIZE bytes, from userspace, of any content
 *
 * What is wrong with it goes to the kernel's log: the caller's answer to
 * userspace can only be an error number.
 *
 * Return: 0 or -EINVAL.
 */
int trafmetux_name_check(const char *name)
{
	enum xt_trafmetux_name_fault fault = xt_trafmetux_name_check(name);

	if (fault == XT_TRAFMETUX_NAME_OK)
		return 0;
	pr_info_ratelimited("the monitor's name %s\n",
			    trafmetux_fault_text(fault));
	return -EINVAL;
}
