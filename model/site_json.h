/* SPDX-License-Identifier: MIT */
/*
 * site_json.h - the JSON form of a site, a record of run.jsonl.
 *
 *	{"type":"site","site":"src/pool.c:pool_open:shmget:1","role":"0",
 *	 "operation":"shmget","syscall":"shmget","nth":1,"role_nth":1,"n":1,
 *	 "kind":"sysv-shm","action":"acquire",
 *	 "file":"src/pool.c","line":42,"function":"pool_open",
 *	 "place":1,"stack_id":"0x...","stack":[FRAME,...]}
 *
 *	FRAME: {"module":"/lib/libc.so.6","offset":"0x12ab","function":"shmget",
 *		"file":"shmget.c","line":30}
 *
 * "file", "line" and "function" are those of the frame that "place" counts to.
 * What is not known is absent. Texts that are not UTF-8 have a second member
 * "<name>_hex": object_json.h.
 */
#ifndef MODEL_SITE_JSON_H
#define MODEL_SITE_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/site.h"

/* A new reference. */
json_t *site_to_json(const struct site *site);

/*
 * Fill *site; its texts and frames are in @arena. Names that are not known are
 * passed over. Without a "stack" it has one frame, of "file", "line" and
 * "function", if there are any. Returns 0, or -1 with *err saying what is
 * wrong: no id, role, operation, syscall or action; a wrong type or range.
 */
int site_from_json(struct site *site, const json_t *json, struct arena *arena,
		   struct err *err);

/* The same for a frame; one of which nothing is known is {}. */
json_t *frame_to_json(const struct frame *frame);
int frame_from_json(struct frame *frame, const json_t *json,
		    struct arena *arena, struct err *err);
bool frame_is_known(const struct frame *frame);

/*
 * The whole number @name, from 0 to @limit. *number stays as it is when there
 * is none. Returns 0, or -1 with *err set.
 */
int site_json_get_number(const json_t *from, const char *name, int64_t limit,
			 int64_t *number, struct err *err);
/* The member @name holds a word that is not known. Fills *err, returns -1. */
int site_json_refuse(const char *name, const char *word, struct err *err);

#endif
