/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RUN_PRIVATE_H
#define RUN_PRIVATE_H

/* Statuses that the program itself has none of. */
#define STATUS_KILLED 101
#define STATUS_MODEL 102

#endif
