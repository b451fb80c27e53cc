/* SPDX-License-Identifier: MIT */
/* debug.h - leave a stopped target to gdb(1) on the terminal. */
#ifndef HARNESS_DEBUG_H
#define HARNESS_DEBUG_H

#include <sys/types.h>

#include "base/err.h"
#include "leakcheck/tree.h"
#include "model/trial.h"

/*
 * Run gdb on the process @pid, which is stopped, at its thread @tid, until the
 * user leaves it; then kill what is left of the target. Which trial it is, and
 * how its fault can be made there, is shown first.
 * Returns 0, or -1 with *err set: there is no gdb.
 */
int debug_run(struct tree *tree, pid_t pid, pid_t tid,
	      const struct trial *trial, struct err *err);

#endif
