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

	/* Of a thread that runs 32-bit code there are others, and fewer. */
	return ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &all) == 0 &&
	       all.iov_len == sizeof(*registers);
}

bool
registers_set(pid_t tid, struct user_regs_struct *registers)
{
	struct iovec all = {registers, sizeof(*registers)};

	return ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &all) == 0;
}
