/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strings of JSON; numbers are written by output.h. A library would build a tree
 * of each row first, and its integers end at 2^63 - 1: ours may be larger.
 */
#ifndef TRAFMETUX_JSON_TEXT_H
#define TRAFMETUX_JSON_TEXT_H

#include <stdio.h>

/** json_write_text - a string, with quotes; bytes above ASCII become '?' */
void json_write_text(FILE *output, const char *text);

#endif
