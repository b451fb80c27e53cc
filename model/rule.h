/* SPDX-License-Identifier: MIT */
/*
 * rule.h - ignore rules: objects that are expected to stay, and why.
 *
 *	leak:posix-shm path=/dev/shm/cache* until=2027-06-01  # see #12
 *
 * One rule a line. Empty lines and lines that start with '#' are skipped.
 *   leak:KIND         a kind of kind.def, or * for all
 *   key=N             System V key, 0x2a or decimal
 *   path=GLOB         fnmatch(3) without FNM_PATHNAME: * also matches '/'
 *   owner=USER        owner's name or uid
 *   until=YYYY-MM-DD  the last day on which the rule holds
 *   # REASON          required
 * All conditions must hold. A condition on what is not known does not hold. A
 * rule for all kinds needs a condition besides `until`. What else is to be said
 * of lines and words: rule_line.h.
 */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "model/object.h"
#include "model/rule_line.h"

struct rule {
	struct rule_head head;
	unsigned kinds; /* KIND_BIT()s that it is for */
	unsigned asks;	/* FIELD_BIT()s of KEY, PATH, UID: its conditions */
	uint32_t key;
	uid_t uid;
	const char *path; /* a pattern */
	size_t uses;	  /* objects that it has matched */
};

struct rule_list {
	struct rule *items;
	size_t count;
	struct arena arena;
};

/* What the model cannot know: it makes no system calls. */
struct rule_world {
	int today; /* 20270601 */
	/* The uid of a user's name. Returns false when there is none. */
	bool (*find_user)(const char *name, uid_t *uid);
};

/*
 * Append the rules in the @length bytes of @text. @source names the file (or
 * option) in errors. Returns 0, or -1 with *err naming source and line and
 * showing a correct example; the list then holds the rules before it.
 */
int rule_list_parse(struct rule_list *list, const struct rule_world *world,
		    const char *source, const char *text, size_t length,
		    struct err *err);
void rule_list_free(struct rule_list *list);

/*
 * The first rule that covers @object, NULL when none does. Counts its use.
 * Expired rules cover nothing.
 */
const struct rule *
rule_list_match(struct rule_list *list, const struct object *object);

/*
 * For other grammars with kinds and a path=. Return 0, or -1 with *err set:
 * @word is no kind and not "*"; none of @kinds has such a field; @pattern can
 * match no path.
 */
int rule_parse_kinds(unsigned *kinds, const char *word, struct err *err);
int rule_check_field(unsigned kinds, enum field field, struct err *err);
int rule_check_path(const char *pattern, struct err *err);

#endif
