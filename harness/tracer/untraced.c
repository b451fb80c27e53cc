/* SPDX-License-Identifier: MIT */
/* untraced.c - children that a tracer is not to be told of. */
#include "harness/tracer/untraced.h"

#include <errno.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "harness/tracer/arch.h"
#include "harness/tracer/registers.h"

const struct call_row untraced_rows[UNTRACED_ROWS] = {
	{.name = "clone",
	 .number = SYS_clone,
	 .mask = CLONE_UNTRACED,
	 .value = CLONE_UNTRACED},
	{.name = "clone3", .number = SYS_clone3},
};

/*
 * struct clone_args begins with 64 bits of flags: clone(2). PTRACE_POKEDATA
 * writes where the program itself may not: constants.
 */
static bool
change_in_memory(const struct tracee *tracee, bool hide)
{
	void *address = (void *)(uintptr_t)tracee->call.args[0];
	long flags;

	_Static_assert(sizeof(flags) == sizeof(uint64_t), "one word");
	errno = 0;
	flags = ptrace(PTRACE_PEEKDATA, tracee->tid, address, NULL);
	if (errno || !(flags & CLONE_UNTRACED) != !hide)
		return false;
	return ptrace(PTRACE_POKEDATA, tracee->tid, address,
		      flags ^ CLONE_UNTRACED) == 0;
}

static bool
hide_in_register(const struct tracee *tracee)
{
	const uint64_t flags = tracee->call.args[0];
	struct user_regs_struct registers;

	if (!(flags & CLONE_UNTRACED) ||
	    !registers_get(tracee->tid, &registers))
		return false;
	arch_set_argument(&registers, 0, flags & ~(uint64_t)CLONE_UNTRACED);
	return registers_set(tracee->tid, &registers);
}

static void
restore_register(const struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (!registers_get(tracee->tid, &registers))
		return;
	arch_restore_argument(&registers, tracee->call.args[0]);
	(void)registers_set(tracee->tid, &registers);
}

void
untraced_hide(struct tracee *tracee)
{
	if (tracee->call.number == SYS_clone)
		tracee->untraced = hide_in_register(tracee);
	else if (tracee->call.number == SYS_clone3)
		tracee->untraced = change_in_memory(tracee, true);
}

void
untraced_restore(struct tracee *tracee)
{
	if (!tracee->untraced)
		return;
	tracee->untraced = false;
	if (tracee->call.number == SYS_clone)
		restore_register(tracee);
	else
		(void)change_in_memory(tracee, false);
}

void
untraced_inherit(struct tracee *child, const struct tracee *tracee)
{
	child->call = tracee->call;
	child->untraced = tracee->untraced;
}
