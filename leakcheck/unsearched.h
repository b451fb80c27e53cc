/* SPDX-License-Identifier: MIT */
/*
 * unsearched.h - the directories that a walk did not search, and why. Pure.
 * There may be thousands; what becomes blind spots of a snapshot is a number
 * that a reader and a diff can bear. Zero-initialise to start.
 */
#ifndef LEAKCHECK_UNSEARCHED_H
#define LEAKCHECK_UNSEARCHED_H

#include "leakcheck/snapshot.h"

struct unsearched {
	struct unsearched_place *places;
	size_t count;
	size_t room;
	struct arena texts;
};

/*
 * Note that @path was not searched. It was met on the way down from a
 * directory whose path has @root_length bytes; @why is copied.
 */
void unsearched_add(struct unsearched *unsearched, const char *path,
		    size_t root_length, const char *why);

/*
 * Turn them into blind spots for @kinds. Where there are more than @few, those
 * with a common parent become one that hides the parent, from the deepest up.
 * A root is hidden as a whole only if there are more than @most otherwise: then
 * a diff can say nothing of anything below it.
 */
void unsearched_tell(struct unsearched *unsearched, size_t few, size_t most,
		     unsigned kinds, struct snapshot *into);
void unsearched_free(struct unsearched *unsearched);

#endif
