/* SPDX-License-Identifier: MIT */
/* witness_call.c - a call that was let go. */
#include "leakcheck/witness_call.h"

#include "base/clock.h"

/* On a busy machine the caller may wait for its turn, or we for ours. */
enum { WAIT_MS = 20, MOMENT_NS = 1000 * 1000 * 1000 };

void
witness_call_start(struct witness_call *call)
{
	call->clear_ns = clock_now_ns();
	call->deadline_ns = clock_deadline_ns(WAIT_MS);
	call->over = false;
}

void
witness_call_ask(struct witness_call *call, pid_t tid)
{
	call->asked_ns = clock_now_ns();
	call->over |= call->caller.tid == tid ||
		      caller_has_left(&call->caller, call->number);
}

bool
witness_call_is_certain(const struct witness_call *call)
{
	return clock_now_ns() - call->clear_ns < MOMENT_NS;
}

int64_t
witness_call_wait(struct witness_call *call)
{
	call->clear_ns = call->over ? 0 : call->asked_ns;
	return call->over ? 0 : call->deadline_ns;
}
