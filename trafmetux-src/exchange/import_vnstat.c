// SPDX-License-Identifier: GPL-2.0-or-later
/* Which of its kinds a file of vnStat's is, by its begin. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "exchange/import.h"

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
		message_report(request->messages,
			       "%s: is empty; did 'vnstat --json' say what is wrong? nothing was imported",
			       request->path);
		return IMPORT_REPORTED;
	}
	while (length < others[at].length ||
	       memcmp(text, others[at].mark, others[at].length) != 0)
		at++;
	message_report(request->messages, "%s: %s; nothing was imported",
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
