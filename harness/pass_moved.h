/* SPDX-License-Identifier: MIT */
/*
 * pass_moved.h - the part of a pass that is about directories which the target
 * renames: what it has made in them has another path then, and no call of the
 * catalogue has named it.
 */
#ifndef HARNESS_PASS_MOVED_H
#define HARNESS_PASS_MOVED_H

#include "harness/pass.h"

/*
 * Does the call rename a directory in which something of the target is? Sets
 * visit->moved, and the trail has the new names, too. The call may be no visit.
 */
void pass_moved_foresee(struct pass *pass, struct visit *visit);
bool pass_moved_is_due(const struct visit *visit);
/* The call has returned @result. */
void pass_moved_end(struct pass *pass, struct visit *visit, int64_t result);
/* Its thread is dead, and may have been killed in the middle of it. */
void pass_moved_lose(struct pass *pass, struct visit *visit);

#endif
