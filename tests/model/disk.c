// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a power cut leaves. Names come and go in the order in which they did (file
 * systems keep a journal of them), and for sure where their folder was waited for; what
 * a file holds is there for sure where the file was waited for, and of what was written
 * after that any part from its beginning on, with NULs or nothing behind it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "model.h"

int __real_fstat64(int descriptor, struct stat *status);
int __real_fstatat64(int directory, const char *name, struct stat *status, int flags);

struct node {
	uint64_t inode;
	bool is_folder;
	char *data;
	size_t length;
};

struct name {
	uint64_t folder;
	uint64_t inode;
	char text[256];
};

struct disk {
	struct node *nodes;
	size_t node_count;
	size_t node_capacity;
	struct name *names;
	size_t name_count;
	size_t name_capacity;
	uint64_t root;
};

static struct disk base;
static char **operations;
static size_t count;
static size_t capacity;

static void *more(void *list, size_t *room, size_t used, size_t size)
{
	if (used < *room)
		return list;
	*room = *room ? 2 * *room : 32;
	list = realloc(list, *room * size);
	if (!list)
		abort();
	return list;
}

static void *copy_of(const void *data, size_t length)
{
	void *copy = malloc(length ? length : 1);

	if (!copy)
		abort();
	if (length)
		memcpy(copy, data, length);
	return copy;
}

static struct node *find(struct disk *disk, uint64_t inode)
{
	for (size_t at = 0; at < disk->node_count; at++) {
		if (disk->nodes[at].inode == inode)
			return &disk->nodes[at];
	}
	return NULL;
}

static struct node *add_node(struct disk *disk, uint64_t inode, bool is_folder)
{
	struct node *node = find(disk, inode);

	/* The number of one that is gone may be another's. */
	if (!node) {
		disk->nodes = more(disk->nodes, &disk->node_capacity,
				   disk->node_count, sizeof(*disk->nodes));
		node = &disk->nodes[disk->node_count++];
		*node = (struct node){ .inode = inode };
	}
	free(node->data);
	node->data = NULL;
	node->length = 0;
	node->is_folder = is_folder;
	return node;
}

static void remove_name(struct disk *disk, uint64_t folder, const char *text)
{
	for (size_t at = 0; at < disk->name_count; at++) {
		if (disk->names[at].folder == folder &&
		    strcmp(disk->names[at].text, text) == 0) {
			disk->names[at] = disk->names[--disk->name_count];
			return;
		}
	}
}

static void add_name(struct disk *disk, uint64_t folder, const char *text,
		     uint64_t inode)
{
	struct name *name;

	remove_name(disk, folder, text);
	disk->names = more(disk->names, &disk->name_capacity, disk->name_count,
			   sizeof(*disk->names));
	name = &disk->names[disk->name_count++];
	name->folder = folder;
	name->inode = inode;
	snprintf(name->text, sizeof(name->text), "%s", text);
}

static void release(struct disk *disk)
{
	for (size_t at = 0; at < disk->node_count; at++)
		free(disk->nodes[at].data);
	free(disk->nodes);
	free(disk->names);
	*disk = (struct disk){ 0 };
}

static struct disk copy_disk(const struct disk *disk)
{
	struct disk copy = *disk;

	copy.nodes = copy_of(disk->nodes, disk->node_count * sizeof(*disk->nodes));
	copy.names = copy_of(disk->names, disk->name_count * sizeof(*disk->names));
	copy.node_capacity = disk->node_count;
	copy.name_capacity = disk->name_count;
	for (size_t at = 0; at < copy.node_count; at++)
		copy.nodes[at].data = copy_of(disk->nodes[at].data,
					      disk->nodes[at].length);
	return copy;
}

static void load_file(struct node *node, int folder, const char *name, size_t size)
{
	const int descriptor = openat(folder, name, O_RDONLY);

	node->data = malloc(size + 1);
	if (descriptor < 0 || !node->data)
		abort();
	node->length = (size_t)read(descriptor, node->data, size);
	close(descriptor);
}

static void load_folder(int above, const char *path)
{
	const int descriptor = openat(above, path, O_RDONLY | O_DIRECTORY);
	DIR *directory = fdopendir(descriptor);
	const struct dirent *entry;
	struct stat status;

	if (!directory || __real_fstat64(descriptor, &status))
		abort();
	add_node(&base, status.st_ino, true);
	if (!base.root)
		base.root = status.st_ino;
	while ((entry = readdir(directory))) {
		struct stat inner;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (__real_fstatat64(descriptor, entry->d_name, &inner, 0))
			abort();
		add_name(&base, status.st_ino, entry->d_name, inner.st_ino);
		if (S_ISDIR(inner.st_mode))
			load_folder(descriptor, entry->d_name);
		else
			load_file(add_node(&base, inner.st_ino, false), descriptor,
				  entry->d_name, (size_t)inner.st_size);
	}
	closedir(directory);
}

static void forget(void)
{
	for (size_t at = 0; at < count; at++)
		free(operations[at]);
	count = 0;
}

void disk_begin(void)
{
	char path[600];

	disk_end();
	snprintf(path, sizeof(path), "%s/archive", run_folder());
	load_folder(AT_FDCWD, path);
}

void disk_end(void)
{
	forget();
	release(&base);
}

void disk_take(void)
{
	const char *log = (const char *)(trap_shared + 1);

	for (size_t at = 0; at < trap_shared->log_length;) {
		struct disk_operation operation;

		memcpy(&operation, log + at, sizeof(operation));
		operations = more(operations, &capacity, count, sizeof(*operations));
		operations[count++] = copy_of(log + at, operation.size);
		at += operation.size;
	}
	trap_shared->log_length = 0;
}

size_t disk_pending(void)
{
	return count;
}

static const struct disk_operation *operation_at(size_t at)
{
	return (const struct disk_operation *)operations[at];
}

static const char *name_of(const struct disk_operation *operation)
{
	return (const char *)(operation + 1);
}

static const char *other_of(const struct disk_operation *operation)
{
	return name_of(operation) + operation->name_length;
}

static const char *data_of(const struct disk_operation *operation)
{
	return other_of(operation) + operation->other_length;
}

static bool is_of_names(const struct disk_operation *operation)
{
	return operation->kind <= DISK_UNLINK;
}

static void apply_names(struct disk *disk, const struct disk_operation *operation)
{
	const char *name = name_of(operation);

	switch (operation->kind) {
	case DISK_CREATE:
	case DISK_MKDIR:
		add_node(disk, operation->inode, operation->kind == DISK_MKDIR);
		add_name(disk, operation->folder, name, operation->inode);
		break;
	case DISK_RENAME:
		for (size_t at = 0; at < disk->name_count; at++) {
			const struct name found = disk->names[at];

			if (found.folder != operation->folder ||
			    strcmp(found.text, name))
				continue;
			remove_name(disk, operation->folder, name);
			add_name(disk, operation->other_folder,
				 other_of(operation), found.inode);
			break;
		}
		break;
	case DISK_UNLINK:
		remove_name(disk, operation->folder, name);
		break;
	default:
		break;
	}
}

static void set_length(struct node *node, size_t length)
{
	node->data = realloc(node->data, length ? length : 1);
	if (!node->data)
		abort();
	if (length > node->length)
		memset(node->data + node->length, 0, length - node->length);
	node->length = length;
}

/* Bytes of a write that are there, and whether the file is as long as with all. */
static void apply_data(struct disk *disk, const struct disk_operation *operation,
		       size_t there, bool is_long)
{
	struct node *node = find(disk, operation->inode);
	const size_t end = operation->offset + (is_long ? operation->length : there);

	if (!node)
		return;
	if (operation->kind == DISK_TRUNCATE) {
		set_length(node, operation->offset);
		return;
	}
	if (end > node->length)
		set_length(node, end);
	if (there)
		memcpy(node->data + operation->offset, data_of(operation), there);
}

/* Those of names that are there for sure. */
static size_t sure_names(size_t before)
{
	size_t sure = 0;

	for (size_t at = 0; at < before; at++) {
		if (operation_at(at)->kind != DISK_SYNC)
			continue;
		for (size_t one = sure; one < at; one++) {
			const struct disk_operation *operation = operation_at(one);

			if (is_of_names(operation) &&
			    (operation->folder == operation_at(at)->inode ||
			     (operation->kind == DISK_RENAME &&
			      operation->other_folder == operation_at(at)->inode)))
				sure = one + 1;
		}
	}
	return sure;
}

/* The operations on a file's data that are there for sure. */
static size_t sure_data(size_t before, uint64_t inode)
{
	size_t sure = 0;

	for (size_t at = 0; at < before; at++) {
		if (operation_at(at)->kind == DISK_SYNC &&
		    operation_at(at)->inode == inode)
			sure = at;
	}
	return sure;
}

/* How much of what was written to a file and not waited for is there. */
static void apply_rest(struct disk *disk, uint64_t inode, size_t from, size_t before)
{
	const bool all = chance(40);
	const bool is_long = chance(40);
	bool is_cut = false;

	for (size_t at = from; at < before; at++) {
		const struct disk_operation *operation = operation_at(at);
		size_t there = operation->length;

		if (operation->inode != inode || (operation->kind != DISK_WRITE &&
						  operation->kind != DISK_TRUNCATE))
			continue;
		if (is_cut)
			there = 0;
		else if (!all && chance(60)) {
			there = (size_t)draw(operation->length + 1);
			is_cut = true;
		}
		if (is_cut && (!is_long || operation->kind == DISK_TRUNCATE) && !there)
			return;
		apply_data(disk, operation, there, is_long);
		if (is_cut && !is_long)
			return;
	}
}

static struct disk cut(size_t before, bool least)
{
	struct disk disk = copy_disk(&base);
	size_t names = sure_names(before);

	if (!least && chance(50))
		names = before;
	else if (!least && before > names)
		names += (size_t)draw(before - names + 1);
	for (size_t at = 0; at < before; at++) {
		const struct disk_operation *operation = operation_at(at);

		if (is_of_names(operation)) {
			if (at < names)
				apply_names(&disk, operation);
		} else if (operation->kind != DISK_SYNC &&
			   at < sure_data(before, operation->inode)) {
			apply_data(&disk, operation, operation->length, true);
		}
	}
	for (size_t at = 0; !least && at < disk.node_count; at++) {
		const uint64_t inode = disk.nodes[at].inode;

		apply_rest(&disk, inode, sure_data(before, inode), before);
	}
	return disk;
}

static void write_folder(const struct disk *disk, uint64_t folder, const char *path)
{
	char inner[1200];

	for (size_t at = 0; at < disk->name_count; at++) {
		const struct name *name = &disk->names[at];
		const struct node *node;
		int descriptor;

		if (name->folder != folder)
			continue;
		node = find((struct disk *)disk, name->inode);
		snprintf(inner, sizeof(inner), "%s/%s", path, name->text);
		if (node->is_folder) {
			if (mkdir(inner, 0755))
				abort();
			write_folder(disk, name->inode, inner);
			continue;
		}
		descriptor = open(inner, O_WRONLY | O_CREAT | O_EXCL, 0644);
		if (descriptor < 0 ||
		    write(descriptor, node->data, node->length) !=
			    (ssize_t)node->length)
			abort();
		close(descriptor);
	}
}

void disk_build(const char *folder, size_t before, bool least)
{
	struct disk disk = cut(before, least);

	run_clear(folder);
	if (mkdir(folder, 0755) && errno != EEXIST)
		abort();
	write_folder(&disk, disk.root, folder);
	release(&disk);
}

void disk_settle(void)
{
	for (size_t at = 0; at < count; at++) {
		const struct disk_operation *operation = operation_at(at);

		if (is_of_names(operation))
			apply_names(&base, operation);
		else if (operation->kind != DISK_SYNC)
			apply_data(&base, operation, operation->length, true);
	}
	forget();
}
