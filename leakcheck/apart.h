/* SPDX-License-Identifier: MIT */
/*
 * apart.h - a process without children of others. What executes us may have
 * children already (bash: `exec leakcheck`, or `2> >(filter)`), which execve(2)
 * keeps. They are not the command's, but a wait for any child finds them.
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

#endif
