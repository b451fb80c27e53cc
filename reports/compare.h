/* SPDX-License-Identifier: MIT */
/*
 * compare.h - two logs compared: which leak classes are new, which are gone,
 * and after which faults those that both have are left now. Pure.
 *
 * What the new log does not show is fixed only if that looked for it: after the
 * faults of the old one, where an object of the class was alive, with no trial
 * that says nothing (evidence.h).
 */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include <stdio.h>

#include "base/attr.h"
#include "base/err.h"
#include "reports/classes.h"

enum change {
	CHANGE_NEW,   /* the gate fails for it, and did not */
	CHANGE_WORSE, /* it fails for it after more faults */
	CHANGE_SAME,
	CHANGE_BETTER, /* it fails for it after fewer faults, or not at all */
	CHANGE_FIXED,  /* it is not left any more */
	CHANGE_UNSEEN, /* it was not looked for: see `why` */
	CHANGE_COUNT
};
/* "new", "worse": for people and programs. */
const char *change_name(enum change change);

struct faults {
	struct fault *items;
	size_t count;
};

struct difference {
	enum change change;
	const struct leak_class *before; /* NULL: it is not in the old log */
	const struct leak_class *after;	 /* NULL: it is not in the new one */
	struct faults gained; /* after these it is left now, and was not */
	struct faults lost;   /* after these it was, and is not any more */
	const char *why;      /* CHANGE_UNSEEN */
};

/* One side. */
struct compared {
	const struct log *log;
	const struct classes *classes;
};

struct comparison {
	struct compared old, new;
	struct difference *items; /* in the order of enum change */
	size_t count;
	size_t counts[CHANGE_COUNT];
	bool other_target;	/* they are of two commands */
	const char *incomplete; /* why the new one proves nothing gone, NULL */
	struct arena arena;
};

/* What @old and @new point to must outlive *comparison. */
void compare_make(struct comparison *comparison, const struct compared *old,
		  const struct compared *new);
void compare_free(struct comparison *comparison);
#define CLEANUP_COMPARISON CLEANUP(compare_free)

/* Did something come that the gate fails for? */
bool compare_is_worse(const struct comparison *comparison);

struct compare_settings {
	bool color;
	bool verbose; /* what is the same, too */
};
void compare_text(const struct comparison *comparison,
		  const struct compare_settings *settings, FILE *out);
/* JSON Lines, LOG_FORMAT.md. Returns 0, or -1 with *err set. */
int
compare_json(const struct comparison *comparison, FILE *out, struct err *err);

#endif
