/* SPDX-License-Identifier: MIT */
/* crash.c - SIGSEGV as it comes in reality. */
#include "harness/tracer/crash.h"

#include "harness/tracer/arch.h"
#include "harness/tracer/registers.h"
#include "harness/tracer/signals.h"
#include "harness/tracer/tracee.h"

/* Nothing is mapped there: proc(5), vm.mmap_min_addr. */
enum { NULL_ADDRESS = 0 };

void
crash_start(struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (!registers_get(tracee->tid, &registers))
		return;
	arch_set_call(tracee->tid, &registers, ARCH_NO_CALL);
	arch_set_pc(&registers, NULL_ADDRESS);
	if (registers_set(tracee->tid, &registers))
		tracee->crashes = 1;
}

bool
crash_comes_back(struct tracee *tracee, const siginfo_t *info)
{
	if (tracee->crashes == 0 || info->si_signo != SIGSEGV ||
	    tracee_pc(tracee) != NULL_ADDRESS || tracee->crashes++ != 2)
		return false;
	signals_block(tracee, SIGSEGV);
	return true;
}
