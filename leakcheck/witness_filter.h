/* SPDX-License-Identifier: MIT */
/* witness_filter.h - the seccomp program that reports the catalogue's calls. */
#ifndef LEAKCHECK_WITNESS_FILTER_H
#define LEAKCHECK_WITNESS_FILTER_H

#include <linux/filter.h>

#include "base/err.h"

/*
 * Make the program: SECCOMP_RET_USER_NOTIF for each call that a row of
 * model/syscalls.def holds for, SECCOMP_RET_ALLOW for all others. Of the
 * machine's other ABIs (i386, x32) only the rows that make FIFOs and sockets.
 * Free program->filter with free().
 */
int witness_filter_make(struct sock_fprog *program, struct err *err);

#endif
