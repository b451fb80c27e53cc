/* SPDX-License-Identifier: MIT */
/* arch_x86_64.c - registers and calls of x86-64. */
#ifdef __x86_64__
#include "harness/tracer/arch.h"

#include <errno.h>
#include <linux/audit.h>

#include "base/attr.h"

enum {
	CALL_BYTES = 2,
	RED_ZONE_BYTES = 128, /* below the stack pointer, in use: its ABI */
	STACK_ALIGN = 16,
};
/* Calls of x32 have this bit: asm/unistd.h */
#define X32_BIT 0x40000000u

bool
arch_is_foreign(uint32_t arch, uint64_t number)
{
	return arch != AUDIT_ARCH_X86_64 || (number & X32_BIT);
}

long
arch_system_call(long number, const long arguments[CALL_ARGS])
{
	register long r10 __asm__("r10") = arguments[3];
	register long r8 __asm__("r8") = arguments[4];
	register long r9 __asm__("r9") = arguments[5];
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(arguments[0]), "S"(arguments[1]),
			   "d"(arguments[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* syscall, sysenter, int 0x80 */
bool
arch_is_call(const unsigned char *code)
{
	return (code[0] == 0x0f && (code[1] == 0x05 || code[1] == 0x34)) ||
	       (code[0] == 0xcd && code[1] == 0x80);
}

uint64_t
arch_pc(const struct user_regs_struct *registers)
{
	return registers->rip;
}

uint64_t
arch_sp(const struct user_regs_struct *registers)
{
	return registers->rsp;
}

void
arch_set_pc(struct user_regs_struct *registers, uint64_t address)
{
	registers->rip = address;
}

void
arch_set_result(struct user_regs_struct *registers, int64_t result)
{
	registers->rax = (uint64_t)result;
}

void
arch_set_argument(struct user_regs_struct *registers, unsigned index,
		  uint64_t value)
{
	unsigned long long *const arguments[CALL_ARGS] = {
		&registers->rdi, &registers->rsi, &registers->rdx,
		&registers->r10, &registers->r8,  &registers->r9};

	*arguments[index] = value;
}

void
arch_restore_argument(struct user_regs_struct *registers, uint64_t value)
{
	registers->rdi = value;
}

void
arch_set_call(pid_t tid, struct user_regs_struct *registers, int number)
{
	(void)tid;
	registers->orig_rax = (uint64_t)(int64_t)number;
}

void
arch_rewind(struct user_regs_struct *registers, const struct call *call)
{
	registers->rip = call->pc - CALL_BYTES;
	registers->rax = (uint64_t)call->number;
}

/* Away from calls the kernel has -1 in orig_rax. */
bool
arch_rewind_interrupted(struct user_regs_struct *registers,
			const struct call *last)
{
	(void)last;
	if ((int64_t)registers->orig_rax < 0 ||
	    (int64_t)registers->rax != -EINTR)
		return false;
	registers->rip -= CALL_BYTES;
	registers->rax = registers->orig_rax;
	return true;
}

size_t
arch_jump(struct user_regs_struct *registers, uint64_t address,
	  uint64_t argument)
{
	uint64_t top = registers->rsp - RED_ZONE_BYTES;

	top -= top % STACK_ALIGN;
	registers->rsp = top - sizeof(uint64_t);
	registers->rip = address;
	registers->rdi = argument;
	registers->rax = 0; /* no vector registers, for variadic functions */
	return sizeof(uint64_t);
}

size_t
arch_number(const struct user_regs_struct *r,
	    uint64_t numbered[ARCH_DWARF_REGISTERS])
{
	const uint64_t values[] = {r->rax, r->rdx, r->rcx, r->rbx, r->rsi,
				   r->rdi, r->rbp, r->rsp, r->r8,  r->r9,
				   r->r10, r->r11, r->r12, r->r13, r->r14,
				   r->r15, r->rip};

	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		numbered[i] = values[i];
	return ARRAY_LEN(values);
}
#else
typedef int arch_x86_64_is_not_this; /* ISO C wants something here */
#endif
