/* SPDX-License-Identifier: MIT */
/*
 * plan.h - which faults at which points. Pure: the same golden run and settings
 * give the same plan.
 */
#ifndef HARNESS_PLAN_H
#define HARNESS_PLAN_H

#include "base/cli.h"
#include "base/err.h"
#include "harness/golden.h"
#include "model/points.h"

struct plan_settings {
	enum points points;
	const struct fault *faults; /* NULL: the default set */
	size_t fault_count;
	bool errors; /* those of each call that the catalogue calls usual */
	/*
	 * Patterns of fnmatch(3) on ids of trials and sites, or short ids, or
	 * the first 4 digits and more of one.
	 */
	struct cli_texts only;
	struct cli_texts skip;
	/*
	 * Faults that must-clean, that may-leak: names or patterns, "SIG*". A
	 * name says more than a pattern; where both say the same it must-clean.
	 */
	struct cli_texts require;
	struct cli_texts allow;
	size_t max_trials;     /* 0: no limit */
	unsigned repeat_equal; /* of equal cells so many are tried, the last
				  of them and the first others; 0: all */
	uint64_t seed;	       /* which are left out at max_trials */
};

struct planned {
	int site; /* index into the golden run */
	enum phase phase;
	struct fault fault;
	enum policy policy;
	unsigned represents; /* cells, its own too */
	const char *id;
};

struct plan {
	struct planned *items; /* in program order, then by fault */
	size_t count;
	size_t points;	 /* before equal ones were joined */
	size_t cells;	 /* points x faults before anything was left out */
	size_t unpicked; /* cells that --only and --skip leave aside */
	/* Points where exit() would come in the middle of a call of libc:
	 * these are no cells. */
	size_t in_library;
	size_t left_out; /* trials that max_trials leaves out */
	struct arena arena;
};

/*
 * Make the plan; what *plan holds is overwritten. The sum of the represents is
 * cells - unpicked, less what those left out stand for. Returns 0, or -1 with
 * *err set and an empty plan: a fault name that is not understood, a pattern
 * that matches nothing, with the nearest id. Without any cell patterns are not
 * looked at.
 */
int plan_make(struct plan *plan, const struct golden *golden,
	      const struct plan_settings *settings, struct err *err);
void plan_free(struct plan *plan);

#endif
