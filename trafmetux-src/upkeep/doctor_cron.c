// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Crontabs: lines that run a trafmetux which is not there run nothing, and cron tells
 * nobody who has no mail. Those of the system name a user before the command; see
 * crontab(5). Tables that this user may not read are passed over.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "upkeep/doctor.h"
#include "base/line_reader.h"

#define PROGRAM_NAME "trafmetux"

/* Where a table names no PATH: crons differ, and some ask the system. */
#define PATH_UNNAMED \
	"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* A table while it is read. */
struct crontab {
	struct messages *messages;
	const char *root;
	const char *path;		/* its own */
	bool names_users;
	char search[1024];		/* its PATH so far */
	uint64_t line;			/* number of the present line */
	char judged[PATH_MAX];		/* the program named last in it */
};

static bool is_executable(const char *path, struct stat *status)
{
	return stat(path, status) == 0 && S_ISREG(status->st_mode) &&
	       (status->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH));
}

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text);

	return length >= strlen(end) &&
	       strcmp(text + length - strlen(end), end) == 0;
}

static bool is_same(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* The status of a file below the folder that a program's name begins with. */
static bool stat_beside(const struct crontab *table, const char *program,
			size_t length, const char *name, struct stat *status)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s%.*s%s", table->root,
			(int)length, program, name) < PATH_MAX &&
	       stat(path, status) == 0;
}

/* A program of PREFIX/sbin: is it the link that stands for PREFIX/bin's? */
static void judge_old(const struct crontab *table, const char *program,
		      const struct stat *status)
{
	static const char old[] = "/sbin/" PROGRAM_NAME;
	static const char renewed[] = "/bin/" PROGRAM_NAME;
	struct stat bin, sbin, other;
	size_t length;

	if (!ends_with(program, old))
		return;
	length = strlen(program) - strlen(old);
	if (!stat_beside(table, program, length, renewed, &other) ||
	    !stat_beside(table, program, length, "/bin", &bin) ||
	    !stat_beside(table, program, length, "/sbin", &sbin) ||
	    is_same(&bin, &sbin))
		return;
	if (is_same(&other, status))
		message_note(table->messages,
			     "%s, line %" PRIu64 ": %s is where it was of old; write %.*s%s",
			     table->path, table->line, program, (int)length,
			     program, renewed);
	else
		message_report(table->messages,
			       "%s, line %" PRIu64 ": %s is another trafmetux than %.*s%s; write that",
			       table->path, table->line, program, (int)length,
			       program, renewed);
}

static void judge_program(struct crontab *table, const char *program)
{
	char path[PATH_MAX];
	struct stat status;

	if (strcmp(program, table->judged) == 0 ||
	    snprintf(path, sizeof(path), "%s%s", table->root, program) >=
		    PATH_MAX)
		return;
	strcpy(table->judged, program);
	if (is_executable(path, &status))
		judge_old(table, program, &status);
	else
		message_report(table->messages,
			       "%s, line %" PRIu64 ": %s is no program, and nothing is run; write where it is, as 'command -v " PROGRAM_NAME "' says",
			       table->path, table->line, program);
}

/* One that is named without its folder. */
static void judge_search(const struct crontab *table)
{
	const char *folder = table->search;
	char path[PATH_MAX];
	struct stat status;

	while (*folder) {
		const size_t length = strcspn(folder, ":");

		if (snprintf(path, sizeof(path), "%s%.*s/" PROGRAM_NAME,
			     table->root, (int)length, folder) < PATH_MAX &&
		    is_executable(path, &status))
			return;
		folder += length;
		folder += *folder == ':';
	}
	message_report(table->messages,
		       "%s, line %" PRIu64 ": " PROGRAM_NAME " is not in %s, and nothing is run; write where it is, as 'command -v " PROGRAM_NAME "' says",
		       table->path, table->line, table->search);
}

/* A word of a command; the first one of it is what is run. */
static void judge_word(struct crontab *table, const char *word, bool is_first)
{
	if (strchr(word, '$'))
		return;
	if (is_first && strcmp(word, PROGRAM_NAME) == 0)
		judge_search(table);
	else if (*word == '/' &&
		 ((is_first && ends_with(word, "/" PROGRAM_NAME)) ||
		  ends_with(word, "bin/" PROGRAM_NAME)))
		judge_program(table, word);
}

/* What comes after a percent sign is the command's input. */
static void cut_input(char *command)
{
	char *at = command;

	while (*at && (*at != '%' || (at > command && at[-1] == '\\')))
		at++;
	*at = '\0';
}

/* As much of the shell's language as finds the words that could be programs. */
static void judge_command(struct crontab *table, char *command)
{
	static const char starts[] = ";&|(){}`\"'";	/* a command, or may */
	static const char ends[] = ";&|(){}`\"'<> \t\r";
	bool is_first = true;

	cut_input(command);
	while (*command) {
		const size_t length = strcspn(command, ends);
		const char end = command[length];

		command[length] = '\0';
		if (length)
			judge_word(table, command, is_first);
		/* "A=b command" */
		if (length && !strchr(command, '='))
			is_first = false;
		if (end && strchr(starts, end))
			is_first = true;
		else if (end == '<' || end == '>')
			is_first = false;
		command += length + (end != '\0');
	}
}

static char *skip_blanks(char *at)
{
	return at + strspn(at, " \t");
}

static char *skip_field(char *at)
{
	return skip_blanks(at + strcspn(at, " \t"));
}

/* "NAME = value", of which PATH matters; false if it is none. */
static bool take_setting(struct crontab *table, char *text)
{
	const size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "abcdefghijklmnopqrstuvwxyz"
					   "0123456789_");
	char *value = skip_blanks(text + length);

	if (!length || *value != '=')
		return false;
	if (length == strlen("PATH") && strncmp(text, "PATH", length) == 0) {
		value = skip_blanks(value + 1);
		value += strspn(value, "\"'");
		snprintf(table->search, sizeof(table->search), "%.*s",
			 (int)strcspn(value, "\"'\r"), value);
	}
	return true;
}

static void judge_line(struct crontab *table, const struct line *line)
{
	char text[LINE_LENGTH_MAX + 1];
	char *at = text;
	int fields;

	memcpy(text, line->text, line->length);
	text[line->length] = '\0';
	table->line = line->number;
	*table->judged = '\0';
	at = skip_blanks(at);
	if (!*at || *at == '#' || take_setting(table, at))
		return;
	fields = (*at == '@' ? 1 : 5) + table->names_users;
	while (fields--)
		at = skip_field(at);
	judge_command(table, at);
}

static void read_table(struct messages *messages, const char *root,
		       const char *path, bool names_users)
{
	struct crontab table = { .messages = messages, .root = root,
				 .path = path, .names_users = names_users,
				 .search = PATH_UNNAMED };
	struct line_reader reader;
	struct stat status;
	struct line line;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
				    O_NOCTTY);

	if (descriptor < 0)
		return;
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
		line_reader_start(&reader, descriptor);
		while (line_reader_next(&reader, &line) > 0) {
			if (!line.too_long)
				judge_line(&table, &line);
		}
	}
	close(descriptor);
}

/* The names that cron reads, too: no backups, and none of packages' left-overs. */
static int is_system_table(const struct dirent *entry)
{
	return !strpbrk(entry->d_name, ".~#");
}

static int is_user_table(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

static void read_tables(struct messages *messages, const char *root,
			const char *folder, bool names_users)
{
	struct dirent **entries;
	char path[PATH_MAX];
	int count;

	if (snprintf(path, sizeof(path), "%s%s", root, folder) >= PATH_MAX)
		return;
	count = scandir(path, &entries,
			names_users ? is_system_table : is_user_table,
			alphasort);
	for (int at = 0; at < count; at++) {
		if (snprintf(path, sizeof(path), "%s%s/%s", root, folder,
			     entries[at]->d_name) < PATH_MAX)
			read_table(messages, root, path, names_users);
		free(entries[at]);
	}
	if (count >= 0)
		free(entries);
}

void doctor_cron(struct messages *messages, const char *root)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/etc/crontab", root) < PATH_MAX)
		read_table(messages, root, path, true);
	read_tables(messages, root, "/etc/cron.d", true);
	read_tables(messages, root, "/var/spool/cron/crontabs", false);
}
