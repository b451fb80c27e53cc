/* SPDX-License-Identifier: MIT */
/* origin.h - where and when a snapshot is taken. */
#ifndef LEAKCHECK_ORIGIN_H
#define LEAKCHECK_ORIGIN_H

#include "leakcheck/snapshot.h"

/*
 * Inode of the IPC namespace that all processes start in, fixed by the kernel:
 * PROC_IPC_INIT_INO in include/linux/proc_ns.h, since Linux 3.8.
 */
#define ORIGIN_FIRST_IPC_NS UINT64_C(0xEFFFFFFF)

/* Of this process, now. What cannot be told is left empty. */
void origin_take(struct snapshot_origin *origin);

#endif
