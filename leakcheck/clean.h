/* SPDX-License-Identifier: MIT */
/*
 * clean.h - which objects `leakcheck clean` removes, and why or why not. Pure:
 * what is known of an object comes as arguments.
 */
#ifndef LEAKCHECK_CLEAN_H
#define LEAKCHECK_CLEAN_H

#include <stdbool.h>

#include "leakcheck/inuse.h"
#include "model/object.h"

/* All that are given must hold. */
struct clean_criteria {
	unsigned kinds; /* KIND_BIT()s */
	bool by_owner;
	uid_t owner;
	int64_t older_than_ms; /* -1: of any age */
	bool dead_creator;
	bool unattached;
};

/* What inuse.h says of an object. */
struct clean_evidence {
	enum use use;
	const char *use_why;
	enum life creator; /* of a segment */
	const char *creator_why;
};

/*
 * Do kind, owner and age match? Only then is evidence asked for. An object
 * whose age is not known matches; clean_removes() keeps it.
 */
bool clean_matches(const struct clean_criteria *criteria,
		   const struct object *object, int64_t now_ms);

/*
 * Is an object that matches to be removed? Appends why, or why not, in words
 * for the user. Never when it is in use or that cannot be told.
 */
bool clean_removes(const struct clean_criteria *criteria,
		   const struct object *object,
		   const struct clean_evidence *evidence, int64_t now_ms,
		   struct buf *why);

/*
 * Milliseconds since the object was changed or used, as far as the kernel
 * tells: never more than it really is. -1 when not known.
 */
int64_t clean_age_ms(const struct object *object, int64_t now_ms);

#endif
