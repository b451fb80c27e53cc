/* SPDX-License-Identifier: MIT */
/*
 * classes.h - the findings of a log, clustered: a leak class is what objects of
 * one kind that one line of the program makes have in common. Processes that
 * stay and runs that hang are classes by the site of the fault. Pure.
 *
 * A line in a loop, or in each of twenty workers, makes many sites and one
 * class: occurrence and role do not count.
 */
#ifndef REPORTS_CLASSES_H
#define REPORTS_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "model/campaign.h"
#include "reports/log.h"
#include "reports/memory.h"

/*
 * A trial, fault or class is known when something excuses (memory.h) all of it
 * for which the gate would fail; or, if it would not fail, all of it. Then it
 * does not gate.
 */

/* What one fault did to one class. */
struct class_fault {
	struct fault fault;
	size_t points;	/* tried where an object of the class was alive */
	size_t leaks;	/* of trials: it was left, or stayed, or hung */
	size_t windows; /* it was left for some instructions only */
	bool gating;	/* the gate fails for it */
	bool stuck;	/* at one more point the run hung, or processes stayed:
			   what it would have left is not known */
	const struct known *known; /* what excuses it, NULL: nothing */
	const struct trial *first; /* that shows it; gating ones first */
};

struct leak_class {
	char id[TRIAL_SHORT_ID + 1];
	enum verdict verdict;	 /* leaked, window, orphaned or hung */
	enum kind kind;		 /* KIND_COUNT: not about an object */
	const char *created_at;	 /* the first site, NULL: not known */
	const struct site *site; /* the same, NULL: the log has none */
	/* Others that make what is left: one of each line, in order. */
	const struct site **others;
	size_t other_count;
	/*
	 * Lines, or addresses where those are not known, of what is left after
	 * faults for which the gate fails, or would without the baseline.
	 * Ascending, each once.
	 */
	uint64_t *failing_lines;
	size_t failing_count;
	bool gating;
	const struct known *known; /* what excuses it, NULL: nothing */
	/* That show it, in the log's order: of a repeated one the worst run of
	 * those that do. */
	const struct trial **trials;
	const struct known **excuses; /* of each of them, NULL: none */
	size_t *indexes;	      /* of each of them, in the log */
	size_t trial_count;
	struct class_fault *faults; /* all that were tried at its points */
	size_t fault_count;
	/* Of the objects that the golden run made there, the first. */
	const struct campaign_object *object; /* NULL: none */
	size_t points; /* of trials, while one of them was alive */
};

/* What a trial of the log comes to. */
struct trial_outcome {
	/* Itself; or, where it was repeated and its worst run is known, the
	 * worst one for which the gate fails. */
	const struct trial *trial;
	bool gating;
	const struct known *known; /* what excuses it, NULL: nothing */
};

struct classes {
	/* Gating ones first, by gating faults; known ones last. */
	struct leak_class *items;
	size_t count;
	size_t gating;
	size_t known[KNOWN_BY_COUNT];
	struct trial_outcome *outcomes;	 /* of each trial of the log */
	int64_t verdicts[VERDICT_COUNT]; /* of all trials */
	int64_t allowed[VERDICT_COUNT];	 /* of them, findings by may-leak */
	/* Of them, those that are known. */
	int64_t excused[KNOWN_BY_COUNT][VERDICT_COUNT];
	const struct memory *memory; /* NULL: none */
	size_t idle; /* suppressions for which the gate fails: memory->strict */
	size_t unsteady;     /* of them, repeated with different verdicts */
	int64_t represented; /* points that no trial was made for */
	bool strict;	     /* windows gate */
	struct arena arena;
};

/* @log must outlive *classes. Windows gate if @strict. */
void classes_make(struct classes *classes, const struct log *log, bool strict);
/*
 * The same with what @memory (NULL: nothing) excuses, which must outlive
 * *classes, too. Counts there what it has excused.
 */
void classes_make_with(struct classes *classes, const struct log *log,
		       bool strict, struct memory *memory);
void classes_free(struct classes *classes);
#define CLEANUP_CLASSES CLEANUP(classes_free)

/*
 * Of one trial, of which @log need only have the sites: is all excused that it
 * shows? Counts nothing.
 */
bool classes_is_known(const struct log *log, const struct trial *trial,
		      bool strict, const struct memory *memory);
/* Does @trial, by itself, show the class @id? */
bool classes_shows(const struct trial *trial, const char *id);
/* Those that neither gate nor are known. */
size_t classes_warnings(const struct classes *classes);
/* By id, NULL: the log does not show it. */
const struct leak_class *
classes_find(const struct classes *classes, const char *id);

/*
 * Failed: a gating class, or suppressions that must not be idle. Incomplete:
 * none, but trials that say nothing, or fewer than were planned. A fault that
 * cannot be made is neither, unless no other was.
 */
enum gate classes_gate(const struct classes *classes, const struct log *log);

/* Fill all of *summary but its duration and its signal. */
void classes_summarize(struct classes *classes, const struct log *log,
		       struct campaign_summary *summary);

/*
 * What tells an object of class @class in @trial: the leftover, NULL when there
 * is none.
 */
const struct leftover *
classes_leftover(const struct leak_class *class, const struct trial *trial);

#endif
