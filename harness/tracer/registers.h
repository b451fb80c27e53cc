/* SPDX-License-Identifier: MIT */
/* registers.h - reading and writing the registers of a stopped thread. */
#ifndef HARNESS_TRACER_REGISTERS_H
#define HARNESS_TRACER_REGISTERS_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/user.h>

/*
 * Each returns false when the thread is stopped no more: somebody has killed
 * it. registers_get() also when it runs code of another ABI (32-bit), which has
 * other registers. ptrace(2), PTRACE_GETREGSET.
 */
bool registers_get(pid_t tid, struct user_regs_struct *registers);
bool registers_set(pid_t tid, struct user_regs_struct *registers);

#endif
