// SPDX-License-Identifier: GPL-2.0-or-later
/* The file that is imported, or what comes through a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "exchange/import.h"

/* Reads all of @from, and writes it @to, if that is one. */
static int hash_file(int from, int to, uint64_t *hash)
{
	char buffer[65536];
	ssize_t got;

	*hash = HASH_START;
	while ((got = read(from, buffer, sizeof(buffer))) != 0) {
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got < 0)
			continue;
		*hash = hash_bytes(*hash, buffer, (size_t)got);
		for (ssize_t put, done = 0; to >= 0 && done < got; done += put) {
			put = write(to, buffer + done, (size_t)(got - done));
			if (put < 0 && errno != EINTR)
				return -errno;
			if (put < 0)
				put = 0;
		}
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
		message_report(request->messages, "%s: %s", path,
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
	message_report(request->messages,
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

int import_input_open(const struct import_request *request, uint64_t *hash)
{
	int descriptor = request->is_standard_input ?
			 copy_standard_input(request, hash) :
			 open_file(request, hash);

	if (descriptor == -ELOOP)
		message_report(request->messages,
			       "%s: not a regular file; give one, or - for standard input",
			       request->path);
	else if (descriptor < 0 && descriptor != IMPORT_REPORTED)
		message_report(request->messages, "%s: %s", request->path,
			       strerror(-descriptor));
	if (descriptor < 0)
		return -1;
	if (!has_wide_letters(descriptor))
		return descriptor;
	message_report(request->messages,
		       "%s: is UTF-16, as PowerShell writes it; make it UTF-8 with 'iconv -f UTF-16 -t UTF-8'; nothing was imported",
		       request->path);
	close(descriptor);
	return -1;
}
