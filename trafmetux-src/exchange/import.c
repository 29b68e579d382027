// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/import.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"

/* Which of its kinds a file of vnStat's is, by its begin. */

#define BEGIN_SIZE 256

/* The marks of what can't be read, and what to say of it. */
static const struct {
	const char *mark;
	size_t length;
	const char *words;
} others[] = {
	{ "SQLite format 3", 15,
	  "is the database of vnStat 2; give what 'vnstat --dbdir FOLDER --json' writes, FOLDER being the one it is in" },
	{ "\3\0\0\0", 4,
	  "is a database of vnStat 1; give what 'vnstat --exportdb -i INTERFACE' writes" },
	{ "\0\0\0\3", 4,
	  "is a database of vnStat 1; give what 'vnstat --exportdb -i INTERFACE' writes" },
	{ "\x1f\x8b", 2, "is compressed; unpack it first, with 'gzip -d'" },
	{ "\xfd" "7zXZ", 5, "is compressed; unpack it first, with 'xz -d'" },
	{ "\x28\xb5\x2f\xfd", 4,
	  "is compressed; unpack it first, with 'zstd -d'" },
	{ "<", 1, "is XML; give what 'vnstat --json' writes, or of vnStat 1 'vnstat --exportdb -i INTERFACE'" },
	{ "Error:", 6, "is an error of vnStat's, and no figures; look into it" },
	{ "", 0, "neither what 'vnstat --json' of vnStat 2 writes nor 'vnstat --exportdb' of vnStat 1" },
};

static int refuse(const struct import_request *request, const char *text,
		  size_t length)
{
	size_t at = 0;

	if (!length) {
		message_report(request->context->messages,
			       "%s: is empty; did 'vnstat --json' say what is wrong? nothing was imported",
			       request->path);
		return IMPORT_REPORTED;
	}
	while (length < others[at].length ||
	       memcmp(text, others[at].mark, others[at].length) != 0)
		at++;
	message_report(request->context->messages, "%s: %s; nothing was imported",
		       request->path, others[at].words);
	return IMPORT_REPORTED;
}

int import_vnstat(const struct import_request *request, int descriptor,
		  struct import_files *files)
{
	static const char mark[] = "\xef\xbb\xbf";
	static const char first[] = "version;";
	char begin[BEGIN_SIZE];
	ssize_t got = pread(descriptor, begin, sizeof(begin), 0);
	off_t skipped = 0;
	size_t length;
	const char *text = begin;

	length = got > 0 ? (size_t)got : 0;
	/* UTF-8 as Windows marks it. */
	if (length >= 3 && memcmp(text, mark, 3) == 0)
		skipped = 3;
	text += skipped;
	length -= (size_t)skipped;
	while (length && strchr(" \t\r\n", *text) && *text) {
		text++;
		length--;
	}
	if (lseek(descriptor, skipped, SEEK_SET) < 0)
		return refuse(request, text, 0);
	if (length >= sizeof(first) - 1 &&
	    memcmp(text, first, sizeof(first) - 1) == 0)
		return import_vnstat_text(request, descriptor, files);
	if (length && *text == '{')
		return import_vnstat_json(request, descriptor, files);
	return refuse(request, text, length);
}

/* The file that is imported, or what comes through a pipe. */

/* Reads all of @from, and writes it @to, if that is one. */
static int hash_file(int from, int to, uint64_t *hash)
{
	char buffer[65536];
	ssize_t got;
	int error;

	*hash = HASH_START;
	while ((got = read(from, buffer, sizeof(buffer))) != 0) {
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got < 0)
			continue;
		*hash = hash_bytes(*hash, buffer, (size_t)got);
		error = to >= 0 ? file_write(to, buffer, (size_t)got) : 0;
		if (error)
			return error;
	}
	return lseek(to >= 0 ? to : from, 0, SEEK_SET) < 0 ? -errno : 0;
}

/* Files are read twice, and pipes can't be. Returns a descriptor or -errno. */
static int copy_standard_input(const struct import_request *request,
			       uint64_t *hash)
{
	const char *directory = getenv("TMPDIR");
	char path[4096];
	int descriptor;
	int error;

	snprintf(path, sizeof(path), "%s/trafmetux-XXXXXX",
		 directory && *directory ? directory : "/tmp");
	descriptor = mkostemp(path, O_CLOEXEC);
	if (descriptor < 0) {
		error = -errno;
		message_report(request->context->messages, "%s: %s", path,
			       message_reason(-error));
		return IMPORT_REPORTED;
	}
	unlink(path);
	error = hash_file(STDIN_FILENO, descriptor, hash);
	if (!error)
		return descriptor;
	close(descriptor);
	if (error != -ENOSPC)
		return error;
	message_report(request->context->messages,
		       "%s: no room in %s to copy it; give a folder that has some in TMPDIR",
		       request->path,
		       directory && *directory ? directory : "/tmp");
	return IMPORT_REPORTED;
}

static int open_file(const struct import_request *request, uint64_t *hash)
{
	int descriptor = open(request->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	int error = 0;

	if (descriptor < 0)
		return -errno;
	if (fstat(descriptor, &status) < 0)
		error = -errno;
	else if (!S_ISREG(status.st_mode))
		error = -ELOOP;
	if (!error)
		error = hash_file(descriptor, -1, hash);
	if (!error)
		return descriptor;
	close(descriptor);
	return error;
}

/* PowerShell and Excel write such text; half of its bytes are 0. */
static bool has_wide_letters(int descriptor)
{
	unsigned char begin[4] = { 0 };
	const ssize_t got = pread(descriptor, begin, sizeof(begin), 0);

	if (got < 2)
		return false;
	return (begin[0] == 0xff && begin[1] == 0xfe) ||
	       (begin[0] == 0xfe && begin[1] == 0xff) ||
	       (got == 4 && !begin[0] && begin[1] && !begin[2] && begin[3]) ||
	       (got == 4 && begin[0] && !begin[1] && begin[2] && !begin[3] &&
		begin[0] < 0x80 && begin[2] < 0x80 && begin[0] >= '\t');
}

/*
 * Opens what is to be imported, and reads it once for its @hash.
 *
 * Standard input is copied to a file that has no name. Text in two bytes for each
 * letter is refused.
 *
 * Returns a descriptor at its begin, or -1 when what is wrong has been reported.
 */
static int open_input(const struct import_request *request, uint64_t *hash)
{
	int descriptor = request->is_standard_input ?
			 copy_standard_input(request, hash) :
			 open_file(request, hash);

	if (descriptor == -ELOOP)
		message_report(request->context->messages,
			       "%s: not a regular file; give one, or - for standard input",
			       request->path);
	else if (descriptor < 0 && descriptor != IMPORT_REPORTED)
		message_report(request->context->messages, "%s: %s", request->path,
			       strerror(-descriptor));
	if (descriptor < 0)
		return -1;
	if (!has_wide_letters(descriptor))
		return descriptor;
	message_report(request->context->messages,
		       "%s: is UTF-16, as PowerShell writes it; make it UTF-8 with 'iconv -f UTF-16 -t UTF-8'; nothing was imported",
		       request->path);
	close(descriptor);
	return -1;
}

static void print(const struct import_request *request,
		  const struct import_files *files)
{
	for (size_t at = 0; at < files->count; at++) {
		const struct import_monitor *monitor = &files->monitors[at];

		fprintf(request->context->output, "%s: ", monitor->name);
		if (!monitor->records)
			fputs("no traffic\n", request->context->output);
		else if (!monitor->new_files)
			fputs("imported before, nothing was added\n",
			      request->context->output);
		else
			fprintf(request->context->output,
				"%" PRIu64 " record%s in %" PRIu64 " file%s%s\n",
				monitor->records,
				monitor->records == 1 ? "" : "s",
				monitor->new_files + monitor->old_files,
				monitor->new_files + monitor->old_files == 1 ?
				"" : "s",
				monitor->old_files ?
				", some of which were there" : "");
	}
	if (files->count == 0)
		fputs("no traffic\n", request->context->output);
}

static int run(const struct import_request *request, int descriptor,
	       uint64_t hash, struct import_files *files,
	       struct progress *progress)
{
	const bool is_csv = strcmp(request->format, "csv") == 0;
	int error = import_files_open(files, request->context, hash, progress);

	if (!error)
		error = is_csv ? import_csv(request, descriptor, files) :
				 import_vnstat(request, descriptor, files);
	return error ? error : import_files_commit(files);
}

/* What is said while it is read is for one that is imported. */
static void run_told(struct import_request *request, int descriptor,
		     uint64_t hash)
{
	const struct context *context = request->context;
	struct progress progress = progress_start(context->messages,
						  context->progress_output);
	struct context aside = *context;
	char *words = NULL;
	size_t length = 0;
	struct import_files files;
	int error;

	aside.output = open_memstream(&words, &length);
	if (!aside.output) {
		message_report(context->messages, "%s", message_reason(ENOMEM));
		return;
	}
	request->context = &aside;
	error = run(request, descriptor, hash, &files, &progress);
	progress_end(&progress);
	if (fclose(aside.output) && !error)
		error = -ENOMEM;
	request->context = context;
	if (!error) {
		fwrite(words, length, 1, context->output);
		print(request, &files);
	} else if (error != IMPORT_REPORTED) {
		message_report(context->messages, "%s: %s", request->path,
			       message_reason(-error));
	}
	free(words);
	import_files_close(&files);
}

void import_run(const struct import_request *request)
{
	struct import_request named = *request;
	uint64_t hash;
	int descriptor;

	named.is_standard_input = strcmp(request->path, "-") == 0;
	if (named.is_standard_input)
		named.path = "standard input";
	descriptor = open_input(&named, &hash);
	if (descriptor < 0)
		return;
	run_told(&named, descriptor, hash);
	close(descriptor);
}
