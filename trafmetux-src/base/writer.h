/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A row of output, put together of many small pieces and handed to its stream
 * as one: a stream takes longer for a piece than for all that is in it.
 */
#ifndef TRAFMETUX_WRITER_H
#define TRAFMETUX_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/quantity.h"
#include "base/number.h"

/** A row; writer_end() hands over what is in it. Errors stay in the stream. */
struct writer {
	FILE *stream;
	size_t length;
	char buffer[1024];
};

/** writer_start - begin a row */
static inline void writer_start(struct writer *writer, FILE *stream)
{
	writer->stream = stream;
	writer->length = 0;
}

/** writer_end - hand over what was added; more may be */
void writer_end(struct writer *writer);

/** writer_add_long - add what may be longer than a row has room for */
void writer_add_long(struct writer *writer, const char *text, size_t length);

/** writer_add - add @length bytes */
static inline void writer_add(struct writer *writer, const char *text,
			      size_t length)
{
	if (length > sizeof(writer->buffer) - writer->length) {
		writer_add_long(writer, text, length);
		return;
	}
	memcpy(writer->buffer + writer->length, text, length);
	writer->length += length;
}

/** writer_text - add a text */
static inline void writer_text(struct writer *writer, const char *text)
{
	writer_add(writer, text, strlen(text));
}

/** writer_number - add a decimal number */
static inline void writer_number(struct writer *writer, uint64_t number)
{
	if (sizeof(writer->buffer) - writer->length <= NUMBER_DIGITS)
		writer_end(writer);
	writer->length += number_format(writer->buffer + writer->length, number);
}

/** writer_signed - add a decimal number that may be below zero */
static inline void writer_signed(struct writer *writer, int64_t number)
{
	if (number < 0)
		writer_text(writer, "-");
	writer_number(writer, number < 0 ? -(uint64_t)number :
					   (uint64_t)number);
}

/** writer_amount - add an amount, all digits */
static inline void writer_amount(struct writer *writer, struct amount amount)
{
	if (amount.is_negative)
		writer_text(writer, "-");
	writer_number(writer, amount.size);
}

/**
 * writer_json_text - add a string of JSON, with quotes; bytes above ASCII become '?'
 *
 * JSON is written as it comes. A library would build a tree of each row first, and its
 * integers end at 2^63 - 1; ours may be twice as large.
 */
void writer_json_text(struct writer *writer, const char *text);

/** writer_field_text - add what stands before a field, as a comma or a key, and a text */
static inline void writer_field_text(struct writer *writer, const char *before,
				     const char *text)
{
	writer_text(writer, before);
	writer_text(writer, text);
}

/** writer_field_json - likewise, with a string of JSON */
static inline void writer_field_json(struct writer *writer, const char *before,
				     const char *text)
{
	writer_text(writer, before);
	writer_json_text(writer, text);
}

/** writer_field_number - likewise, with a number */
static inline void writer_field_number(struct writer *writer,
				       const char *before, uint64_t number)
{
	writer_text(writer, before);
	writer_number(writer, number);
}

/** writer_field_signed - likewise, with a number that may be below zero */
static inline void writer_field_signed(struct writer *writer,
				       const char *before, int64_t number)
{
	writer_text(writer, before);
	writer_signed(writer, number);
}

/** writer_field_amount - likewise, with an amount */
static inline void writer_field_amount(struct writer *writer,
				       const char *before, struct amount amount)
{
	writer_text(writer, before);
	writer_amount(writer, amount);
}

/**
 * writer_field_known - likewise, with a number where it is known
 * @unknown:	stands there otherwise: "null" in JSON, "" in CSV
 */
static inline void writer_field_known(struct writer *writer, const char *before,
				      bool is_known, int64_t number,
				      const char *unknown)
{
	writer_text(writer, before);
	if (is_known)
		writer_signed(writer, number);
	else
		writer_text(writer, unknown);
}

#endif
