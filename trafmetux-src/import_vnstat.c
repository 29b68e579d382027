// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <unistd.h>

#include "import.h"

int import_vnstat(const struct import_request *request, int descriptor,
		  struct import_files *files)
{
	static const char first[] = "version;";
	char begin[sizeof(first) - 1];
	const ssize_t got = pread(descriptor, begin, sizeof(begin), 0);

	if (got == (ssize_t)sizeof(begin) &&
	    memcmp(begin, first, sizeof(begin)) == 0)
		return import_vnstat_text(request, descriptor, files);
	return import_vnstat_json(request, descriptor, files);
}
