/* SPDX-License-Identifier: MIT */
/* arch_aarch64.c - registers and calls of aarch64. */
#ifdef __aarch64__
#include "harness/tracer/arch.h"

#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

enum {
	CALL_BYTES = 4,
	STACK_ALIGN = 16,
	NUMBER_REGISTER = 8,
	LINK_REGISTER = 30,
	STACK_POINTER = 31, /* as DWARF counts */
};
#define SVC	 0xd4000001u
#define SVC_MASK 0xffe0001fu

bool
arch_is_foreign(uint32_t arch, uint64_t number)
{
	(void)number;
	return arch != AUDIT_ARCH_AARCH64;
}

long
arch_system_call(long number, const long arguments[CALL_ARGS])
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = arguments[0];
	register long x1 __asm__("x1") = arguments[1];
	register long x2 __asm__("x2") = arguments[2];
	register long x3 __asm__("x3") = arguments[3];
	register long x4 __asm__("x4") = arguments[4];
	register long x5 __asm__("x5") = arguments[5];

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

bool
arch_is_call(const unsigned char *code)
{
	uint32_t instruction;

	memcpy(&instruction, code, sizeof(instruction));
	return (instruction & SVC_MASK) == SVC;
}

uint64_t
arch_pc(const struct user_regs_struct *registers)
{
	return registers->pc;
}

uint64_t
arch_sp(const struct user_regs_struct *registers)
{
	return registers->sp;
}

void
arch_set_pc(struct user_regs_struct *registers, uint64_t address)
{
	registers->pc = address;
}

void
arch_set_result(struct user_regs_struct *registers, int64_t result)
{
	registers->regs[0] = (uint64_t)result;
}

void
arch_set_argument(struct user_regs_struct *registers, unsigned index,
		  uint64_t value)
{
	registers->regs[index] = value;
}

/* The result is there. */
void
arch_restore_argument(struct user_regs_struct *registers, uint64_t value)
{
	(void)registers;
	(void)value;
}

/* ESRCH comes when it was killed: nothing to be done. */
void
arch_set_call(pid_t tid, struct user_regs_struct *registers, int number)
{
	struct iovec part = {&number, sizeof(number)};

	(void)registers;
	(void)ptrace(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, &part);
}

void
arch_rewind(struct user_regs_struct *registers, const struct call *call)
{
	registers->pc = call->pc - CALL_BYTES;
	registers->regs[0] = call->args[0];
	registers->regs[NUMBER_REGISTER] = (uint64_t)call->number;
}

/*
 * The result has taken the place of the first argument, which the kernel keeps
 * to itself: only a call that was seen can be made again.
 */
bool
arch_rewind_interrupted(struct user_regs_struct *registers,
			const struct call *last)
{
	if (!last || (int64_t)registers->regs[0] != -EINTR ||
	    registers->pc != last->pc ||
	    registers->regs[NUMBER_REGISTER] != (uint64_t)last->number)
		return false;
	arch_rewind(registers, last);
	return true;
}

size_t
arch_jump(struct user_regs_struct *registers, uint64_t address,
	  uint64_t argument)
{
	registers->sp -= registers->sp % STACK_ALIGN;
	registers->pc = address;
	registers->regs[0] = argument;
	registers->regs[LINK_REGISTER] = 0;
	return 0;
}

size_t
arch_number(const struct user_regs_struct *r,
	    uint64_t numbered[ARCH_DWARF_REGISTERS])
{
	memcpy(numbered, r->regs, sizeof(r->regs));
	numbered[STACK_POINTER] = r->sp;
	return STACK_POINTER + 1;
}
#else
typedef int arch_aarch64_is_not_this; /* ISO C wants something here */
#endif
