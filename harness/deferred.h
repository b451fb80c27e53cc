/* SPDX-License-Identifier: MIT */
/*
 * deferred.h - trials that are made once more, alone. Runs at one time may be
 * in each other's way, in what no sandbox has of its own: a port, a lock file.
 * Who loses does not come to its site, or waits for one that hangs.
 */
#ifndef HARNESS_DEFERRED_H
#define HARNESS_DEFERRED_H

#include <jansson.h>

#include "harness/plan.h"
#include "harness/tally.h"

struct deferred_trial {
	size_t number; /* as of warden_give() */
	enum verdict verdict;
	uint64_t key; /* of those that hang alike, 0: it did not hang */
	json_t *told; /* what came of it, then */
};

struct deferred {
	struct deferred_trial *items;
	size_t count, room;
	size_t next;	     /* to be made */
	struct tally proofs; /* by key: how many hang alone, too */
};

/* Say nothing of the trial yet, by which @planned was made. */
void deferred_add(struct deferred *deferred, size_t number,
		  const struct planned *planned, const char *operation,
		  const struct trial *trial);

/* The next one, NULL: there is none. */
const struct deferred_trial *deferred_take(struct deferred *deferred);
/*
 * Is it to be believed as it is? Each that hangs takes all the time there is,
 * so of those with the same fault at the same operation a few are enough.
 */
bool deferred_is_proven(const struct deferred *deferred,
			const struct deferred_trial *item);
/*
 * The one that was taken last has been made alone. Returns whether something
 * else came of it.
 */
bool deferred_compare(struct deferred *deferred, const struct trial *trial);

void deferred_free(struct deferred *deferred);

#endif
