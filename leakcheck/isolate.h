/* SPDX-License-Identifier: MIT */
/*
 * isolate.h - a sandbox for the calling process itself, which goes on as the
 * user that it was: what a user namespace gives is handed back.
 */
#ifndef LEAKCHECK_ISOLATE_H
#define LEAKCHECK_ISOLATE_H

#include "base/err.h"

/*
 * sandbox_enter(SANDBOX_OBJECTS), and then exactly the privileges of before:
 * capability sets, bounding set, securebits. The process must have one thread.
 * *mqueue_dir becomes a directory of the namespace's message queues, which can
 * not be had later without privileges, or -1 when the kernel has none. Returns
 * 0, or -1 with *err set; the process may then be in some of the namespaces and
 * with too many privileges.
 */
int isolate_process(int *mqueue_dir, struct err *err);

/* Would that succeed? Tries it in a child. Returns 0, or -1 with *err set. */
int isolate_probe(struct err *err);

/* How many threads this process has, 1 when that cannot be told. */
unsigned isolate_threads(void);

#endif
