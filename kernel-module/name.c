// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/printk.h>

#include "monitor.h"
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
 * trafmetux_name_monitor() - the monitor that a new rule names
 * @net: the rule's namespace
 * @name: XT_TRAFMETUX_NAME_SIZE bytes, from userspace, of any content
 *
 * What is wrong with it goes to the kernel's log: the caller's answer to
 * userspace can only be an error number.
 *
 * Context: may sleep.
 * Return: the monitor, for trafmetux_monitor_put(); -EINVAL for a name that
 *	none can have, or an error of trafmetux_monitor_get().
 */
struct trafmetux_monitor *trafmetux_name_monitor(struct net *net,
						 const char *name)
{
	enum xt_trafmetux_name_fault fault = xt_trafmetux_name_check(name);
	struct trafmetux_monitor *monitor;

	if (fault != XT_TRAFMETUX_NAME_OK) {
		pr_info_ratelimited("the monitor's name %s\n",
				    trafmetux_fault_text(fault));
		return ERR_PTR(-EINVAL);
	}
	monitor = trafmetux_monitor_get(net, name);
	if (monitor == ERR_PTR(-ENOSPC))
		pr_info_ratelimited("too many monitors to add %s, see max_monitors, and linger for those without rules\n",
				    name);
	return monitor;
}
