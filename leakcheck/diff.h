/* SPDX-License-Identifier: MIT */
/*
 * diff.h - what two snapshots of the same world say: new, gone, changed. By
 * identity, never by count. Pure: reads two snapshots and nothing else.
 */
#ifndef LEAKCHECK_DIFF_H
#define LEAKCHECK_DIFF_H

#include "leakcheck/snapshot.h"

enum diff_class {
	DIFF_ADDED,   /* only in the second */
	DIFF_REMOVED, /* only in the first */
	DIFF_CHANGED, /* in both, object_changes() says what differs */
	DIFF_UNSURE,  /* in one; the other did not look where it is */
	DIFF_CLASS_COUNT
};

struct diff_entry {
	enum diff_class class;
	const struct object *before; /* NULL when not in the first */
	const struct object *after;  /* NULL when not in the second */
	uint32_t changes;	     /* DIFF_CHANGED: FIELD_BIT()s */
};

struct diff {
	struct diff_entry *entries; /* in object_compare() order */
	size_t count;
	size_t counts[DIFF_CLASS_COUNT];
};

/*
 * Compare. The result points into both snapshots, which must outlive it; free
 * it with diff_free(). Fails with *err set when the snapshots are of different
 * worlds (another boot, IPC or mount namespace): their difference means
 * nothing.
 */
int diff_make(struct diff *diff, const struct snapshot *before,
	      const struct snapshot *after, struct err *err);
void diff_free(struct diff *diff);

/* "added", "removed", "changed", "unsure" */
const char *diff_class_name(enum diff_class class);

/* The object that an entry is about: the newer look where there are two. */
const struct object *diff_object(const struct diff_entry *entry);

#endif
