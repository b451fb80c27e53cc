/* SPDX-License-Identifier: MIT */
/*
 * own_proc.h - a /proc in which our own pid numbers hold.
 *
 * After `unshare --pid` without --mount-proc, and with a sandbox's maker, /proc
 * is that of another pid namespace, and what it tells of a number is another
 * process's.
 */
#ifndef LEAKCHECK_OWN_PROC_H
#define LEAKCHECK_OWN_PROC_H

#include <stdbool.h>

#include "base/err.h"

/* Are the numbers in the /proc that is open as @dir ours? */
bool own_proc_is(int dir);

/*
 * Open one: what is mounted on /proc, or else a private mount, which takes
 * CAP_SYS_ADMIN. Returns -1 with *err set when neither is to be had.
 */
int own_proc_open(struct err *err);

#endif
