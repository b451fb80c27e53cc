/* SPDX-License-Identifier: MIT */
/*
 * start.c - how a target comes to life.
 *
 *   tracer                        child, in our memory: launch.c
 *   ------                        -----
 *   clone                         becomes what the target is to be:
 *                                 descriptors, signals; waits for a byte
 *   PTRACE_SEIZE, a byte          the filter; execve(2)
 *   serves its stops              on failure: notes why, and exits
 *   it executes, or is dead
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/child.h"
#include "harness/tracer/launch.h"
#include "harness/tracer/refusal.h"
#include "harness/tracer/state.h"

#define OPTIONS                                                           \
	(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | \
	 PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | \
	 PTRACE_O_TRACESECCOMP)

/* Serve until it executes or is dead. Returns whether it executes. */
static bool
await_exec(struct tracer *tracer)
{
	while (!tracer->main_dead) {
		const struct tracee *first;
		int status;
		pid_t tid = child_wait(tracer->main, &status, 0);

		if (tid < 0)
			break;
		stops_serve(tracer, tid, status);
		first = tracees_find(&tracer->tracees, tracer->main);
		if (first && first->process->executed)
			return true;
	}
	return false;
}

static enum tracer_start
explain_failure(const struct launch *launch, struct err *err)
{
	const int code = launch->failure.code;

	switch (launch->failure.stage) {
	case LAUNCH_EXECUTE:
		err_set(err, code, "cannot run %s", launch->settings->argv[0]);
		return TRACER_NOT_EXECUTED;
	case LAUNCH_FILTER:
		refusal_of_filter(code, err);
		return TRACER_REFUSED;
	case LAUNCH_INPUT:
		err_set(err, code, "passing 0, 1 and 2 to the target");
		return TRACER_FAILED;
	case LAUNCH_NONE:
		break;
	}
	err_set(err, 0, "the target was killed before it began");
	return TRACER_FAILED;
}

static bool
is_dead(pid_t pid)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
		       0 &&
	       info.si_pid == pid;
}

static enum tracer_start
seize(struct tracer *tracer, const struct launch *launch, struct err *err)
{
	struct tracee *first;

	if (ptrace(PTRACE_SEIZE, tracer->main, 0, (long)OPTIONS)) {
		const int code = errno;

		if (is_dead(tracer->main))
			return explain_failure(launch, err);
		refusal_of_ptrace(code, tracer->proc_dir, err);
		return TRACER_REFUSED;
	}
	first = tracees_add(&tracer->tracees, tracer->main);
	first->proc_dir = tracer->proc_dir;
	first->life = TRACEE_RUNNING;
	tracee_be_first(first);
	launch_go(launch);
	return TRACER_RUNS;
}

/* Nothing of it is left then. */
static void
give_up(struct tracer *tracer)
{
	(void)kill(tracer->main, SIGKILL);
	while (!tracer->main_dead) {
		int status;
		pid_t tid = child_wait(tracer->main, &status, 0);

		if (tid < 0)
			break;
		if (WIFSTOPPED(status))
			continue;
		tracer->main_dead = true;
		stops_serve(tracer, tid, status);
	}
}

enum tracer_start
tracer_start(struct tracer *tracer, const struct tracer_settings *settings,
	     struct err *err)
{
	enum tracer_start result;
	struct launch launch;

	if (launch_prepare(&launch, settings, err))
		return TRACER_FAILED;
	tracer->proc_dir = settings->proc_dir;
	tracer->filter = settings->filter;
	tracer->without_seccomp = settings->detachable && settings->filter;
	tracer->main = launch_child(&launch);
	if (tracer->main < 0) {
		err_set(err, errno, "starting the target's process");
		launch_release(&launch);
		return TRACER_FAILED;
	}
	result = seize(tracer, &launch, err);
	if (result == TRACER_RUNS && !await_exec(tracer))
		result = explain_failure(&launch, err);
	if (result != TRACER_RUNS)
		give_up(tracer);
	launch_release(&launch);
	return result;
}
