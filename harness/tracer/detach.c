/* SPDX-License-Identifier: MIT */
/*
 * detach.c - letting go of tracees without letting them run. SIGSTOP pends for
 * each process before its threads are let go: the kernel stops them on their
 * way back to the program.
 */
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/child.h"
#include "harness/tracer/orders.h"
#include "harness/tracer/state.h"

/* A thread that runs must stop for us first: ptrace(2), PTRACE_DETACH. */
static void
halt(struct tracee *tracee, void *argument)
{
	(void)kill(tracee->tid, SIGSTOP);
	if (tracee != argument)
		(void)ptrace(PTRACE_INTERRUPT, tracee->tid, 0, 0);
}

static void
let_go(struct tracer *tracer, struct tracee *tracee, int signal)
{
	(void)ptrace(PTRACE_DETACH, tracee->tid, 0, (long)signal);
	if (tracee->life == TRACEE_EARLY)
		tracer->tracees.early--;
	tracees_remove(&tracer->tracees, tracee);
}

static void
let_go_stopped(struct tracer *tracer, pid_t tid, int status)
{
	struct tracee *tracee = tracees_find(&tracer->tracees, tid);
	const int number = WSTOPSIG(status);
	const bool is_signal =
		status >> EVENT_SHIFT == 0 && number != (SIGTRAP | 0x80);

	if (!tracee) {
		(void)kill(tid, SIGSTOP);
		(void)ptrace(PTRACE_DETACH, tid, 0, 0);
	} else if (WIFSTOPPED(status)) {
		let_go(tracer, tracee, is_signal ? number : 0);
	} else {
		tracees_remove(&tracer->tracees, tracee);
	}
}

void
tracer_detach_stopped(struct tracer *tracer, struct tracee *tracee)
{
	if (tracee->moment == AT_ENTER)
		(void)orders_undo(tracee);
	tracees_each(&tracer->tracees, halt, tracee);
	/* It is still in the hands of who called the hook. */
	(void)ptrace(PTRACE_DETACH, tracee->tid, 0, 0);
	tracer->detached = true;
	while (tracer->tracees.count > 1) {
		int status;
		pid_t tid = child_wait(-1, &status, 0);

		if (tid < 0)
			break;
		let_go_stopped(tracer, tid, status);
	}
}
