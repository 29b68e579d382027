// SPDX-License-Identifier: GPL-2.0-only
/*
 * xt_TRAFMETUX: an xtables target that counts packets in named monitors,
 * as they are on the wire, and remembers the minutes of the last day; another that
 * does so for each host; a match
 * that tells whether a monitor is over its limit; and meters, which count all
 * packets of a device without a rule.
 */
#include <linux/module.h>

#include "hosts.h"
#include "hosts_file.h"
#include "hosts_sampler.h"
#include "meters.h"
#include "monitor.h"
#include "procfs.h"
#include "registry.h"
#include "rules.h"
#include "sampler.h"

static int __init trafmetux_init(void)
{
	int err;

	err = trafmetux_monitor_init();
	if (err)
		return err;
	err = trafmetux_hosts_init();
	if (err)
		return err;
	err = trafmetux_hosts_file_init();
	if (err)
		return err;
	err = trafmetux_hosts_sampler_init();
	if (err)
		return err;
	err = trafmetux_proc_init();
	if (err)
		return err;
	err = trafmetux_registry_init();
	if (err)
		goto proc_exit;
	err = trafmetux_meters_init();
	if (err)
		goto registry_exit;
	trafmetux_sampler_start();
	err = trafmetux_target_init();
	if (err)
		goto sampler_stop;
	err = trafmetux_hosts_target_init();
	if (err)
		goto target_exit;
	err = trafmetux_match_init();
	if (err)
		goto hosts_target_exit;
	return 0;

hosts_target_exit:
	trafmetux_hosts_target_exit();
target_exit:
	trafmetux_target_exit();
sampler_stop:
	trafmetux_sampler_stop();
	trafmetux_meters_exit();
registry_exit:
	trafmetux_registry_exit();
proc_exit:
	trafmetux_proc_exit();
	return err;
}

static void __exit trafmetux_exit(void)
{
	trafmetux_match_exit();
	trafmetux_hosts_target_exit();
	trafmetux_target_exit();
	trafmetux_sampler_stop();
	trafmetux_meters_exit();
	trafmetux_registry_exit();
	trafmetux_proc_exit();
}

module_init(trafmetux_init);
module_exit(trafmetux_exit);

MODULE_DESCRIPTION("Xtables: counts packets in named monitors with a history, and limits them");
MODULE_AUTHOR("The Trafmetux project");
MODULE_LICENSE("GPL");
MODULE_ALIAS("ipt_TRAFMETUX");
MODULE_ALIAS("ip6t_TRAFMETUX");
MODULE_ALIAS("xt_TRAFMETUX_HOSTS");
MODULE_ALIAS("ipt_TRAFMETUX_HOSTS");
MODULE_ALIAS("ip6t_TRAFMETUX_HOSTS");
MODULE_ALIAS("xt_trafmetux");
MODULE_ALIAS("ipt_trafmetux");
MODULE_ALIAS("ip6t_trafmetux");
