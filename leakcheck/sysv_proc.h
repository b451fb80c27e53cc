/* SPDX-License-Identifier: MIT */
/* sysv_proc.h - System V objects as /proc/sysvipc lists them. */
#ifndef LEAKCHECK_SYSV_PROC_H
#define LEAKCHECK_SYSV_PROC_H

#include "base/err.h"
#include "model/object.h"

/* What else is in a mode is the kernel's: shmctl(2), SHM_DEST. */
enum { SYSV_PERMISSION_BITS = 0777 };

/*
 * Append all objects of the System V kind @kind in the caller's IPC namespace,
 * but for semaphore values. Returns 0, or -1 with *err set; @list may then have
 * some of them.
 */
int sysv_proc_read(enum kind kind, struct object_list *list, struct err *err);

/*
 * The part of it that does no I/O. @our_pids: the pids in @text are those of
 * the caller's pid namespace; else they say nothing.
 */
int sysv_proc_parse(enum kind kind, const char *text, bool our_pids,
		    struct object_list *list, struct err *err);

#endif
