/* SPDX-License-Identifier: MIT */
/* witness_filter.h - the seccomp program that reports the catalogue's calls. */
#ifndef LEAKCHECK_WITNESS_FILTER_H
#define LEAKCHECK_WITNESS_FILTER_H

#include <linux/filter.h>
#include <stdint.h>

/* AUDIT_ARCH_... of the ABI that call_rows has the numbers of. */
extern const uint32_t witness_filter_arch;

/*
 * Make the program: SECCOMP_RET_USER_NOTIF for each call that a row of
 * model/syscalls.def holds for which makes or renames something,
 * SECCOMP_RET_ALLOW for all others. Of the machine's other ABIs (i386, x32)
 * only the rows that make FIFOs and sockets. Free program->filter with free().
 */
void witness_filter_make(struct sock_fprog *program);

#endif
