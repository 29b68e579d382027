// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file for each monitor in /proc/net/trafmetux of its namespace, which
 * /proc/trafmetux leads to: the present counters, then the samples, the newest
 * first, so that a reader stops as soon as it knows the rest. What is written to
 * it is the monitor's limit.
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
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "limit.h"
#include "monitor.h"
#include "procfs.h"

/* Of the text in the files; readers refuse a version that they don't know. */
#define TRAFMETUX_PROC_VERSION 1

static unsigned int mode = 0444;
module_param(mode, uint, 0444);
MODULE_PARM_DESC(mode, "who may read the files in /proc/trafmetux, as an access mode (default: 0444)");

static struct proc_dir_entry *trafmetux_proc_link;

/**
 * struct trafmetux_entry - a file, with or without a monitor behind it
 * @file: procfs' part of it
 * @directory: where it is
 * @net: the namespace of that
 * @name: its name there
 * @lock: guards @monitor and @inside
 * @monitor: what new callers are led to; NULL while it is closed
 * @inside: how many callers are in it; each holds @net and the module
 * @closed: its place among the closed ones; guarded by the monitors' mutex
 */
struct trafmetux_entry {
	struct proc_dir_entry *file;
	struct proc_dir_entry *directory;
	struct net *net;
	char name[XT_TRAFMETUX_NAME_SIZE];
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
 * struct trafmetux_reader - where a reader of a file stands
 * @monitor: what the file was opened for; held until it is closed
 * @taken: how many samples there were when it began. The lines after the first
 *	count down from there, so that a sample taken meanwhile shifts none.
 * @sample: the one to show next
 */
struct trafmetux_reader {
	struct trafmetux_monitor *monitor;
	u32 taken;
	struct trafmetux_sample sample;
};

/*
 * The monitor that the entry leads to, held for this call, or NULL: then the
 * caller must leave procfs at once, since somebody may be waiting for that.
 */
static struct trafmetux_monitor *
trafmetux_entry_enter(struct trafmetux_entry *entry)
{
	struct trafmetux_monitor *monitor;

	if (!try_module_get(THIS_MODULE))
		return NULL;
	if (!maybe_get_net(entry->net))
		goto put_module;

	spin_lock(&entry->lock);
	monitor = entry->monitor;
	if (monitor) {
		trafmetux_monitor_hold(monitor);
		entry->inside++;
	}
	spin_unlock(&entry->lock);
	if (monitor)
		return monitor;

	put_net(entry->net);
put_module:
	module_put(THIS_MODULE);
	return NULL;
}

/* The reverse. procfs keeps the entry and the module's text until it is left. */
static void trafmetux_entry_leave(struct trafmetux_entry *entry,
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
	put_net(entry->net);
	module_put(THIS_MODULE);
}

static bool trafmetux_entry_leads_to(struct trafmetux_entry *entry,
				     const struct trafmetux_monitor *monitor)
{
	bool same;

	spin_lock(&entry->lock);
	same = entry->monitor == monitor;
	spin_unlock(&entry->lock);
	return same;
}

/* Position 0 is the head, position n the nth newest sample. */
static void *trafmetux_reader_at(struct seq_file *file, loff_t position)
{
	struct trafmetux_reader *reader = file->private;
	struct trafmetux_monitor *monitor = reader->monitor;

	if (position == 0) {
		reader->taken = trafmetux_history_taken(&monitor->history);
		return SEQ_START_TOKEN;
	}
	if (position > reader->taken ||
	    !trafmetux_history_get(&monitor->history,
				   reader->taken - position, &reader->sample))
		return NULL;
	return reader;
}

static void *trafmetux_proc_start(struct seq_file *file, loff_t *position)
{
	return trafmetux_reader_at(file, *position);
}

static void *trafmetux_proc_next(struct seq_file *file, void *item,
				 loff_t *position)
{
	return trafmetux_reader_at(file, ++*position);
}

static void trafmetux_proc_stop(struct seq_file *file, void *item)
{
}

static void trafmetux_proc_time(struct seq_file *file, const char *key,
				ktime_t time)
{
	struct timespec64 split = ktime_to_timespec64(time);

	seq_printf(file, "%s %lld.%06ld\n", key, (long long)split.tv_sec,
		   split.tv_nsec / NSEC_PER_USEC);
}

static void trafmetux_proc_show_head(struct seq_file *file)
{
	struct trafmetux_reader *reader = file->private;
	struct trafmetux_monitor *monitor = reader->monitor;
	u32 size = monitor->history.size;
	u32 dropped = reader->taken > size ? reader->taken - size : 0;
	u64 limit = trafmetux_limit_get(&monitor->limit);
	struct trafmetux_reading total;
	ktime_t now;

	/* In this order: the time is never before what is counted. */
	total = trafmetux_counter_read(monitor->counter);
	now = ktime_get_real();

	seq_printf(file, "version %d\n", TRAFMETUX_PROC_VERSION);
	seq_printf(file, "monitor %s\n", monitor->name);
	seq_printf(file, "series %016llx\n",
		   (unsigned long long)monitor->series);
	seq_printf(file, "references %u\n", READ_ONCE(monitor->references));
	trafmetux_proc_time(file, "created", monitor->created);
	seq_printf(file, "dropped %u\n", dropped);
	trafmetux_proc_time(file, "time", now);
	seq_printf(file, "packets %llu\n", (unsigned long long)total.packets);
	seq_printf(file, "bytes %llu\n", (unsigned long long)total.bytes);
	if (limit)
		seq_printf(file, "limit %llu\n", (unsigned long long)limit);
	else
		seq_puts(file, "limit none\n");
}

static void trafmetux_proc_show_sample(struct seq_file *file)
{
	struct trafmetux_reader *reader = file->private;
	const struct trafmetux_sample *sample = &reader->sample;

	seq_printf(file, "sample %lld %llu %llu", (long long)sample->time,
		   (unsigned long long)sample->total.packets,
		   (unsigned long long)sample->total.bytes);
	if (sample->since)
		seq_printf(file, " %lld", (long long)sample->since);
	seq_putc(file, '\n');
}

static int trafmetux_proc_show(struct seq_file *file, void *item)
{
	if (item == SEQ_START_TOKEN)
		trafmetux_proc_show_head(file);
	else
		trafmetux_proc_show_sample(file);
	return 0;
}

static const struct seq_operations trafmetux_seq_operations = {
	.start = trafmetux_proc_start,
	.next = trafmetux_proc_next,
	.stop = trafmetux_proc_stop,
	.show = trafmetux_proc_show,
};

static int trafmetux_proc_open(struct inode *inode, struct file *file)
{
	struct trafmetux_entry *entry = pde_data(inode);
	struct trafmetux_monitor *monitor = trafmetux_entry_enter(entry);
	struct trafmetux_reader *reader;

	if (!monitor)
		return -ENOENT;
	reader = __seq_open_private(file, &trafmetux_seq_operations,
				    sizeof(*reader));
	if (reader) {
		trafmetux_monitor_hold(monitor);
		reader->monitor = monitor;
	}
	trafmetux_entry_leave(entry, monitor);
	return reader ? 0 : -ENOMEM;
}

/* Also called for who has the file open when the entry is removed. */
static int trafmetux_proc_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct trafmetux_reader *reader = seq->private;

	trafmetux_monitor_drop(reader->monitor);
	return seq_release_private(inode, file);
}

/* A text that was begun is read to its end, another one is of no use any more. */
static ssize_t trafmetux_proc_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct trafmetux_entry *entry = pde_data(file_inode(iocb->ki_filp));
	struct seq_file *seq = iocb->ki_filp->private_data;
	struct trafmetux_reader *reader = seq->private;
	struct trafmetux_monitor *monitor = trafmetux_entry_enter(entry);
	ssize_t result = -EIO;

	if (!monitor)
		return -EIO;
	if (iocb->ki_pos || monitor == reader->monitor)
		result = seq_read_iter(iocb, to);
	trafmetux_entry_leave(entry, monitor);
	return result;
}

/* It may have to wait for who reads from the same open file. */
static loff_t trafmetux_proc_lseek(struct file *file, loff_t offset, int whence)
{
	struct trafmetux_entry *entry = pde_data(file_inode(file));
	struct trafmetux_monitor *monitor = trafmetux_entry_enter(entry);
	loff_t result;

	if (!monitor)
		return -EINVAL;	/* as procfs has it */
	result = seq_lseek(file, offset, whence);
	trafmetux_entry_leave(entry, monitor);
	return result;
}

/* What may follow "limit ", or stand alone: "none", or bytes, 0 being none. */
static int trafmetux_proc_parse_limit(char *text, size_t size, u64 *limit)
{
	static const char key[] = "limit ";

	if (strlen(text) != size)
		return -EINVAL;
	text = strim(text);
	if (!strncmp(text, key, sizeof(key) - 1))
		text = skip_spaces(text + sizeof(key) - 1);
	if (!strcmp(text, "none")) {
		*limit = 0;
		return 0;
	}
	if (*text == '+')	/* kstrtou64() takes it for a number's */
		return -EINVAL;
	return kstrtou64(text, 10, limit);
}

/*
 * The right is asked of who opened the file: a privileged program that is made
 * to write to a file it did not open has not decided to. A monitor may go while
 * the text is fetched; a limit for it would stop nothing.
 */
static int trafmetux_proc_set_limit(struct trafmetux_entry *entry,
				    struct file *file,
				    const char __user *buffer, size_t size)
{
	struct seq_file *seq = file->private_data;
	struct trafmetux_reader *reader = seq->private;
	char *text;
	u64 limit;
	int err;

	if (!file_ns_capable(file, entry->net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (!size || size >= PAGE_SIZE)
		return -EINVAL;
	text = memdup_user_nul(buffer, size);
	if (IS_ERR(text))
		return PTR_ERR(text);
	err = trafmetux_proc_parse_limit(text, size, &limit);
	kfree(text);
	if (err)
		return err;
	if (!trafmetux_entry_leads_to(entry, reader->monitor))
		return -EIO;
	return trafmetux_limit_set(&reader->monitor->limit, limit);
}

static ssize_t trafmetux_proc_write(struct file *file,
				    const char __user *buffer, size_t size,
				    loff_t *position)
{
	struct trafmetux_entry *entry = pde_data(file_inode(file));
	struct trafmetux_monitor *monitor = trafmetux_entry_enter(entry);
	int err;

	if (!monitor)
		return -EIO;
	err = trafmetux_proc_set_limit(entry, file, buffer, size);
	trafmetux_entry_leave(entry, monitor);
	return err ? err : size;
}

static const struct proc_ops trafmetux_proc_operations = {
	.proc_open = trafmetux_proc_open,
	.proc_read_iter = trafmetux_proc_read_iter,
	.proc_write = trafmetux_proc_write,
	.proc_lseek = trafmetux_proc_lseek,
	.proc_release = trafmetux_proc_release,
};

/* A closed entry of that name; somebody is still inside, or was until just now. */
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

	trafmetux_monitor_lock();
	list_for_each_entry_safe(entry, next, &trafmetux_closed, closed) {
		if (READ_ONCE(entry->inside))
			continue;
		list_del(&entry->closed);
		trafmetux_entry_destroy(entry);
	}
	trafmetux_monitor_unlock();
}

static struct trafmetux_entry *
trafmetux_entry_create(struct proc_dir_entry *directory, struct net *net,
		       struct trafmetux_monitor *monitor)
{
	struct trafmetux_entry *entry;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return NULL;
	entry->directory = directory;
	entry->net = net;
	strscpy(entry->name, monitor->name, sizeof(entry->name));
	spin_lock_init(&entry->lock);
	entry->monitor = monitor;
	entry->file = proc_create_data(entry->name, mode | 0200, directory,
				       &trafmetux_proc_operations, entry);
	if (!entry->file) {
		kfree(entry);
		return NULL;
	}
	return entry;
}

/**
 * trafmetux_proc_add() - give a monitor its file
 * @directory: of the monitor's namespace
 * @net: that namespace
 * @monitor: one whose name is not in use there
 *
 * Context: may sleep; within trafmetux_monitor_lock().
 * Return: 0 or -ENOMEM.
 */
int trafmetux_proc_add(struct proc_dir_entry *directory, struct net *net,
		       struct trafmetux_monitor *monitor)
{
	struct trafmetux_entry *entry;

	entry = trafmetux_closed_find(directory, monitor->name);
	if (entry) {
		list_del(&entry->closed);
		spin_lock(&entry->lock);
		entry->monitor = monitor;
		spin_unlock(&entry->lock);
	} else {
		entry = trafmetux_entry_create(directory, net, monitor);
		if (!entry)
			return -ENOMEM;
	}
	monitor->entry = entry;
	return 0;
}

/**
 * trafmetux_proc_remove() - take a monitor's file away
 * @monitor: which; who has its file open may still hold it
 *
 * Who is inside stays there, and the file remains until he leaves, but only to be
 * seen: it cannot be opened.
 *
 * Context: may sleep, waits for nobody; within trafmetux_monitor_lock().
 */
void trafmetux_proc_remove(struct trafmetux_monitor *monitor)
{
	struct trafmetux_entry *entry = monitor->entry;
	bool occupied;

	monitor->entry = NULL;
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
 * trafmetux_proc_net_init() - make a namespace's directory
 * @net: the namespace
 *
 * Return: the directory, or NULL for lack of memory.
 */
struct proc_dir_entry *trafmetux_proc_net_init(struct net *net)
{
	return proc_net_mkdir(net, "trafmetux", net->proc_net);
}

/**
 * trafmetux_proc_net_exit() - take a namespace's directory away
 * @directory: from trafmetux_proc_net_init(); its monitors have no files any more
 *
 * Entries may be left that were closed. Nobody is in them, since he would hold the
 * namespace, or the module that is going away: the sweep has not come yet.
 *
 * Context: may sleep, waits for nobody; within trafmetux_monitor_lock().
 */
void trafmetux_proc_net_exit(struct proc_dir_entry *directory)
{
	struct trafmetux_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &trafmetux_closed, closed) {
		if (entry->directory != directory)
			continue;
		list_del(&entry->closed);
		trafmetux_entry_destroy(entry);
	}
	proc_remove(directory);
}

/**
 * trafmetux_proc_init() - make /proc/trafmetux
 *
 * A link, so that every reader is shown the monitors of its own namespace.
 *
 * Return: 0, -EINVAL for a mode that is none, or -ENOMEM.
 */
int __init trafmetux_proc_init(void)
{
	if (mode != 0444 && mode != 0440 && mode != 0400) {
		pr_err("mode=%#o is out of range, use 0444, 0440 or 0400\n",
		       mode);
		return -EINVAL;
	}
	trafmetux_proc_link = proc_symlink("trafmetux", NULL,
					   "self/net/trafmetux");
	return trafmetux_proc_link ? 0 : -ENOMEM;
}

/**
 * trafmetux_proc_exit() - take /proc/trafmetux away
 *
 * procfs does not let us know who reads the link itself, and waits for him: so
 * this is the last that the module does.
 *
 * Context: may sleep; nobody is in any file, or can get in.
 */
void trafmetux_proc_exit(void)
{
	cancel_work_sync(&trafmetux_closed_sweep);
	proc_remove(trafmetux_proc_link);
}
