/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - what the fuzz targets have in common. A target is a file of this
 * folder with LLVMFuzzerTestOneInput(), which reads some bytes as our programs
 * would and then says what must hold of the result.
 *
 * Each MUST() that is reached for the first time is noted in the file that
 * FUZZ_REACHED names, and with FUZZ_PLANT set it fails: so tools/fuzz.sh knows
 * that the corpus comes to all of them, and that a target can fail.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"

/* libFuzzer calls it. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process when @condition does not hold. */
#define MUST(condition)                                                \
	do {                                                           \
		static bool reached;                                   \
		fuzz_must((condition), #condition, __FILE__, __LINE__, \
			  &reached);                                   \
	} while (0)
void fuzz_must(bool holds, const char *what, const char *file, int line,
	       bool *reached);

/* Was *err, zero before, filled with a sentence? */
bool fuzz_is_explained(const struct err *err);
bool fuzz_is_same(const struct buf *a, const struct buf *b);
/* UTF-8 without control characters but for the ends of lines. */
bool fuzz_is_plain(const struct buf *text);

/* The path of a file with these bytes, valid until the next call. */
const char *fuzz_file(const void *data, size_t size);
/* A stream of these bytes, for the caller to close. */
FILE *fuzz_stream(const void *data, size_t size);
/* Append the compact form of @json, and a newline; drops the reference. */
void fuzz_add_json(struct buf *into, json_t *json);

/* Bytes that are used up from the front. */
struct fuzz_bytes {
	const uint8_t *next;
	size_t left;
};
/* The next byte, 0 when there is none. */
unsigned fuzz_byte(struct fuzz_bytes *bytes);
/*
 * What comes before the next newline, or all that is left, without NULs: a
 * text, for the caller to free. NULL when nothing is left.
 */
char *fuzz_line(struct fuzz_bytes *bytes);

#endif
