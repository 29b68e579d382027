/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of JSON, written as they come. A library would build a tree of each
 * row first, and its integers end at 2^63 - 1; ours may be twice as large.
 */
#ifndef TRAFMETUX_JSON_TEXT_H
#define TRAFMETUX_JSON_TEXT_H

#include "base/writer.h"

/** json_write_text - a string, with quotes; bytes above ASCII become '?' */
void json_write_text(struct writer *writer, const char *text);

#endif
