// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/net/trafmetux/.meters of a namespace: shows its meters, and makes and
 * removes one at each write. No monitor's name begins with a dot.
 *
 * Who calls into it may stay for as long as he likes (see entry.c), and holds
 * namespace and module meanwhile; neither lock nor meter.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "control.h"
#include "entry.h"
#include "meters.h"
#include "procfs.h"

/* Of the text; readers refuse a version that they don't know. */
#define TRAFMETUX_CONTROL_VERSION 1

/* How many hosts a table is to have room for, where the order does not say. */
#define TRAFMETUX_METER_HOSTS_DEFAULT 1024

static void *trafmetux_control_start(struct seq_file *file, loff_t *position)
{
	struct trafmetux_meters *meters = file->private;

	rtnl_lock();
	return seq_list_start_head(&meters->list, *position);
}

static void *trafmetux_control_next(struct seq_file *file, void *item,
				    loff_t *position)
{
	struct trafmetux_meters *meters = file->private;

	return seq_list_next(item, &meters->list, position);
}

static void trafmetux_control_stop(struct seq_file *file, void *item)
{
	rtnl_unlock();
}

static void trafmetux_control_show_meter(struct seq_file *file,
					 const struct trafmetux_meter *meter)
{
	seq_printf(file, "%s %s %s %s", meter->monitor->name, meter->name,
		   trafmetux_way_name(meter->way),
		   meter->device ? "on" : "off");
	if (meter->use == TRAFMETUX_SHARED_METER)
		seq_puts(file, " shared");
	if (meter->use == TRAFMETUX_HOSTS_METER)
		seq_puts(file, " hosts");
	if (meter->error)
		seq_printf(file, " error %d", -meter->error);
	seq_putc(file, '\n');
}

static int trafmetux_control_show(struct seq_file *file, void *item)
{
	const struct trafmetux_meters *meters = file->private;

	if (item == &meters->list)
		seq_printf(file, "version %d\n", TRAFMETUX_CONTROL_VERSION);
	else
		trafmetux_control_show_meter(file,
					     list_entry(item,
							struct trafmetux_meter,
							list));
	return 0;
}

static const struct seq_operations trafmetux_control_seq_operations = {
	.start = trafmetux_control_start,
	.next = trafmetux_control_next,
	.stop = trafmetux_control_stop,
	.show = trafmetux_control_show,
};

static int trafmetux_control_open(struct inode *inode, struct file *file)
{
	int err = seq_open(file, &trafmetux_control_seq_operations);
	struct seq_file *seq = file->private_data;

	if (!err)
		seq->private = pde_data(inode);
	return err;
}

static struct trafmetux_meters *trafmetux_control_meters(struct file *file)
{
	return pde_data(file_inode(file));
}

static ssize_t trafmetux_control_read_iter(struct kiocb *iocb,
					   struct iov_iter *to)
{
	struct net *net = trafmetux_control_meters(iocb->ki_filp)->net;
	ssize_t result;

	if (!trafmetux_call_begin(net))
		return -EIO;
	result = seq_read_iter(iocb, to);
	trafmetux_call_end(net);
	return result;
}

/* It may have to wait for who reads from the same open file. */
static loff_t trafmetux_control_lseek(struct file *file, loff_t offset,
				      int whence)
{
	struct net *net = trafmetux_control_meters(file)->net;
	loff_t result;

	if (!trafmetux_call_begin(net))
		return -EINVAL;	/* as procfs has it */
	result = seq_lseek(file, offset, whence);
	trafmetux_call_end(net);
	return result;
}

/* The next word of a line, or NULL. */
static char *trafmetux_control_word(char **line)
{
	char *word;

	do {
		word = strsep(line, " \t");
	} while (word && !*word);
	return word;
}

/* What may be behind a new meter's way: "shared", "hosts" or "hosts=NUMBER". */
static int trafmetux_control_add_as(struct trafmetux_meters *meters,
				    struct trafmetux_meter_words *words,
				    const char *option)
{
	static const char number[] = "hosts=";

	if (!strcmp(option, "shared"))
		return trafmetux_meters_add(meters, words, TRAFMETUX_SHARED_METER);
	words->max = TRAFMETUX_METER_HOSTS_DEFAULT;
	if (!strncmp(option, number, sizeof(number) - 1)) {
		option += sizeof(number) - 1;
		if (*option == '+' || kstrtou32(option, 10, &words->max) ||
		    !words->max || words->max > XT_TRAFMETUX_HOSTS_MAX)
			return -EINVAL;
	} else if (strcmp(option, "hosts")) {
		return -EINVAL;
	}
	return trafmetux_meters_add(meters, words, TRAFMETUX_HOSTS_METER);
}

/* "+ MONITOR DEVICE WAY [OPTION]" or "- MONITOR DEVICE WAY". */
static int trafmetux_control_obey(struct trafmetux_meters *meters, char *line)
{
	struct trafmetux_meter_words words = {};
	const char *sign, *option;

	sign = trafmetux_control_word(&line);
	words.monitor = trafmetux_control_word(&line);
	words.device = trafmetux_control_word(&line);
	words.way = trafmetux_control_word(&line);
	option = trafmetux_control_word(&line);
	if (!words.way || trafmetux_control_word(&line))
		return -EINVAL;
	if (!strcmp(sign, "-") && !option)
		return trafmetux_meters_remove(meters, &words);
	if (strcmp(sign, "+"))
		return -EINVAL;
	if (!option)
		return trafmetux_meters_add(meters, &words, TRAFMETUX_METER);
	return trafmetux_control_add_as(meters, &words, option);
}

/*
 * The right is asked of who opened the file: a privileged program that is made
 * to write to a file it did not open has not decided to.
 */
static int trafmetux_control_command(struct trafmetux_meters *meters,
				     struct file *file,
				     const char __user *buffer, size_t size)
{
	char *text;
	int err;

	if (!file_ns_capable(file, meters->net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (!size || size >= PAGE_SIZE)
		return -EINVAL;
	text = memdup_user_nul(buffer, size);
	if (IS_ERR(text))
		return PTR_ERR(text);
	if (strlen(text) == size)
		err = trafmetux_control_obey(meters, strim(text));
	else
		err = -EINVAL;
	kfree(text);
	return err;
}

static ssize_t trafmetux_control_write(struct file *file,
				       const char __user *buffer, size_t size,
				       loff_t *position)
{
	struct trafmetux_meters *meters = trafmetux_control_meters(file);
	struct net *net = meters->net;
	int err;

	if (!trafmetux_call_begin(net))
		return -EIO;
	err = trafmetux_control_command(meters, file, buffer, size);
	trafmetux_call_end(net);
	return err ? err : size;
}

static const struct proc_ops trafmetux_control_operations = {
	.proc_open = trafmetux_control_open,
	.proc_read_iter = trafmetux_control_read_iter,
	.proc_write = trafmetux_control_write,
	.proc_lseek = trafmetux_control_lseek,
	.proc_release = seq_release,
};

/**
 * trafmetux_control_add() - make a namespace's file
 * @directory: where
 * @meters: the namespace's
 *
 * Return: the file, or NULL for lack of memory.
 */
struct proc_dir_entry *trafmetux_control_add(struct proc_dir_entry *directory,
					     struct trafmetux_meters *meters)
{
	return proc_create_data(".meters", trafmetux_proc_mode(), directory,
				&trafmetux_control_operations, meters);
}

/**
 * trafmetux_control_remove() - take a namespace's file away
 * @file: from trafmetux_control_add()
 *
 * Context: may sleep, waits for nobody: whoever is inside holds the namespace, or
 *	is on his way out.
 */
void trafmetux_control_remove(struct proc_dir_entry *file)
{
	proc_remove(file);
}
