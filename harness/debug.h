/* SPDX-License-Identifier: MIT */
/* debug.h - leave a stopped target to gdb(1) on the terminal. */
#ifndef HARNESS_DEBUG_H
#define HARNESS_DEBUG_H

#include <sys/types.h>

#include "base/err.h"
#include "leakcheck/tree.h"

/*
 * Run gdb on the process @pid, which is stopped and a child of ours, until the
 * user leaves it; then kill what is left of the target. @hint is shown first.
 * Returns 0, or -1 with *err set: there is no gdb.
 */
int debug_run(struct tree *tree, pid_t pid, const char *hint, struct err *err);

#endif
