/* SPDX-License-Identifier: MIT */
/*
 * results.h - what was tried and what was found, whoever tried: the data that
 * formats of other tools (JUnit, TAP, SARIF, ...) are written from. ipcrash
 * makes it from a log, log_results.h; leakcheck from one run.
 *
 * All texts are printable, base/text.h, unless said otherwise; they belong to
 * the arena or to what the results were made from. What is not known is NULL;
 * tool, target, command, gate and summary are always there.
 */
#ifndef REPORTS_RESULTS_H
#define REPORTS_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/mem.h"
#include "model/site.h"
#include "reports/block.h"
#include "reports/known.h"
#include "reports/rules.h"

enum outcome {
	OUTCOME_PASSED,
	OUTCOME_FAILED,	 /* the gate fails for it */
	OUTCOME_EXCUSED, /* wrong, but the gate does not fail: why, is told */
	OUTCOME_SKIPPED, /* could not be tried here */
	OUTCOME_ERROR,	 /* was tried and says nothing about the program */
	OUTCOME_COUNT
};

/* Of what a finding is, for tools that know no more. */
enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_COUNT };

/* One thing that was tried: a trial. */
struct result_case {
	const char *id;	   /* "src/pool.c:pool_open:shmget:1:return:SIGTERM" */
	const char *group; /* all of the id but the fault */
	const char *name;  /* "SIGTERM" */
	enum outcome outcome;
	const char *type;    /* id of a rule or name of a verdict */
	const char *message; /* in a line; NULL if it has passed */
	const char *excuse;  /* EXCUSED: why the gate does not fail for it */
	const struct known *known; /* then: what knows it; NULL: policy */
	double seconds;		   /* negative: not known */
	const struct frame *place; /* of the point. Its texts are any bytes */
	struct block block;	   /* the whole story; empty if it has passed */
};

/* A step in the life of what was found, in their order. */
struct result_step {
	const struct frame *place; /* its texts are any bytes */
	enum action action;	   /* ACTION_ACQUIRE, ... */
	bool injected;		   /* a fault, at this call */
	const char *text;	   /* "shmget makes it" */
};

/* One cause, which may show in many cases: a leak class. */
struct result_finding {
	const char *id; /* 8 hexadecimal digits, the same next time */
	const struct rule_row *rule;
	const char *title; /* "sysv-shm made in pool_open() at src/pool.c:42" */
	enum level level;
	const char *excuse; /* why the gate does not fail for it, NULL: it
			       does, or it is a warning by policy */
	const struct known *known; /* then: what knows it */
	const struct frame *place; /* what to look at. Texts are any bytes */
	const struct frame *stack; /* at the creation, the innermost first */
	size_t stack_count;
	const struct result_step *steps;
	size_t step_count;
	struct block block; /* the whole story */
	size_t cases;	    /* that show it */
};

struct results {
	const char *tool;      /* "ipcrash" */
	const char *version;   /* "0.1.0" */
	const char *target;    /* what was run, in a word: "server" */
	const char *command;   /* all of it, as for a shell */
	const char *program;   /* a file of it that a repository may have, seen
				  from the directory. Any bytes */
	const char *directory; /* in which it ran. Any bytes */
	int64_t started;       /* seconds since 1970, 0: not known */
	double seconds;	       /* it took, negative: not known */
	struct result_case *cases;
	size_t case_count;
	size_t outcomes[OUTCOME_COUNT];	 /* of the cases */
	struct result_finding *findings; /* the worst first */
	size_t finding_count;
	const char *gate;    /* "failed" */
	const char *summary; /* "35 trials at 6 sites: 30 clean, 5 leaked" */
	const char *gap;     /* why the cases are not all that was to be tried,
				NULL: they are */
	const char *failure; /* why the gate fails, whatever the cases are;
				NULL: it does not, or for what they are */
	struct block notes;  /* what else must be known */
	struct arena arena;
};

/* Zero-initialise to start; may be freed twice. */
void results_free(struct results *results);
#define CLEANUP_RESULTS CLEANUP(results_free)

/*
 * Append a block as plain text: "after:   SIGTERM ..." in lines, each of them
 * after @before.
 */
void results_add_block(struct buf *into, const struct block *block,
		       const char *before);
/* Append "leak.sysv-shm 62c6c01c: sysv-shm made in f() at a.c:42 (allowed)". */
void results_add_title(struct buf *into, const struct result_finding *finding);
/*
 * Fill @cases with what is to be told of the whole as if it were tried, too:
 * who reads only cases must not think that all is well. Returns how many.
 */
enum { RESULTS_WHOLE_MAX = 2 };
size_t results_of_whole(const struct results *results,
			struct result_case cases[RESULTS_WHOLE_MAX]);
/* What to do about a case, as far as a rule says it, or NULL. */
const char *results_remedy(const struct result_case *entry);
/*
 * Append the path of the source @frame, relative to the directory that the
 * target ran in, which is what CI services want: from the top of the
 * repository. Returns false, with nothing appended, if there is none.
 */
bool results_add_path(struct buf *into, const struct results *results,
		      const struct frame *frame);
/*
 * Append where a reader is to look, for services that show nothing that is in
 * no file: that path, with its bytes as they are. Where no source is known it
 * is a file below the directory, for they know only what is in the repository:
 * the one that has the code, else of the command; if there is none, the name of
 * the program. Returns the line, 0: it is no source.
 */
int results_add_anchor(struct buf *into, const struct results *results,
		       const struct frame *place);
/* The same, but the one that has the code wherever it is. */
int results_add_file(struct buf *into, const struct results *results,
		     const struct frame *place);

#endif
