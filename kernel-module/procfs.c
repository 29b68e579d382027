// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file for each monitor in /proc/net/trafmetux of its namespace, which
 * /proc/trafmetux leads to: the present counters, then the samples, the newest
 * first, so that a reader stops as soon as it knows the rest. What is written to
 * it is the monitor's limit.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "entry.h"
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
 * struct trafmetux_reader - where a reader of a file stands
 * @monitor: what the file was opened for; held until it is closed
 * @taken: how many samples there were when it began. The lines after the first
 *	count down from there, so that a sample taken meanwhile shifts none.
 * @sample: the one to show next
 */
struct trafmetux_reader {
	struct trafmetux_monitor *monitor;
	u64 taken;
	struct trafmetux_sample sample;
};

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
	u64 dropped = reader->taken > size ? reader->taken - size : 0;
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
	seq_printf(file, "rules %u\n",
		   READ_ONCE(monitor->uses[TRAFMETUX_RULE]) +
		   READ_ONCE(monitor->uses[TRAFMETUX_HOSTS_RULE]));
	seq_printf(file, "meters %u\n",
		   READ_ONCE(monitor->uses[TRAFMETUX_METER]) +
		   READ_ONCE(monitor->uses[TRAFMETUX_SHARED_METER]) +
		   READ_ONCE(monitor->uses[TRAFMETUX_HOSTS_METER]));
	trafmetux_proc_time(file, "created", monitor->created);
	seq_printf(file, "dropped %llu\n", (unsigned long long)dropped);
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
	struct net *net = trafmetux_entry_net(entry);
	char *text;
	u64 limit;
	int err;

	if (!file_ns_capable(file, net->user_ns, CAP_NET_ADMIN))
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

/**
 * trafmetux_proc_mode() - who may do what with the files
 *
 * Return: their access mode.
 */
umode_t trafmetux_proc_mode(void)
{
	return mode | 0200;
}

/**
 * trafmetux_proc_add() - give a monitor its file
 * @directory: of the monitor's namespace
 * @net: that namespace
 * @monitor: one whose name is not in use there
 *
 * Context: may sleep; within trafmetux_registry_lock().
 * Return: 0 or -ENOMEM.
 */
int trafmetux_proc_add(struct proc_dir_entry *directory, struct net *net,
		       struct trafmetux_monitor *monitor)
{
	monitor->entry = trafmetux_entry_add(directory, net, monitor->name,
					     monitor, trafmetux_proc_mode(),
					     &trafmetux_proc_operations);
	return monitor->entry ? 0 : -ENOMEM;
}

/**
 * trafmetux_proc_remove() - take a monitor's file away
 * @monitor: which; who has its file open may still hold it
 *
 * Context: may sleep, waits for nobody; within trafmetux_registry_lock().
 */
void trafmetux_proc_remove(struct trafmetux_monitor *monitor)
{
	trafmetux_entry_remove(monitor->entry);
	monitor->entry = NULL;
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
 * Context: may sleep, waits for nobody; within trafmetux_registry_lock().
 */
void trafmetux_proc_net_exit(struct proc_dir_entry *directory)
{
	trafmetux_entry_remove_closed(directory);
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
	trafmetux_entry_exit();
	proc_remove(trafmetux_proc_link);
}
