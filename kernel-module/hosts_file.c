// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/net/trafmetux/NAME~hosts, beside the file of each monitor that counts hosts:
 * what each of them sent and received. No monitor's name has a tilde.
 *
 * Rows are read one by one while packets are counted. So each is of its own instant;
 * what was counted before the first line is in them, and nothing that was counted
 * after the last. Only where a row has gone meanwhile, which the last line tells, may
 * its bytes be missing or there twice.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
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
#include "hosts.h"
#include "hosts_file.h"
#include "hosts_orders.h"
#include "hosts_sampler.h"
#include "hosts_text.h"
#include "monitor.h"
#include "procfs.h"

/* Of the text; readers refuse a version that they don't know. */
#define TRAFMETUX_HOSTS_VERSION 1

static unsigned int hosts_mode = 0440;
module_param(hosts_mode, uint, 0444);
MODULE_PARM_DESC(hosts_mode, "who may read the files of hosts, as an access mode (default: 0440)");

/* Positions: the head, then rows by their places, the end of them, and samples. */
#define TRAFMETUX_POSITION_HEAD 0
#define TRAFMETUX_POSITION_ROWS 1
#define TRAFMETUX_POSITION_END ((loff_t)U32_MAX + 1)

/**
 * struct trafmetux_hosts_reader - where a reader of a file stands
 * @monitor: what the file was opened for; held until it is closed
 * @position: of what was prepared last
 * @rows: the rows there; a few at once, for there may be many of them
 * @taken: how many samples there were when the rows ended; lines count down from there
 * @sample: the sample there
 * @state: what the head has shown
 * @sum: of all lines before it
 */
struct trafmetux_hosts_reader {
	struct trafmetux_monitor *monitor;
	loff_t position;
	struct trafmetux_host_rows rows;
	u64 taken;
	struct trafmetux_host_sample sample;
	struct trafmetux_hosts_state state;
	struct trafmetux_reading sum[TRAFMETUX_DIRECTIONS];
};

static void trafmetux_hosts_sum(struct trafmetux_hosts_reader *reader,
				const struct trafmetux_reading *total)
{
	unsigned int i;

	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++) {
		reader->sum[i].packets += total[i].packets;
		reader->sum[i].bytes += total[i].bytes;
	}
}

static bool trafmetux_hosts_prepare_sample(struct trafmetux_hosts_reader *reader,
					   u64 number)
{
	return number <= reader->taken &&
	       trafmetux_history_get(&reader->monitor->hosts->history,
				     reader->taken - number, &reader->sample);
}

/* The first row from a position on, or the end of them, or a sample. */
static void *trafmetux_hosts_prepare(struct trafmetux_hosts_reader *reader,
				     loff_t *position)
{
	struct trafmetux_hosts *hosts = reader->monitor->hosts;
	u32 place;

	if (*position > TRAFMETUX_POSITION_END) {
		if (!trafmetux_hosts_prepare_sample(reader,
						    *position - TRAFMETUX_POSITION_END))
			return NULL;
		reader->position = *position;
		return reader;
	}
	if (*position == TRAFMETUX_POSITION_HEAD) {
		memset(reader->sum, 0, sizeof(reader->sum));
	} else {
		place = trafmetux_hosts_read(hosts,
					     *position - TRAFMETUX_POSITION_ROWS,
					     &reader->rows, TRAFMETUX_ROWS_MAX);
		*position = place == U32_MAX ? TRAFMETUX_POSITION_END :
					       place + TRAFMETUX_POSITION_ROWS;
	}
	if (*position == TRAFMETUX_POSITION_END)
		reader->taken = trafmetux_history_taken(&hosts->history);
	reader->position = *position;
	return reader;
}

static void *trafmetux_hosts_start(struct seq_file *file, loff_t *position)
{
	return trafmetux_hosts_prepare(file->private, position);
}

/* Only of a line that has been shown indeed is there a next one. */
static void *trafmetux_hosts_next(struct seq_file *file, void *item,
				  loff_t *position)
{
	struct trafmetux_hosts_reader *reader = file->private;

	u32 i;

	*position = reader->position + 1;
	if (reader->position == TRAFMETUX_POSITION_HEAD) {
		trafmetux_hosts_sum(reader, reader->state.other);
		trafmetux_hosts_sum(reader, reader->state.gone);
	} else if (reader->position < TRAFMETUX_POSITION_END) {
		for (i = 0; i < reader->rows.count; i++)
			trafmetux_hosts_sum(reader, reader->rows.row[i].total);
		*position = TRAFMETUX_POSITION_ROWS + reader->rows.last + 1;
	}
	return trafmetux_hosts_prepare(reader, position);
}

static void trafmetux_hosts_stop(struct seq_file *file, void *item)
{
}

static void trafmetux_hosts_show_totals(struct seq_file *file,
					const struct trafmetux_reading *total)
{
	unsigned int i;

	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++) {
		seq_put_decimal_ull(file, " ", total[i].packets);
		seq_put_decimal_ull(file, " ", total[i].bytes);
	}
}

/* Without room for the longest lines they are shown again, in the next buffer. */
static void trafmetux_hosts_show_lines(struct seq_file *file,
				       const struct trafmetux_hosts_reader *reader)
{
	const struct trafmetux_host_rows *rows = &reader->rows;
	bool is_sample = reader->position > TRAFMETUX_POSITION_END;
	u32 lines = is_sample ? 1 : rows->count, i;
	char *text, *end;

	if (seq_get_buf(file, &text) < lines * TRAFMETUX_HOSTS_LINE_MAX) {
		seq_commit(file, -1);
		return;
	}
	end = text;
	if (is_sample)
		end = trafmetux_text_sample(end, &reader->sample);
	for (i = 0; !is_sample && i < lines; i++)
		end = trafmetux_text_row(end, &rows->row[i]);
	seq_commit(file, end - text);
}

static void trafmetux_hosts_show_head(struct seq_file *file)
{
	struct trafmetux_hosts_reader *reader = file->private;
	struct trafmetux_monitor *monitor = reader->monitor;
	struct trafmetux_hosts_state *state = &reader->state;
	struct trafmetux_reading total;
	u64 taken = trafmetux_history_taken(&monitor->hosts->history);
	u32 size = monitor->hosts->history.size;
	struct timespec64 now;

	/* In this order: nothing that the monitor has is missing in the rows. */
	total = trafmetux_counter_read(monitor->counter);
	trafmetux_hosts_state(monitor->hosts, state);
	now = ktime_to_timespec64(ktime_get_real());

	seq_printf(file, "version %d\n", TRAFMETUX_HOSTS_VERSION);
	seq_printf(file, "monitor %s\n", monitor->name);
	seq_printf(file, "series %016llx\n",
		   (unsigned long long)monitor->series);
	seq_printf(file, "max %u\n", state->max);
	seq_printf(file, "used %u\n", state->used);
	seq_printf(file, "moves %u\n", state->moves);
	seq_printf(file, "interval %u\n", trafmetux_hosts_interval());
	seq_printf(file, "dropped %llu\n",
		   (unsigned long long)(taken > size ? taken - size : 0));
	seq_printf(file, "time %lld.%06ld\n", (long long)now.tv_sec,
		   now.tv_nsec / NSEC_PER_USEC);
	seq_printf(file, "packets %llu\n", (unsigned long long)total.packets);
	seq_printf(file, "bytes %llu\n", (unsigned long long)total.bytes);
	seq_printf(file, "before %llu %llu\n",
		   (unsigned long long)state->before.packets,
		   (unsigned long long)state->before.bytes);
	seq_puts(file, "other");
	trafmetux_hosts_show_totals(file, state->other);
	seq_puts(file, "\ngone");
	trafmetux_hosts_show_totals(file, state->gone);
	seq_putc(file, '\n');
}

static void trafmetux_hosts_show_end(struct seq_file *file)
{
	struct trafmetux_hosts_reader *reader = file->private;
	struct trafmetux_hosts_state state;

	trafmetux_hosts_state(reader->monitor->hosts, &state);
	seq_put_decimal_ull(file, "end ", state.moves);
	trafmetux_hosts_show_totals(file, reader->sum);
	seq_putc(file, '\n');
}

static int trafmetux_hosts_show(struct seq_file *file, void *item)
{
	struct trafmetux_hosts_reader *reader = item;

	if (reader->position == TRAFMETUX_POSITION_HEAD)
		trafmetux_hosts_show_head(file);
	else if (reader->position == TRAFMETUX_POSITION_END)
		trafmetux_hosts_show_end(file);
	else
		trafmetux_hosts_show_lines(file, reader);
	return 0;
}

static const struct seq_operations trafmetux_hosts_seq_operations = {
	.start = trafmetux_hosts_start,
	.next = trafmetux_hosts_next,
	.stop = trafmetux_hosts_stop,
	.show = trafmetux_hosts_show,
};

static int trafmetux_hosts_open(struct inode *inode, struct file *file)
{
	struct trafmetux_entry *entry = pde_data(inode);
	struct trafmetux_monitor *monitor = trafmetux_entry_enter(entry);
	struct trafmetux_hosts_reader *reader;

	if (!monitor)
		return -ENOENT;
	reader = __seq_open_private(file, &trafmetux_hosts_seq_operations,
				    sizeof(*reader));
	if (reader) {
		trafmetux_monitor_hold(monitor);
		reader->monitor = monitor;
	}
	trafmetux_entry_leave(entry, monitor);
	return reader ? 0 : -ENOMEM;
}

/* Also called for who has the file open when the entry is removed. */
static int trafmetux_hosts_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct trafmetux_hosts_reader *reader = seq->private;

	trafmetux_monitor_drop(reader->monitor);
	return seq_release_private(inode, file);
}

/* A text that was begun is read to its end, another one is of no use any more. */
static ssize_t trafmetux_hosts_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct trafmetux_entry *entry = pde_data(file_inode(iocb->ki_filp));
	struct seq_file *seq = iocb->ki_filp->private_data;
	struct trafmetux_hosts_reader *reader = seq->private;
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
static loff_t trafmetux_hosts_lseek(struct file *file, loff_t offset, int whence)
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

/*
 * The right is asked of who opened the file: see trafmetux_proc_set_limit(). A
 * monitor may go while the text is fetched; a limit for it would stop nothing.
 */
static int trafmetux_hosts_order(struct trafmetux_entry *entry, struct file *file,
				 const char __user *buffer, size_t size)
{
	struct seq_file *seq = file->private_data;
	struct trafmetux_hosts_reader *reader = seq->private;
	struct net *net = trafmetux_entry_net(entry);
	int err = -EINVAL;
	char *text;

	if (!file_ns_capable(file, net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	if (!size || size >= PAGE_SIZE)
		return -EINVAL;
	text = memdup_user_nul(buffer, size);
	if (IS_ERR(text))
		return PTR_ERR(text);
	if (!trafmetux_entry_leads_to(entry, reader->monitor))
		err = -EIO;
	else if (strlen(text) == size)
		err = trafmetux_hosts_obey(reader->monitor->hosts, strim(text));
	kfree(text);
	return err;
}

static ssize_t trafmetux_hosts_write(struct file *file, const char __user *buffer,
				     size_t size, loff_t *position)
{
	struct trafmetux_entry *entry = pde_data(file_inode(file));
	struct trafmetux_monitor *monitor = trafmetux_entry_enter(entry);
	int err;

	if (!monitor)
		return -EIO;
	err = trafmetux_hosts_order(entry, file, buffer, size);
	trafmetux_entry_leave(entry, monitor);
	return err ? err : size;
}

static const struct proc_ops trafmetux_hosts_operations = {
	.proc_open = trafmetux_hosts_open,
	.proc_read_iter = trafmetux_hosts_read_iter,
	.proc_write = trafmetux_hosts_write,
	.proc_lseek = trafmetux_hosts_lseek,
	.proc_release = trafmetux_hosts_release,
};

/**
 * trafmetux_hosts_file_add() - give a monitor's table its file
 * @directory: of the monitor's namespace
 * @net: that namespace
 * @monitor: one that has a table
 *
 * Context: may sleep; within trafmetux_registry_lock().
 * Return: 0 or -ENOMEM.
 */
int trafmetux_hosts_file_add(struct proc_dir_entry *directory, struct net *net,
			     struct trafmetux_monitor *monitor)
{
	char name[TRAFMETUX_ENTRY_NAME_SIZE];

	snprintf(name, sizeof(name), "%s~hosts", monitor->name);
	monitor->hosts_entry = trafmetux_entry_add(directory, net, name,
						   monitor, hosts_mode | 0200,
						   &trafmetux_hosts_operations);
	return monitor->hosts_entry ? 0 : -ENOMEM;
}

/**
 * trafmetux_hosts_file_remove() - take the file away
 * @monitor: one that has a table; who has its file open may still hold it
 *
 * Context: may sleep, waits for nobody; within trafmetux_registry_lock().
 */
void trafmetux_hosts_file_remove(struct trafmetux_monitor *monitor)
{
	trafmetux_entry_remove(monitor->hosts_entry);
	monitor->hosts_entry = NULL;
}

/**
 * trafmetux_hosts_file_init() - get ready, if the parameters are in range
 *
 * Return: 0, or -EINVAL, which is told.
 */
int __init trafmetux_hosts_file_init(void)
{
	trafmetux_text_init();
	if (hosts_mode == 0444 || hosts_mode == 0440 || hosts_mode == 0400)
		return 0;
	pr_err("hosts_mode=%#o is out of range, use 0444, 0440 or 0400\n",
	       hosts_mode);
	return -EINVAL;
}
