/* SPDX-License-Identifier: MIT */
/* registers.c - reading and writing the registers of a stopped thread. */
#include "harness/tracer/registers.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

bool
registers_get(pid_t tid, struct user_regs_struct *registers)
{
	struct iovec all = {registers, sizeof(*registers)};

	return ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &all) == 0;
}

bool
registers_set(pid_t tid, struct user_regs_struct *registers)
{
	struct iovec all = {registers, sizeof(*registers)};

	return ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &all) == 0;
}
