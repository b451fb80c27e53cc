/* SPDX-License-Identifier: MIT */
/*
 * object_json.h - the JSON form of an object: "kind", then what is known of
 * it by the names of field.def.
 *
 *	{"kind":"sysv-shm","id":0,"key":"0x00000000","mode":"0600",...}
 *
 * Keys and modes are strings, as they are read in base 16 and 8. A path that
 * is not UTF-8 has its bytes in "path_hex" and something readable in "path". A
 * number over 2^63-1, which jansson(3) cannot hold, is a decimal string.
 */
#ifndef MODEL_OBJECT_JSON_H
#define MODEL_OBJECT_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "model/object.h"

/* A new reference; or the same members added to @into. */
json_t *object_to_json(const struct object *object);
void object_json_add(json_t *into, const struct object *object);

/*
 * Append the object that @json describes to @list. Names that are not known
 * are passed over: fields may be added. Returns 0, or -1 with *err saying what
 * is wrong: an unknown kind, no identity, a wrong type or range; nothing was
 * added then.
 */
int
object_from_json(struct object_list *list, const json_t *json, struct err *err);

/*
 * Set @name in @into to @bytes, and where they are not UTF-8 "<name>_hex" too;
 * and read it back: append to @bytes. object_json_get_bytes() returns 0, or -1
 * with *err set when there is neither, or what is there is no text without a
 * NUL.
 */
void object_json_set_bytes(json_t *into, const char *name, const char *bytes);
int object_json_get_bytes(const json_t *from, const char *name,
			  struct buf *bytes, struct err *err);

#endif
