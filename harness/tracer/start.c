/* SPDX-License-Identifier: MIT */
/*
 * start.c - how a target comes to life.
 *
 *   tracer                        child
 *   ------                        -----
 *   fork                          waits for a byte
 *   PTRACE_SEIZE, a byte          becomes what the target is to be: signals,
 *   serves its stops              descriptors, the filter; execvp(3)
 *   it executes, or is dead       on failure: says why, and exits
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "harness/tracer/filter.h"
#include "harness/tracer/refusal.h"
#include "harness/tracer/state.h"

#define OPTIONS                                                           \
	(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | \
	 PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | \
	 PTRACE_O_TRACESECCOMP)

enum { FIRST_FREE_FD = 3 };

/* What the child could not do: a datagram. */
enum stage { STAGE_NONE, STAGE_INPUT, STAGE_FILTER, STAGE_EXECUTE };
struct failure {
	enum stage stage;
	int code;
};

static void NORETURN
fail(int channel, enum stage stage, int code)
{
	const struct failure failure = {stage, code};

	(void)send(channel, &failure, sizeof(failure), MSG_NOSIGNAL);
	_exit(1);
}

/* What exec does not reset: what is ignored, and the mask. */
static void
reset_signals(void)
{
	const struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		(void)sigaction(i, &plain, NULL); /* SIGKILL: EINVAL */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Out of the way first: one may have the number that another is to get. */
static int
place_descriptors(const struct tracer_settings *settings)
{
	int fds[FIRST_FREE_FD] = {settings->input, settings->output,
				  settings->error};

	for (int i = 0; i < FIRST_FREE_FD; i++) {
		fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
		if (fds[i] < 0)
			return errno;
	}
	for (int i = 0; i < FIRST_FREE_FD; i++)
		if (dup2(fds[i], i) < 0)
			return errno;
	return 0;
}

/*
 * LeakSanitizer traces the threads of its own process and aborts when it may
 * not. Behind what the user has: the last setting counts.
 */
static void
switch_leak_check_off(const char *variable)
{
	const char *given = getenv(variable);
	CLEANUP_FREE char *options =
		mem_printf("%s:detect_leaks=0", given ? given : "");

	(void)setenv(variable, options, 1);
}

static void NORETURN
become_target(const struct tracer_settings *settings, int channel)
{
	char go;
	int failed;

	if (recv(channel, &go, sizeof(go), 0) != (ssize_t)sizeof(go))
		_exit(1); /* the tracer has given up, or is gone */
	failed = place_descriptors(settings);
	if (failed)
		fail(channel, STAGE_INPUT, failed);
	if (settings->own_session)
		(void)setsid();
	/* Refused in some containers: addresses are then others each time. */
	(void)personality(ADDR_NO_RANDOMIZE);
	reset_signals();
	switch_leak_check_off("ASAN_OPTIONS");
	switch_leak_check_off("LSAN_OPTIONS");
	failed = settings->filter && !settings->detachable
			 ? filter_load(settings->filter)
			 : 0;
	if (failed)
		fail(channel, STAGE_FILTER, failed);
	execvp(settings->argv[0], settings->argv);
	fail(channel, STAGE_EXECUTE, errno);
}

static pid_t
start_child(const struct tracer_settings *settings, const int channel[2])
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	close(channel[0]);
	become_target(settings, channel[1]);
}

/* Serve until it executes or is dead. Returns whether it executes. */
static bool
await_exec(struct tracer *tracer)
{
	while (!tracer->main_dead) {
		const struct tracee *first;
		int status;
		pid_t tid = waitpid(tracer->main, &status, 0);

		if (tid < 0 && errno != EINTR)
			break;
		if (tid > 0)
			stops_serve(tracer, tid, status);
		first = tracees_find(&tracer->tracees, tracer->main);
		if (first && first->process->executed)
			return true;
	}
	return false;
}

static enum tracer_start
explain_death(struct err *err)
{
	err_set(err, 0, "the target was killed before it began");
	return TRACER_FAILED;
}

static enum tracer_start
explain_failure(int channel, const char *program, struct err *err)
{
	struct failure failure = {STAGE_NONE, 0};

	if (recv(channel, &failure, sizeof(failure), MSG_DONTWAIT) !=
	    (ssize_t)sizeof(failure))
		failure.stage = STAGE_NONE;
	switch (failure.stage) {
	case STAGE_EXECUTE:
		err_set(err, failure.code, "cannot run %s", program);
		return TRACER_NOT_EXECUTED;
	case STAGE_FILTER:
		refusal_of_filter(failure.code, err);
		return TRACER_REFUSED;
	case STAGE_INPUT:
		err_set(err, failure.code, "passing 0, 1 and 2 to the target");
		return TRACER_FAILED;
	case STAGE_NONE:
		break;
	}
	return explain_death(err);
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
seize(struct tracer *tracer, pid_t pid, int channel, struct err *err)
{
	struct tracee *first;

	if (ptrace(PTRACE_SEIZE, pid, 0, (long)OPTIONS)) {
		refusal_of_ptrace(errno, tracer->proc_dir, err);
		return is_dead(pid) ? explain_death(err) : TRACER_REFUSED;
	}
	first = tracees_add(&tracer->tracees, pid);
	first->proc_dir = tracer->proc_dir;
	first->life = TRACEE_RUNNING;
	tracee_be_first(first);
	/* Should it be dead that is seen soon. */
	(void)!send(channel, "", 1, MSG_NOSIGNAL);
	return TRACER_RUNS;
}

/* Nothing of it is left then. */
static void
give_up(struct tracer *tracer)
{
	(void)kill(tracer->main, SIGKILL);
	while (!tracer->main_dead) {
		int status;
		pid_t tid = waitpid(tracer->main, &status, 0);

		if (tid < 0 && errno != EINTR)
			break;
		if (tid < 0 || WIFSTOPPED(status))
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
	int channel[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel)) {
		err_set(err, errno, "making a socket pair");
		return TRACER_FAILED;
	}
	tracer->proc_dir = settings->proc_dir;
	tracer->filter = settings->filter;
	tracer->without_seccomp = settings->detachable && settings->filter;
	tracer->main = start_child(settings, channel);
	close(channel[1]);
	if (tracer->main < 0) {
		err_set(err, errno, "starting the target's process");
		close(channel[0]);
		return TRACER_FAILED;
	}
	result = seize(tracer, tracer->main, channel[0], err);
	if (result == TRACER_RUNS && !await_exec(tracer))
		result = explain_failure(channel[0], settings->argv[0], err);
	if (result != TRACER_RUNS)
		give_up(tracer);
	close(channel[0]);
	return result;
}
