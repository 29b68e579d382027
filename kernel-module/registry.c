// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which monitors there are: in each namespace by name, and all of them for the
 * sampler. A monitor comes with the first rule or meter that names it and lingers
 * after the last.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "hosts.h"
#include "hosts_file.h"
#include "monitor.h"
#include "name.h"
#include "procfs.h"
#include "registry.h"

static unsigned int linger = TRAFMETUX_LINGER_DEFAULT;
module_param(linger, uint, 0644);
MODULE_PARM_DESC(linger, "seconds that a monitor outlives its last rule or meter (default: 86400)");

static unsigned int max_monitors = TRAFMETUX_MONITORS_DEFAULT;
module_param(max_monitors, uint, 0644);
MODULE_PARM_DESC(max_monitors, "monitors that a network namespace may have (default: 4096)");

static unsigned int max_hosts = TRAFMETUX_HOSTS_DEFAULT;
module_param(max_hosts, uint, 0644);
MODULE_PARM_DESC(max_hosts, "hosts that the tables of a network namespace may have room for, together (default: 131072)");

/**
 * struct trafmetux_net - the monitors of one network namespace
 * @monitors: the monitors, by name
 * @count: how many they are, in use or not
 * @hosts: how many hosts their tables have room for
 * @directory: /proc/net/trafmetux as seen from that namespace
 *
 * Guarded by the mutex.
 */
struct trafmetux_net {
	struct rb_root monitors;
	unsigned int count;
	u64 hosts;
	struct proc_dir_entry *directory;
};

static unsigned int trafmetux_net_id __read_mostly;

/*
 * Guards the set of monitors in every namespace. One mutex for all: rules
 * change seldom, and it must outlive the namespaces, since rules may be
 * destroyed after trafmetux_net_exit() has run. Packets never take it, nor
 * does reading a file.
 */
static DEFINE_MUTEX(trafmetux_mutex);

/* All monitors that are still in a namespace. */
static LIST_HEAD(trafmetux_monitors);

/* Find a monitor, or the place in the tree where it would go. */
static struct trafmetux_monitor *
trafmetux_net_find(struct trafmetux_net *home, const char *name,
		   struct rb_node **parent, struct rb_node ***link)
{
	*parent = NULL;
	*link = &home->monitors.rb_node;
	while (**link) {
		struct trafmetux_monitor *monitor;
		int order;

		*parent = **link;
		monitor = rb_entry(*parent, struct trafmetux_monitor, node);
		order = strcmp(name, monitor->name);
		if (!order)
			return monitor;
		*link = order < 0 ? &(*parent)->rb_left : &(*parent)->rb_right;
	}
	return NULL;
}

/* Make a monitor known to its namespace, its readers and the sampler. */
static int trafmetux_registry_publish(struct trafmetux_monitor *monitor,
				      struct net *net,
				      struct trafmetux_net *home,
				      struct rb_node *parent,
				      struct rb_node **link)
{
	int err = trafmetux_proc_add(home->directory, net, monitor);

	if (err)
		return err;
	monitor->home = home;
	rb_link_node(&monitor->node, parent, link);
	rb_insert_color(&monitor->node, &home->monitors);
	home->count++;
	list_add_tail(&monitor->list, &trafmetux_monitors);
	return 0;
}

/*
 * The reverse. From then on it is held by the rules that use it still, and by who
 * is reading it.
 */
static void trafmetux_registry_withdraw(struct trafmetux_monitor *monitor)
{
	trafmetux_proc_remove(monitor);
	list_del(&monitor->list);
	monitor->home->count--;
	if (monitor->hosts) {
		trafmetux_hosts_file_remove(monitor);
		monitor->home->hosts -= trafmetux_hosts_max(monitor->hosts);
	}
	rb_erase(&monitor->node, &monitor->home->monitors);
	monitor->home = NULL;
	if (!monitor->references)
		trafmetux_monitor_drop(monitor);
}

/* The monitor of that name, created where there is none. */
static struct trafmetux_monitor *
trafmetux_registry_lookup(struct net *net, const char *name)
{
	struct trafmetux_net *home = net_generic(net, trafmetux_net_id);
	struct trafmetux_monitor *monitor;
	struct rb_node *parent, **link;
	int err;

	monitor = trafmetux_net_find(home, name, &parent, &link);
	if (monitor)
		return monitor;
	if (home->count >= READ_ONCE(max_monitors)) {
		pr_info_ratelimited("too many monitors to add %s, see max_monitors, and linger for those that nothing feeds\n",
				    name);
		return ERR_PTR(-ENOSPC);
	}

	monitor = trafmetux_monitor_alloc(net, name);
	if (IS_ERR(monitor))
		return monitor;
	err = trafmetux_registry_publish(monitor, net, home, parent, link);
	if (err) {
		trafmetux_monitor_drop(monitor);
		return ERR_PTR(err);
	}
	return monitor;
}

static void trafmetux_registry_use(struct trafmetux_monitor *monitor,
				   enum trafmetux_use use, int change)
{
	WRITE_ONCE(monitor->references, monitor->references + change);
	WRITE_ONCE(monitor->uses[use], monitor->uses[use] + change);
}

/* Is it for a table of hosts? */
static bool trafmetux_use_is_hosts(enum trafmetux_use use)
{
	return use == TRAFMETUX_HOSTS_RULE || use == TRAFMETUX_HOSTS_METER;
}

/* Do rules or meters feed it that count in no table? */
static bool trafmetux_monitor_is_plain(const struct trafmetux_monitor *monitor)
{
	return monitor->uses[TRAFMETUX_RULE] || monitor->uses[TRAFMETUX_METER] ||
	       monitor->uses[TRAFMETUX_SHARED_METER];
}

static bool trafmetux_monitor_has_hosts(const struct trafmetux_monitor *monitor)
{
	return monitor->uses[TRAFMETUX_HOSTS_RULE] ||
	       monitor->uses[TRAFMETUX_HOSTS_METER];
}

/*
 * The hosts of a table are its monitor, to the byte. That would not be so where a rule
 * feeds the monitor and not the table.
 */
static int trafmetux_registry_admit_hosts(const struct trafmetux_monitor *monitor,
					  enum trafmetux_use use)
{
	if (use == TRAFMETUX_QUESTION)
		return 0;
	if (!trafmetux_use_is_hosts(use)) {
		if (!trafmetux_monitor_has_hosts(monitor))
			return 0;
		pr_info_ratelimited("%s counts hosts: what does not, as a plain rule, can't feed it too\n",
				    monitor->name);
		return -EBUSY;
	}
	if (trafmetux_monitor_is_plain(monitor)) {
		pr_info_ratelimited("%s counts without hosts: what counts them can't feed it too, give it a monitor of its own\n",
				    monitor->name);
		return -EBUSY;
	}
	if ((use == TRAFMETUX_HOSTS_METER && monitor->uses[TRAFMETUX_HOSTS_RULE]) ||
	    (use == TRAFMETUX_HOSTS_RULE && monitor->uses[TRAFMETUX_HOSTS_METER])) {
		pr_info_ratelimited("a rule and a meter for hosts can't both feed %s: a packet that both see would count twice\n",
				    monitor->name);
		return -EBUSY;
	}
	return 0;
}

/*
 * A packet that passes a meter and a rule counts twice, and nobody is to pay for
 * it without having said so. A meter can be refused. A rule can't: all rules that
 * are loaded with it would be missing too, and the firewall open.
 */
static int trafmetux_registry_admit(const struct trafmetux_monitor *monitor,
				    enum trafmetux_use use)
{
	int err = trafmetux_registry_admit_hosts(monitor, use);

	if (err)
		return err;
	if (use == TRAFMETUX_METER && monitor->uses[TRAFMETUX_RULE])
		return -EBUSY;
	if (use == TRAFMETUX_RULE && monitor->uses[TRAFMETUX_METER])
		pr_warn_ratelimited("a rule feeds %s, which a meter feeds too: a packet that both see counts twice\n",
				    monitor->name);
	return 0;
}

/* A table with room for @max hosts, where there is one for fewer or none. */
static int trafmetux_registry_table(struct net *net,
				    struct trafmetux_monitor *monitor, u32 max)
{
	u32 old = monitor->hosts ? trafmetux_hosts_max(monitor->hosts) : 0;
	struct trafmetux_hosts *hosts;
	int err;

	if (max <= old)
		return 0;
	if (monitor->home->hosts + max - old > READ_ONCE(max_hosts)) {
		pr_info_ratelimited("too many hosts to have room for %u in %s, see max_hosts, and linger for tables that nothing feeds\n",
				    max, monitor->name);
		return -ENOSPC;
	}
	if (monitor->hosts) {
		err = trafmetux_hosts_enlarge(monitor->hosts, max);
		/* It may have got the room and not all of the rows. */
		monitor->home->hosts += trafmetux_hosts_max(monitor->hosts) - old;
		return err;
	}
	hosts = trafmetux_hosts_alloc(net, max);
	if (IS_ERR(hosts))
		return PTR_ERR(hosts);
	smp_store_release(&monitor->hosts, hosts);	/* a match may ask */
	err = trafmetux_hosts_file_add(monitor->home->directory, net, monitor);
	if (err) {
		WRITE_ONCE(monitor->hosts, NULL);
		synchronize_rcu();
		trafmetux_hosts_free(hosts);
		return err;
	}
	monitor->home->hosts += max;
	return 0;
}

/* The first that counts hosts says what has been counted without. */
static int trafmetux_registry_add_hosts(struct net *net,
					struct trafmetux_monitor *monitor, u32 max)
{
	struct trafmetux_reading total;
	int err = trafmetux_registry_table(net, monitor, max);

	if (!err && !trafmetux_monitor_has_hosts(monitor)) {
		total = trafmetux_counter_read(monitor->counter);
		trafmetux_hosts_begin(monitor->hosts, &total);
	}
	return err;
}

/* A monitor that is of no use stays only if it was of use before. */
static int trafmetux_registry_take(struct net *net,
				   struct trafmetux_monitor *monitor,
				   enum trafmetux_use use, u32 max)
{
	int err = trafmetux_registry_admit(monitor, use);

	if (!err && max)
		err = trafmetux_registry_add_hosts(net, monitor, max);
	if (!err)
		trafmetux_registry_use(monitor, use, 1);
	else if (!monitor->references && !ktime_to_ns(monitor->released))
		trafmetux_registry_withdraw(monitor);
	return err;
}

/**
 * trafmetux_registry_get() - the monitor that a new rule or meter is to use
 * @net: the namespace of that
 * @name: XT_TRAFMETUX_NAME_SIZE bytes, from userspace, of any content
 * @use: what for
 *
 * A monitor of that name is taken up again, in use or not; else one is created.
 * What is wrong goes to the kernel's log, except for what the numbers say.
 *
 * Context: may sleep.
 * Return: the monitor, for trafmetux_registry_put(); -EINVAL for a name that
 *	none can have, -ENOSPC when the namespace has its fill of monitors,
 *	-EBUSY for a meter where rules feed the monitor, and for either where it
 *	counts hosts, or -ENOMEM.
 */
struct trafmetux_monitor *trafmetux_registry_get(struct net *net,
						 const char *name,
						 enum trafmetux_use use)
{
	return trafmetux_registry_get_hosts(net, name, use, 0);
}

/**
 * trafmetux_registry_get_hosts() - the same for what counts hosts
 * @net: the namespace of that
 * @name: as for trafmetux_registry_get()
 * @use: what for
 * @max: how many hosts the monitor's table is to have room for; with 0 it need have
 *	none
 *
 * Context: may sleep.
 * Return: as trafmetux_registry_get(), and -EBUSY where the monitor is fed in another
 *	way already, or -ENOSPC where the namespace's tables would have room for too
 *	many hosts.
 */
struct trafmetux_monitor *trafmetux_registry_get_hosts(struct net *net,
						       const char *name,
						       enum trafmetux_use use,
						       u32 max)
{
	struct trafmetux_monitor *monitor;
	int err = trafmetux_name_check(name);

	if (err)
		return ERR_PTR(err);
	mutex_lock(&trafmetux_mutex);
	monitor = trafmetux_registry_lookup(net, name);
	if (!IS_ERR(monitor)) {
		err = trafmetux_registry_take(net, monitor, use, max);
		if (err)
			monitor = ERR_PTR(err);
	}
	mutex_unlock(&trafmetux_mutex);
	return monitor;
}

/**
 * trafmetux_registry_put() - a rule or meter that used the monitor is gone
 * @monitor: from trafmetux_registry_get(); no packet is in the user any more
 * @use: as it was there
 *
 * After its last user a monitor lingers, unless its namespace is gone too.
 *
 * Context: may sleep.
 */
void trafmetux_registry_put(struct trafmetux_monitor *monitor,
			    enum trafmetux_use use)
{
	mutex_lock(&trafmetux_mutex);
	trafmetux_registry_use(monitor, use, -1);
	if (!monitor->references) {
		monitor->released = ktime_get_boottime();
		if (!monitor->home)
			trafmetux_monitor_drop(monitor);
		else if (!READ_ONCE(linger))
			trafmetux_registry_withdraw(monitor);
	}
	mutex_unlock(&trafmetux_mutex);
}

/**
 * trafmetux_registry_directory() - where a namespace's files are
 * @net: the namespace; its directory is there as long as the registry knows it
 *
 * Return: the directory.
 */
struct proc_dir_entry *trafmetux_registry_directory(struct net *net)
{
	struct trafmetux_net *home = net_generic(net, trafmetux_net_id);

	return home->directory;
}

/**
 * trafmetux_registry_lock() - let no monitor come or go
 *
 * Context: may sleep.
 */
void trafmetux_registry_lock(void)
{
	mutex_lock(&trafmetux_mutex);
}

/**
 * trafmetux_registry_unlock() - the reverse
 */
void trafmetux_registry_unlock(void)
{
	mutex_unlock(&trafmetux_mutex);
}

/**
 * trafmetux_registry_each() - visit every monitor, in use or not
 * @visit: is called with each
 * @data: for @visit
 *
 * Context: may sleep; within trafmetux_registry_lock().
 */
void trafmetux_registry_each(void (*visit)(struct trafmetux_monitor *monitor,
					   const void *data),
			     const void *data)
{
	struct trafmetux_monitor *monitor;

	lockdep_assert_held(&trafmetux_mutex);
	list_for_each_entry(monitor, &trafmetux_monitors, list) {
		visit(monitor, data);
		cond_resched();
	}
}

static bool trafmetux_registry_expired(const struct trafmetux_monitor *monitor,
				       ktime_t boot)
{
	s64 limit = (s64)READ_ONCE(linger) * NSEC_PER_SEC;

	return !monitor->references &&
	       ktime_to_ns(ktime_sub(boot, monitor->released)) >= limit;
}

/**
 * trafmetux_registry_expire() - take away what has lingered enough
 * @boot: the boot time now
 *
 * Context: may sleep; within trafmetux_registry_lock().
 */
void trafmetux_registry_expire(ktime_t boot)
{
	struct trafmetux_monitor *monitor, *next;

	lockdep_assert_held(&trafmetux_mutex);
	list_for_each_entry_safe(monitor, next, &trafmetux_monitors, list) {
		if (trafmetux_registry_expired(monitor, boot))
			trafmetux_registry_withdraw(monitor);
		cond_resched();
	}
}

static int __net_init trafmetux_net_init(struct net *net)
{
	struct trafmetux_net *home = net_generic(net, trafmetux_net_id);

	home->monitors = RB_ROOT;
	home->count = 0;
	home->hosts = 0;
	home->directory = trafmetux_proc_net_init(net);
	return home->directory ? 0 : -ENOMEM;
}

/*
 * A table whose module came first is torn down after this: its rules still
 * hold monitors, which then go with the last of them. Nobody is in a file: he
 * would hold the namespace.
 */
static void __net_exit trafmetux_net_exit(struct net *net)
{
	struct trafmetux_net *home = net_generic(net, trafmetux_net_id);
	struct rb_node *node;

	mutex_lock(&trafmetux_mutex);
	while ((node = rb_first(&home->monitors)))
		trafmetux_registry_withdraw(rb_entry(node,
						     struct trafmetux_monitor,
						     node));
	trafmetux_proc_net_exit(home->directory);
	mutex_unlock(&trafmetux_mutex);
}

static struct pernet_operations trafmetux_net_operations = {
	.init = trafmetux_net_init,
	.exit = trafmetux_net_exit,
	.id = &trafmetux_net_id,
	.size = sizeof(struct trafmetux_net),
};

/**
 * trafmetux_registry_init() - get ready for monitors, in every namespace
 *
 * Return: 0 or -ENOMEM.
 */
int __init trafmetux_registry_init(void)
{
	return register_pernet_subsys(&trafmetux_net_operations);
}

/**
 * trafmetux_registry_exit() - free every monitor; none is in use any more
 */
void trafmetux_registry_exit(void)
{
	unregister_pernet_subsys(&trafmetux_net_operations);
}
