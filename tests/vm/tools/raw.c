// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raw.h"

const struct raw_way *raw_way(const char *name)
{
	if (!strcmp(name, raw_legacy.name))
		return &raw_legacy;
	if (!strcmp(name, raw_nft.name))
		return &raw_nft;
	return NULL;
}

void raw_give_up(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(2);
}
