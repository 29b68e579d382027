// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/config.h"

/* Where faults are reported. */
struct reporter {
	struct messages *messages;
	const char *path;
};

static void report(void *context, const struct plan_fault *fault)
{
	const struct reporter *reporter = context;

	message_report(reporter->messages, "%s: line %" PRIu64 ": %s%s%s",
		       reporter->path, fault->line,
		       fault->key ? fault->key : "", fault->key ? ": " : "",
		       fault->words);
}

/* The whole file, to be freed; or an error. */
static int read_all(int descriptor, char **text, size_t *length)
{
	struct stat status;
	ssize_t part = 1;

	if (fstat(descriptor, &status))
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	*text = malloc(CONFIG_SIZE_MAX + 1);
	if (!*text)
		return -ENOMEM;
	for (*length = 0; part > 0 && *length <= CONFIG_SIZE_MAX;
	     *length += (size_t)part) {
		part = read(descriptor, *text + *length,
			    CONFIG_SIZE_MAX + 1 - *length);
		if (part < 0)
			break;
	}
	if (part >= 0 && *length <= CONFIG_SIZE_MAX)
		return 0;
	free(*text);
	return part < 0 ? -EIO : -EFBIG;
}

/* Whoever means that there are no plans says so by a comment. */
static bool is_blank(const char *text, size_t length)
{
	static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
	size_t at = 0;

	if (length >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0)
		at = strlen(mark);
	while (at < length && strchr(" \t\r\n", text[at]) && text[at])
		at++;
	return at == length;
}

int config_read(const char *path, bool is_wanted, struct config *config,
		struct messages *messages)
{
	struct reporter reporter = { messages, path };
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	struct stat status;
	size_t length = 0;
	int error;

	*config = (struct config){ .is_unread = true };
	if (descriptor < 0) {
		error = -errno;
		if (error == -ENOENT && lstat(path, &status) == 0)
			message_report(messages,
				       "%s: a link that leads nowhere; make the file that it leads to",
				       path);
		else if (error == -ENOENT && is_wanted)
			message_report(messages,
				       "%s: no such file; see trafmetux.conf(5) for what goes into it",
				       path);
		else if (error != -ENOENT)
			message_report(messages, "%s: %s", path,
				       message_reason(-error));
		return error;
	}
	error = read_all(descriptor, &text, &length);
	close(descriptor);
	if (!error) {
		error = config_parse(text, length, config, report, &reporter);
		config->is_unread = error || is_blank(text, length);
		free(text);
	}
	if (error)
		message_report(messages, "%s: %s", path, error == -EISDIR ?
			       "a directory; name a file" :
			       error == -EFBIG ?
			       "larger than 1 MB, which no configuration is; name another file" :
			       message_reason(-error));
	return error;
}
