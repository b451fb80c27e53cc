/* SPDX-License-Identifier: MIT */
/* junit_part.h - what the files of the JUnit report share. */
#ifndef REPORTS_JUNIT_PART_H
#define REPORTS_JUNIT_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "reports/results.h"
#include "reports/xml.h"

/* How much of a case is told. */
enum junit_detail {
	JUNIT_ABSENT,
	JUNIT_BRIEF, /* without its story */
	JUNIT_WHOLE,
	JUNIT_DETAIL_COUNT
};

struct junit_case {
	const struct result_case *result;
	const char *class; /* no two have the same class and name */
	const char *name;
	enum junit_detail detail;
};

struct junit {
	const struct results *results;
	bool strict; /* only what the schema of Jenkins' xUnit plugin allows */
	struct junit_case *cases; /* as many as the results have */
	size_t brief;		  /* of them, those that lack their story */
	size_t absent;
	struct arena arena;
};

/* junit_names.c: give all cases class and name. */
void junit_name(struct junit *junit);
/* Append the class of cases of that group. */
void junit_add_class(struct buf *into, const struct results *results,
		     const char *group);

/* junit_case.c: write one. */
void junit_put_case(struct xml *xml, const struct junit *junit,
		    const struct junit_case *entry);

/*
 * junit_fit.c: say how much of each case is told, so that all of them take at
 * most @limit bytes. What failed comes first.
 */
void junit_fit(struct junit *junit, size_t limit);

#endif
