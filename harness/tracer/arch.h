/* SPDX-License-Identifier: MIT */
/*
 * arch.h - the seam to the CPU. One file arch_<cpu>.c for each; nobody else
 * knows the name of a register.
 */
#ifndef HARNESS_TRACER_ARCH_H
#define HARNESS_TRACER_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "harness/tracer/tracer.h"

enum {
	ARCH_NO_CALL = -1,
	ARCH_CALL_BYTES = 4,	  /* enough to tell the call instruction */
	ARCH_DWARF_REGISTERS = 33 /* at most */
};

/* Is that a call of another ABI of this machine? @arch: AUDIT_ARCH_* */
bool arch_is_foreign(uint32_t arch, uint64_t number);

/*
 * Make a system call of our own, past libc: errno stays as it is. Returns the
 * result, or -errno.
 */
long arch_system_call(long number, const long arguments[CALL_ARGS]);

/* Do these ARCH_CALL_BYTES bytes start with the instruction of a call? */
bool arch_is_call(const unsigned char *code);

uint64_t arch_pc(const struct user_regs_struct *registers);
uint64_t arch_sp(const struct user_regs_struct *registers);
void arch_set_pc(struct user_regs_struct *registers, uint64_t address);

/* The result of the call that is under way, or one of its arguments. */
void arch_set_result(struct user_regs_struct *registers, int64_t result);
void arch_set_argument(struct user_regs_struct *registers, unsigned index,
		       uint64_t value);
/* When the call is done: what the program finds where the argument was. */
void arch_restore_argument(struct user_regs_struct *registers, uint64_t value);

/*
 * Say that @number, or ARCH_NO_CALL, is the call under way. Where that is no
 * part of the registers it takes effect at once.
 */
void arch_set_call(pid_t tid, struct user_regs_struct *registers, int number);

/* At the entry or the end of @call: back to before its instruction. */
void arch_rewind(struct user_regs_struct *registers, const struct call *call);

/*
 * At a signal: if what it has interrupted is a call that returns -EINTR, back
 * to before its instruction. @last is the last call that was seen, NULL when a
 * signal was delivered since: what looks like that end may be from before it.
 */
bool arch_rewind_interrupted(struct user_regs_struct *registers,
			     const struct call *last);

/*
 * Continue with the function at @address as if it had been called with
 * @argument, on a stack that is aligned as the ABI has it and leaves alone what
 * is in use. Returns how many zero bytes are to be written at the new stack
 * pointer: the return address.
 */
size_t arch_jump(struct user_regs_struct *registers, uint64_t address,
		 uint64_t argument);

/*
 * The registers as DWARF counts them, with the return address if it is one of
 * them. Returns how many.
 */
size_t arch_number(const struct user_regs_struct *registers,
		   uint64_t numbered[ARCH_DWARF_REGISTERS]);

#endif
