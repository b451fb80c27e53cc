/* SPDX-License-Identifier: MIT */
/*
 * record.h - plain structs to JSON and back, by a table of their members.
 *
 * A text that is not there (NULL) is left out, and so is an empty list; a
 * member that is not in the JSON stays as it is. Texts are any bytes: where
 * they are not UTF-8 they are in "<name>_hex", too (object_json.h).
 */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

/* A list of texts: arguments, faults, patterns. */
struct record_texts {
	const char **items;
	size_t count;
};

/* The same texts in the same order? */
bool
record_texts_equal(const struct record_texts *a, const struct record_texts *b);

enum record_type {
	RECORD_TEXT,  /* const char * */
	RECORD_TEXTS, /* struct record_texts, an array of strings */
	RECORD_INT,   /* int64_t */
	RECORD_HEX,   /* uint64_t, "0x000000000000002a" */
	RECORD_MS,    /* int64_t nanoseconds, milliseconds with a fraction */
	RECORD_BOOL,  /* bool */
	RECORD_TYPE_COUNT
};

struct record_member {
	const char *name;
	enum record_type type;
	size_t offset;
};

void record_to_json(json_t *into, const struct record_member *members,
		    size_t count, const void *record);
/*
 * Texts are copied to @arena. Returns 0, or -1 with *err naming the member that
 * has a wrong type.
 */
int record_from_json(void *record, const struct record_member *members,
		     size_t count, const json_t *from, struct arena *arena,
		     struct err *err);

/* Milliseconds, in whole microseconds: no more is known, and more is noise. */
json_t *record_ms(int64_t ns);

#endif
