// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flow offload: packets of a connection that is in an nftables flowtable go from
 * one network card to the other without passing the rules. The kernel marks such
 * connections in /proc/net/nf_conntrack (net/netfilter/nf_conntrack_standalone.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "upkeep/doctor.h"
#include "base/line_reader.h"

/* How many connections there are, and how many of them are offloaded. */
struct connections {
	uint64_t all;
	uint64_t offloaded;
};

static bool line_has(const struct line *line, const char *word)
{
	return memmem(line->text, line->length, word, strlen(word));
}

static int count(int descriptor, struct connections *connections)
{
	struct line_reader reader;
	struct line line;
	int more;

	line_reader_start(&reader, descriptor);
	while ((more = line_reader_next(&reader, &line)) > 0) {
		connections->all++;
		if (!line.too_long && (line_has(&line, "[OFFLOAD]") ||
				       line_has(&line, "[HW_OFFLOAD]")))
			connections->offloaded++;
	}
	return more;
}

/* A file beside the module's directory: a descriptor, or -errno. */
static int open_beside(const char *source_path, const char *name,
		       char path[4096])
{
	int descriptor;

	if ((size_t)snprintf(path, 4096, "%s/../%s", source_path, name) >= 4096)
		return -ENAMETOOLONG;
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	return descriptor < 0 ? -errno : descriptor;
}

/* Without a list of connections. It matters where flowtables may be in use. */
static void report_unlisted(struct messages *messages, const char *source_path)
{
	char path[4096];
	int descriptor = open_beside(source_path, "stat/nf_flowtable", path);

	if (descriptor < 0)
		return;
	close(descriptor);
	message_report(messages,
		       "this kernel has flow offload, which passes the rules by, but no list to see it in; take away what 'nft list flowtables' shows");
}

void doctor_offload(struct messages *messages, const char *source_path)
{
	struct connections connections = { 0 };
	char path[4096];
	int descriptor = open_beside(source_path, "nf_conntrack", path);
	int error = descriptor;

	if (descriptor == -ENOENT) {
		report_unlisted(messages, source_path);
		return;
	}
	if (descriptor >= 0) {
		error = count(descriptor, &connections);
		close(descriptor);
	}
	if (error < 0)
		message_report(messages, "%s: %s", path,
			       message_reason(-error));
	if (connections.offloaded)
		message_report(messages,
			       "flow offload: %" PRIu64 " of %" PRIu64
			       " connections pass the rules by, uncounted; take 'flow add' or 'flow_offloading' out of the firewall",
			       connections.offloaded, connections.all);
}
