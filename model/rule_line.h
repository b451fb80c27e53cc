/* SPDX-License-Identifier: MIT */
/*
 * rule_line.h - what files of rules have in common: a rule a line,
 *
 *	SUBJECT {CONDITION} # REASON
 *
 * and what every rule has: until when it holds, why, and where it stands. Empty
 * lines and lines that start with '#' are skipped. A blank ends a word unless a
 * backslash stands before it, and a '#' starts the reason where a word could
 * start. `until=YYYY-MM-DD`, the last day on which a rule holds, is a condition
 * of all; the others, and the subject, are those of a grammar.
 */
#ifndef MODEL_RULE_LINE_H
#define MODEL_RULE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"

/*
 * The reason of a rule that a program has written and nobody has finished yet:
 * such a rule is refused.
 */
#define RULE_TODO "TODO: why"

/* The first member of every rule. The texts are printable, for the reader. */
struct rule_head {
	int until; /* 20270601, 0: for ever */
	bool expired;
	const char *text; /* as written, without the reason */
	const char *reason;
	const char *source; /* "leaks.rules:3" */
};

struct rule_condition {
	const char *name; /* with the '=' */
	/*
	 * Take @value, which stays, into @rule. Returns 0, or -1 with *err
	 * saying what is wrong.
	 */
	int (*take)(void *rule, const struct rule_condition *self,
		    const char *value, const void *world, struct err *err);
	unsigned asks; /* for take() */
};

struct rule_grammar {
	const char *example; /* a correct rule */
	const char *subject; /* what a rule starts with: "leak:KIND" */
	const char *names;   /* of all conditions: "key=, path= or until=" */
	const char *why;     /* what a reason says: "why it may stay" */
	const struct rule_condition *conditions;
	size_t condition_count;
	size_t rule_bytes; /* of one, a struct rule_head first */
	/* Take the first word. */
	int (*start)(void *rule, const char *word, struct err *err);
	/* All conditions are taken: are they enough? */
	int (*finish)(const void *rule, struct err *err);
	/* It is whole: keep a copy. */
	void (*keep)(void *list, const void *rule);
};

struct rule_lines {
	const struct rule_grammar *grammar;
	void *list;	     /* for keep() */
	const void *world;   /* for take() */
	struct arena *arena; /* of all texts */
	int today;	     /* 20270601 */
	const char *source;  /* names the file, or option, in errors */
};

/*
 * Give the rules in the @length bytes of @text to grammar->keep(). Returns 0,
 * or -1 with *err naming source and line and showing a correct example; the
 * rules before it were kept.
 */
int rule_lines_parse(const struct rule_lines *lines, const char *text,
		     size_t length, struct err *err);

#endif
