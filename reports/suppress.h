/* SPDX-License-Identifier: MIT */
/*
 * suppress.h - suppressions: findings that are as they should be, and why.
 *
 *	leak:sysv-shm func=pool_open fault=SIGKILL  # reclaimed at start-up
 *
 * One rule a line, rule_line.h. What it starts with:
 *   leak:KIND     what is left, for good or for some instructions; * for all
 *   window:KIND   what is left for some instructions only
 *   hung, orphaned
 * Conditions; patterns are those of fnmatch(3), * also matches '/':
 *   file=GLOB     the source file of the place that reports name; where there
 *                 is no debug information, the program or library
 *   func=GLOB     the function there
 *   caller=GLOB   a function from which that was called, at any distance
 *   call=GLOB     the call: shmget, sem_open
 *   path=GLOB     of what is left, if it has one
 *   class=ID      the class of the finding, 8 hexadecimal digits
 *   fault=LIST    after which, by comma: names or patterns
 * All must hold; one on what is not known does not. A rule that is for all
 * kinds, or for hung or orphaned, needs one besides `until`.
 */
#ifndef REPORTS_SUPPRESS_H
#define REPORTS_SUPPRESS_H

#include "base/attr.h"
#include "model/rule_line.h"
#include "reports/known.h"

enum suppress_condition {
	SUPPRESS_FILE,
	SUPPRESS_FUNC,
	SUPPRESS_CALLER,
	SUPPRESS_CALL,
	SUPPRESS_PATH,
	SUPPRESS_CLASS,
	SUPPRESS_FAULT,
	SUPPRESS_COUNT
};

struct suppression {
	struct rule_head head;
	struct known known;
	unsigned verdicts; /* bits: what it is for */
	unsigned kinds;	   /* KIND_BIT()s of what is left; 0: of nothing */
	const char *wanted[SUPPRESS_COUNT]; /* NULL: no such condition */
};

struct suppressions {
	struct suppression *items;
	size_t count;
	struct arena arena;
};

/*
 * Append the rules in the @length bytes of @text. @source names the file in
 * errors, @today is as 20270601. Returns 0, or -1 with *err naming source and
 * line and showing a correct example; the list then holds the rules before it.
 */
int suppressions_parse(struct suppressions *list, int today, const char *source,
		       const char *text, size_t length, struct err *err);
void suppressions_free(struct suppressions *list);
#define CLEANUP_SUPPRESSIONS CLEANUP(suppressions_free)

/* The first rule that covers it and has not expired, NULL: none does. */
struct known *suppressions_find(const struct suppressions *list,
				const struct finding *finding);
/* Those that have excused nothing, or have expired. */
size_t suppressions_count_idle(const struct suppressions *list);
bool suppression_is_idle(const struct suppression *rule);

struct leak_class;
/*
 * Append a rule, without a newline, that covers the gating findings of @class
 * and no more. Its reason is RULE_TODO: one has to be written before it works.
 */
void suppress_add_rule(struct buf *into, const struct leak_class *class);

#endif
