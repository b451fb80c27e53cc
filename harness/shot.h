/* SPDX-License-Identifier: MIT */
/*
 * shot.h - one pass with a fault at one point: finds the point, makes the fault
 * with the tracer's orders, notes what the program does about it.
 */
#ifndef HARNESS_SHOT_H
#define HARNESS_SHOT_H

#include "harness/judge.h"
#include "harness/trial_run.h"

struct shot {
	struct range *range;
	const struct planned *planned;
	const struct site_state *site;
	/* A signal at `return` is sent so many instructions later, 0: at once.
	 */
	unsigned steps;

	/* What came of it. */
	struct trial *trial;
	struct evidence evidence;
	long threads;	     /* of the process at `return`, 0: not known */
	unsigned steps_left; /* could not be made: a call or death came first */
	struct frame stopped; /* where the steps have led */

	/* While it runs. */
	struct pass pass;
	const char **creators; /* by visit: id of the site, NULL: no maker */
	size_t creator_room;
	int target; /* number of the visit at whose return it is to happen */
	struct tally spared; /* by releases that failed by the fault */
	int *attempt_visits; /* visit numbers of trial->attempts */
	size_t attempt_room;
};

/*
 * Run it. Fills trial and evidence. Returns 0, or -1 with *err set as
 * station_run() does.
 */
int shot_run(struct shot *shot, struct err *err);
void shot_free(struct shot *shot); /* not the trial */

#endif
