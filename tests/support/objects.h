/* SPDX-License-Identifier: MIT */
/* objects.h - a single object as a snapshot would have it, for live tests. */
#ifndef TESTS_SUPPORT_OBJECTS_H
#define TESTS_SUPPORT_OBJECTS_H

#include "model/object.h"

/* The object must be there. @path must outlive the result. */
struct object object_with_id(enum kind kind, int id);
struct object object_at(enum kind kind, const char *path);

/* Is it still there? By number or name alone. */
bool is_there(const struct object *object);

#endif
