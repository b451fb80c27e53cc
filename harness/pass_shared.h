/* SPDX-License-Identifier: MIT */
/*
 * pass_shared.h - the part of a pass that is about objects where others make
 * some, too: without a sandbox, and in the directories of the host. There a
 * name or number says little. So what a call makes is looked at as soon as it
 * is made, and is on the trail from before that.
 */
#ifndef HARNESS_PASS_SHARED_H
#define HARNESS_PASS_SHARED_H

#include "harness/pass.h"

/* Does the call make something there? */
bool
pass_shared_makes(const struct pass *pass, const struct sighting *sighting);

/*
 * Does the call remove an object that the target has not made? Sets
 * visit->takes. The sighting may be of a call that is otherwise no visit.
 */
void pass_shared_foresee(const struct pass *pass, struct visit *visit);
/* It has. */
void pass_shared_take(struct pass *pass, struct visit *visit);

/* The call is about to be made. */
void pass_shared_begin(struct pass *pass, const struct tracee *tracee,
		       struct visit *visit);
/* It goes on, and its end is to be seen. */
void pass_shared_watch(const struct pass *pass, struct tracee *tracee,
		       struct visit *visit);
/* It is not made, or is begun anew: its place in the trail goes. */
void pass_shared_undo(struct pass *pass, struct visit *visit);
/*
 * It has returned, its thread stands there: look at what it has made, have the
 * ledger note that, and the trail.
 */
void pass_shared_end(struct pass *pass, const struct tracee *tracee,
		     struct visit *visit, int64_t result);
/* Its thread is dead. It may have been killed in the middle of it. */
void pass_shared_lose(struct pass *pass, const struct tracee *tracee,
		      struct visit *visit);

#endif
