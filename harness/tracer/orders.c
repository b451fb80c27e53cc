/* SPDX-License-Identifier: MIT */
/*
 * orders.c - what the hooks may have a stopped tracee do. The kernel skips a
 * call whose number is made -1 at its seccomp-stop and goes back to the program
 * with the registers as they are then: seccomp(2), SECCOMP_RET_TRACE.
 */
#include <assert.h>
#include <sys/uio.h>

#include "harness/tracer/arch.h"
#include "harness/tracer/orders.h"
#include "harness/tracer/registers.h"
#include "harness/tracer/signals.h"
#include "harness/tracer/tracee.h"

void
tracee_watch(struct tracee *tracee)
{
	assert(tracee->moment == AT_ENTER);
	tracee->watched = true;
}

void
tracee_fail(struct tracee *tracee, int64_t result)
{
	struct user_regs_struct registers;

	tracee_watch(tracee);
	tracee->ordered = true;
	if (!registers_get(tracee->tid, &registers))
		return;
	arch_set_call(tracee->tid, &registers, ARCH_NO_CALL);
	arch_set_result(&registers, result);
	(void)registers_set(tracee->tid, &registers);
}

void
tracee_replace(struct tracee *tracee, int number, uint64_t argument)
{
	struct user_regs_struct registers;

	assert(tracee->moment == AT_ENTER);
	tracee->ordered = true;
	if (!registers_get(tracee->tid, &registers))
		return;
	arch_set_call(tracee->tid, &registers, number);
	arch_set_argument(&registers, 0, argument);
	(void)registers_set(tracee->tid, &registers);
}

/* On some machines the first argument is where the result will be. */
void
tracee_amend(struct tracee *tracee, unsigned index, uint64_t value,
	     int64_t retry)
{
	struct user_regs_struct registers;

	assert(index > 0 && index < CALL_ARGS);
	tracee_watch(tracee);
	if (!registers_get(tracee->tid, &registers))
		return;
	arch_set_argument(&registers, index, value);
	if (!registers_set(tracee->tid, &registers))
		return;
	tracee->amended = index;
	tracee->retry = retry;
}

bool
orders_settle(struct tracee *tracee, int64_t result)
{
	const unsigned index = tracee->amended;
	const bool again = index && result == tracee->retry;
	struct user_regs_struct registers;

	tracee->amended = 0;
	if (!index || !registers_get(tracee->tid, &registers))
		return false;
	arch_set_argument(&registers, index, tracee->call.args[index]);
	if (again)
		arch_rewind(&registers, &tracee->call);
	return registers_set(tracee->tid, &registers) && again;
}

bool
orders_undo(struct tracee *tracee)
{
	struct user_regs_struct registers;

	assert(tracee->moment == AT_ENTER);
	tracee->ordered = true;
	if (!registers_get(tracee->tid, &registers))
		return false;
	arch_set_call(tracee->tid, &registers, ARCH_NO_CALL);
	arch_rewind(&registers, &tracee->call);
	return registers_set(tracee->tid, &registers);
}

void
tracee_undo_and_signal(struct tracee *tracee, int signal)
{
	if (orders_undo(tracee))
		signals_raise(tracee, signal);
}

static void
write_zeros(const struct tracee *tracee, uint64_t address, size_t length)
{
	static const char zeros[sizeof(uint64_t)];
	struct iovec local = {(void *)zeros, length};
	struct iovec remote = {(void *)(uintptr_t)address, length};

	assert(length <= sizeof(zeros));
	(void)process_vm_writev(tracee->tid, &local, 1, &remote, 1, 0);
}

static void
call_function(struct tracee *tracee, uint64_t address, uint64_t argument)
{
	struct user_regs_struct registers;
	size_t pushed;

	tracee->ordered = true;
	if (!registers_get(tracee->tid, &registers))
		return;
	arch_set_call(tracee->tid, &registers, ARCH_NO_CALL);
	pushed = arch_jump(&registers, address, argument);
	write_zeros(tracee, arch_sp(&registers), pushed);
	(void)registers_set(tracee->tid, &registers);
}

void
tracee_undo_and_call(struct tracee *tracee, uint64_t address, uint64_t argument)
{
	assert(tracee->moment == AT_ENTER);
	call_function(tracee, address, argument);
}

void
tracee_call(struct tracee *tracee, uint64_t address, uint64_t argument)
{
	assert(tracee->moment == AT_LEAVE);
	call_function(tracee, address, argument);
}

void
tracee_signal(struct tracee *tracee, int signal)
{
	assert(tracee->moment == AT_LEAVE);
	signals_raise(tracee, signal);
}

void
tracee_step(struct tracee *tracee, unsigned instructions)
{
	assert(tracee->moment == AT_LEAVE);
	tracee->stepping = true;
	tracee->steps_left = instructions;
}
