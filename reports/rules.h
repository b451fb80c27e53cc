/* SPDX-License-Identifier: MIT */
/* rules.h - what findings are instances of, and what to do about each. */
#ifndef REPORTS_RULES_H
#define REPORTS_RULES_H

#include <stddef.h>

#include "model/kind.h"
#include "model/verdict.h"

struct rule_row {
	const char *id;	   /* "leak.sysv-shm" */
	const char *name;  /* for tools that want one word: "SysvShmLeft" */
	const char *tells; /* a sentence */
	const char *remedy;
	/* What helps even where no code of the program runs; NULL: nothing. */
	const char *idiom;
	const char *weakness; /* of MITRE's list: "cwe-772"; NULL: none fits */
};

/* All rules. */
const struct rule_row *rules_all(size_t *count);
/* That of a finding; @kind is KIND_COUNT if it is about no object. */
const struct rule_row *rules_find(enum verdict verdict, enum kind kind);
/* The one with that id, NULL if there is none. */
const struct rule_row *rules_by_id(const char *id);

#endif
