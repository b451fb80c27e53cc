/* SPDX-License-Identifier: MIT */
/*
 * apart.h - going on in a child, for two reasons.
 *
 * A process without children of others: what executes us may have children
 * already (bash: `exec leakcheck`, or `2> >(filter)`), which execve(2) keeps.
 * They are not the command's, but a wait for any child finds them.
 *
 * A process that SIGKILL does not find: on the host no namespace ends what is
 * left when we are killed. So two processes see to it, each to the other:
 *
 *   front    whom the user knows: passes signals on, returns the exit status.
 *     |      When the keeper is killed it inherits the command's processes
 *     v      (it is a subreaper, too) and ends them.
 *   keeper   does the work. When the front is killed it ends the command's
 *            processes and removes what they left, as at the end of any run.
 */
#ifndef LEAKCHECK_APART_H
#define LEAKCHECK_APART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Does the calling process have children? */
bool apart_is_needed(void);

/*
 * Fork. Returns 0 in the child, which goes on; it dies if the parent does. The
 * parent passes the @signals that it gets to the child, and returns 1 when
 * that has ended, with its exit status in *status. -1 with *err set.
 */
int apart_go(const int *signals, size_t count, int *status, struct err *err);

/*
 * Fork into front and keeper; the calling process must have no children.
 * Returns 0 in the keeper, with *front set: a socket, to be closed, that hangs
 * up when the front has died. Returns 1 in the front when the keeper has ended
 * and all its descendants, with the exit status to use in *status; if it was
 * killed *err says so. -1 with *err set when there is no second process.
 */
int apart_keep(const int *signals, size_t count, int *front, int *status,
	       struct err *err);

#endif
