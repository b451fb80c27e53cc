/* SPDX-License-Identifier: MIT */
/*
 * guard.h - what a process leaves behind, without a sandbox for its processes
 * and without a witness: for test frameworks, which have a process and no
 * command.
 *
 *	guard_begin -> [guard_fork] -> guard_finish
 */
#ifndef LEAKCHECK_GUARD_H
#define LEAKCHECK_GUARD_H

#include <stdbool.h>
#include <sys/types.h>

#include "leakcheck/collect.h"

struct guard_settings {
	struct collect_settings collect;
	bool isolated; /* in namespaces of our own, see isolate.h */
};

struct guard {
	const struct guard_settings *settings; /* outlive it */
	struct snapshot *before;
	pid_t child;	  /* 0: the calling process is what is looked at */
	bool began_alone; /* it had no child and no other thread then */
};

struct guard_leak {
	const struct object *object; /* of the snapshot after */
	bool certain; /* false: its maker is not known, its owner is our user */
};

/* Zero-initialise, free with guard_result_free(). */
struct guard_result {
	struct snapshot *after;
	struct guard_leak *leaks; /* in object_compare() order */
	size_t count;
};

int guard_begin(struct guard *guard, const struct guard_settings *settings,
		struct err *err);
void guard_free(struct guard *guard); /* may run twice */

/*
 * fork(2). The child is what is looked at. The calling process must have no
 * other children; it blocks all signals and becomes the reaper of the child's
 * orphans. Returns the child's pid, 0 in the child, -1 with *err set.
 */
pid_t guard_fork(struct guard *guard, struct err *err);

/*
 * Wait for the child, if there is one, and store its status; then wait for as
 * long as somebody may still clean up or make something, but not for long, and
 * tell what is left.
 */
int guard_finish(struct guard *guard, int *status, struct guard_result *result,
		 struct err *err);
void guard_result_free(struct guard_result *result);

#endif
