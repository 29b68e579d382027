// SPDX-License-Identifier: GPL-2.0-only
/*
 * The monitors' files, as things that are entered, left and removed.
 *
 * Who calls into a file may stay there for as long as he likes: the memory that
 * he reads into, or writes from, may take forever to get at. procfs waits for
 * such callers when it removes a file. So an entry of ours counts them, and is
 * removed only when none is inside and none can get in any more. Otherwise it is
 * closed, a new monitor of its name opens it again, and the last one to leave has
 * it removed. Removing thus waits for a few instructions and never for anybody.
 *
 * A file held open keeps neither namespace nor module nor name, a call in it
 * keeps the first two: so neither of them ends with somebody inside.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "entry.h"
#include "monitor.h"
#include "registry.h"
#include "xt_TRAFMETUX.h"

/**
 * struct trafmetux_entry - a file, with or without a monitor behind it
 * @file: procfs' part of it
 * @directory: where it is
 * @net: the namespace of that
 * @name: its name there, the monitor's or that of its table
 * @lock: guards @monitor and @inside
 * @monitor: what new callers are led to; NULL while it is closed
 * @inside: how many callers are in it; each holds @net and the module
 * @closed: its place among the closed ones; guarded by the registry's mutex
 */
struct trafmetux_entry {
	struct proc_dir_entry *file;
	struct proc_dir_entry *directory;
	struct net *net;
	char name[TRAFMETUX_ENTRY_NAME_SIZE];
	spinlock_t lock;	/* see above */
	struct trafmetux_monitor *monitor;
	unsigned int inside;
	struct list_head closed;
};

/* Entries that had callers inside when their monitors went. */
static LIST_HEAD(trafmetux_closed);

static void trafmetux_closed_work(struct work_struct *work);
static DECLARE_WORK(trafmetux_closed_sweep, trafmetux_closed_work);

/**
 * trafmetux_call_begin() - a call into a file that may take forever begins
 * @net: the file's namespace; procfs keeps it until the call is over
 *
 * Context: any; within procfs' call of a file operation.
 * Return: true if neither namespace nor module end before trafmetux_call_end();
 *	false if one of them is ending: then the caller must leave procfs at
 *	once, since somebody may be waiting for that.
 */
bool trafmetux_call_begin(struct net *net)
{
	if (!try_module_get(THIS_MODULE))
		return false;
	if (maybe_get_net(net))
		return true;
	module_put(THIS_MODULE);
	return false;
}

/**
 * trafmetux_call_end() - the reverse
 * @net: the file's namespace
 *
 * procfs keeps the module's text as well until it is left.
 *
 * Context: as trafmetux_call_begin().
 */
void trafmetux_call_end(struct net *net)
{
	put_net(net);
	module_put(THIS_MODULE);
}

/**
 * trafmetux_entry_enter() - let a caller in
 * @entry: where; procfs keeps it until the call is over
 *
 * Context: may sleep; within procfs' call of a file operation.
 * Return: the monitor that it leads to, held for the call, until
 *	trafmetux_entry_leave(); NULL if it is closed: then the caller must leave
 *	procfs at once, since somebody may be waiting for that.
 */
struct trafmetux_monitor *
trafmetux_entry_enter(struct trafmetux_entry *entry)
{
	struct trafmetux_monitor *monitor;

	if (!trafmetux_call_begin(entry->net))
		return NULL;
	spin_lock(&entry->lock);
	monitor = entry->monitor;
	if (monitor) {
		trafmetux_monitor_hold(monitor);
		entry->inside++;
	}
	spin_unlock(&entry->lock);
	if (!monitor)
		trafmetux_call_end(entry->net);
	return monitor;
}

/**
 * trafmetux_entry_leave() - the reverse
 * @entry: where
 * @monitor: what trafmetux_entry_enter() returned
 *
 * Context: as trafmetux_entry_enter().
 */
void trafmetux_entry_leave(struct trafmetux_entry *entry,
			   struct trafmetux_monitor *monitor)
{
	bool vacated;

	spin_lock(&entry->lock);
	entry->inside--;
	vacated = !entry->inside && !entry->monitor;
	spin_unlock(&entry->lock);

	if (vacated)
		schedule_work(&trafmetux_closed_sweep);
	trafmetux_monitor_drop(monitor);
	trafmetux_call_end(entry->net);
}

/**
 * trafmetux_entry_leads_to() - is that still the monitor behind it?
 * @entry: where the caller is
 * @monitor: what it led to before
 *
 * Return: false if it is closed, or another monitor has followed.
 */
bool trafmetux_entry_leads_to(struct trafmetux_entry *entry,
			      const struct trafmetux_monitor *monitor)
{
	bool same;

	spin_lock(&entry->lock);
	same = entry->monitor == monitor;
	spin_unlock(&entry->lock);
	return same;
}

/**
 * trafmetux_entry_net() - whose file is it?
 * @entry: where the caller is
 *
 * Return: the namespace, which the caller keeps by being inside.
 */
struct net *trafmetux_entry_net(const struct trafmetux_entry *entry)
{
	return entry->net;
}

static bool trafmetux_entry_is_occupied(struct trafmetux_entry *entry)
{
	bool occupied;

	spin_lock(&entry->lock);
	occupied = entry->inside;
	spin_unlock(&entry->lock);
	return occupied;
}

/* For an entry that nobody is in and nobody can enter. */
static void trafmetux_entry_destroy(struct trafmetux_entry *entry)
{
	proc_remove(entry->file);
	kfree(entry);
}

/* Remove what the last caller has left. */
static void trafmetux_closed_work(struct work_struct *work)
{
	struct trafmetux_entry *entry, *next;

	trafmetux_registry_lock();
	list_for_each_entry_safe(entry, next, &trafmetux_closed, closed) {
		if (trafmetux_entry_is_occupied(entry))
			continue;
		list_del(&entry->closed);
		trafmetux_entry_destroy(entry);
	}
	trafmetux_registry_unlock();
}

/* Somebody is still inside, or was until just now. */
static struct trafmetux_entry *
trafmetux_closed_find(struct proc_dir_entry *directory, const char *name)
{
	struct trafmetux_entry *entry;

	list_for_each_entry(entry, &trafmetux_closed, closed) {
		if (entry->directory == directory &&
		    !strcmp(entry->name, name))
			return entry;
	}
	return NULL;
}

static struct trafmetux_entry *
trafmetux_entry_create(struct proc_dir_entry *directory, struct net *net,
		       const char *name, struct trafmetux_monitor *monitor,
		       umode_t mode, const struct proc_ops *operations)
{
	struct trafmetux_entry *entry;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return NULL;
	entry->directory = directory;
	entry->net = net;
	strscpy(entry->name, name, sizeof(entry->name));
	spin_lock_init(&entry->lock);
	entry->monitor = monitor;
	entry->file = proc_create_data(entry->name, mode, directory, operations,
				       entry);
	if (!entry->file) {
		kfree(entry);
		return NULL;
	}
	return entry;
}

/**
 * trafmetux_entry_add() - give a monitor a file
 * @directory: where
 * @net: the namespace of that
 * @name: what the file is to be called, which no other there is
 * @monitor: what it is to lead to; not held
 * @mode: who may read and write it
 * @operations: those of the file, which is procfs' data of it
 *
 * Context: may sleep; within trafmetux_registry_lock().
 * Return: the entry, a new one or a closed one that is opened again; NULL for lack
 *	of memory.
 */
struct trafmetux_entry *
trafmetux_entry_add(struct proc_dir_entry *directory, struct net *net,
		    const char *name, struct trafmetux_monitor *monitor,
		    umode_t mode, const struct proc_ops *operations)
{
	struct trafmetux_entry *entry;

	entry = trafmetux_closed_find(directory, name);
	if (!entry)
		return trafmetux_entry_create(directory, net, name, monitor,
					      mode, operations);
	list_del(&entry->closed);
	spin_lock(&entry->lock);
	entry->monitor = monitor;
	spin_unlock(&entry->lock);
	return entry;
}

/**
 * trafmetux_entry_remove() - take a monitor's file away
 * @entry: from trafmetux_entry_add()
 *
 * Who is inside stays there, and the file remains until he leaves, but only to be
 * seen: it cannot be opened.
 *
 * Context: may sleep, waits for nobody; within trafmetux_registry_lock().
 */
void trafmetux_entry_remove(struct trafmetux_entry *entry)
{
	bool occupied;

	spin_lock(&entry->lock);
	entry->monitor = NULL;
	occupied = entry->inside;
	spin_unlock(&entry->lock);

	if (occupied)
		list_add(&entry->closed, &trafmetux_closed);
	else
		trafmetux_entry_destroy(entry);
}

/**
 * trafmetux_entry_remove_closed() - clear a directory that is to go
 * @directory: all its monitors' files were taken away
 *
 * Nobody is in what was left of them, since he would hold the namespace, or the
 * module that is going away: the sweep has not come yet.
 *
 * Context: may sleep, waits for nobody; within trafmetux_registry_lock().
 */
void trafmetux_entry_remove_closed(struct proc_dir_entry *directory)
{
	struct trafmetux_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &trafmetux_closed, closed) {
		if (entry->directory != directory)
			continue;
		list_del(&entry->closed);
		trafmetux_entry_destroy(entry);
	}
}

/**
 * trafmetux_entry_exit() - have no work left to do
 *
 * Context: may sleep; there are no entries any more.
 */
void trafmetux_entry_exit(void)
{
	cancel_work_sync(&trafmetux_closed_sweep);
}
