/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside verify: the files that remember plans. */
#ifndef TRAFMETUX_VERIFY_PLANS_H
#define TRAFMETUX_VERIFY_PLANS_H

#include "archive/archive_directory.h"
#include "upkeep/verify.h"

/**
 * verify_plans - look at the files of plans, and mend them if asked to
 *
 * Those with damaged lines, or lines that end as on Windows, are told of; damage that
 * stays is trouble.
 */
void verify_plans(const struct verify_request *request,
		  const struct archive *archive);

#endif
