/* SPDX-License-Identifier: MIT */
/* trial_run.h - make one trial: one run with one fault at one point. */
#ifndef HARNESS_TRIAL_RUN_H
#define HARNESS_TRIAL_RUN_H

#include <stdio.h>

#include "harness/golden.h"
#include "harness/names.h"
#include "harness/plan.h"
#include "harness/station.h"

/* What all trials of a warden share. */
struct range {
	struct station *station;
	const struct golden *golden;
	struct tally sites; /* golden_index() */
	struct tally locks; /* golden_find_locks() */
	struct names names; /* of stacks that the golden run had not */
	int64_t limit_ms;
	bool accept_golden; /* what the golden run leaves is no leak */
	bool windows;	    /* find out whether a leak closes by itself */
	bool missed;	    /* when that was tried the site did not come */
	FILE *trace;	    /* tell every visit here, NULL: do not */
	bool gdb;	    /* stop at the point and start gdb(1) */
	/* Called before each run but the first that a trial takes, NULL: not.
	 * Returns 0, or -1 with *err set, when no more is wanted. */
	int (*again)(void *owner, struct err *err);
	void *owner;
};
void range_init(struct range *range, struct station *station,
		const struct golden *golden);
void range_free(struct range *range);

/*
 * Make the trial. Fills *trial (zero-initialised; trial_free()) with what was
 * planned and seen and with its verdict, windows included. Returns 0, also when
 * the verdict is broken; or -1 with *err set when nothing can be done here any
 * more (ECANCELED: told to stop).
 */
int trial_run(struct range *range, const struct planned *planned,
	      struct trial *trial, struct err *err);

#endif
