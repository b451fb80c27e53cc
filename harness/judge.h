/* SPDX-License-Identifier: MIT */
/* judge.h - from what was seen of a trial to its verdict. Pure. */
#ifndef HARNESS_JUDGE_H
#define HARNESS_JUDGE_H

#include "harness/tally.h"
#include "model/trial.h"

/* What a run has shown, besides what is in struct trial already. */
struct evidence {
	bool reached;	  /* the site came */
	bool fired;	  /* and the fault was made */
	bool unavailable; /* it cannot be made in this program */
	bool hung;	  /* the deadline passed */
	bool broken;	  /* trouble of our own; trial->note says which */
	bool unsure;	  /* more may be left; trial->note says why */
	/*
	 * What releases were to remove that failed with the injected error: set
	 * by judge_key().
	 */
	const struct tally *spared; /* NULL: none */
	/*
	 * Leftovers of the golden run, accepted by --allow-leaky-baseline: as
	 * many of the same kind and place are no news.
	 */
	const struct leftover *baseline;
	size_t baseline_count;
};

/* Of an object, by its name as object_add_name() has it. */
uint64_t judge_key(const char *name);

/*
 * The verdict, in this order: broken, not-available, not-reached, hung,
 * orphaned, leaked, broken (unsure), unavoidable, clean. A window is found by
 * more runs: window.h. Says of each leftover whether it was expected.
 */
enum verdict judge(struct trial *trial, const struct evidence *evidence);

#endif
