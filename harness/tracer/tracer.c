/* SPDX-License-Identifier: MIT */
/* tracer.c - waiting for tracees, and their common end. */
#include "harness/tracer/tracer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "harness/tracer/orphans.h"
#include "harness/tracer/questions.h"
#include "harness/tracer/state.h"

/* So many stops are served before the clock and others are looked at. */
enum { STOPS_IN_A_ROW = 64, LOOK_AGAIN_MS = 10 };

/*
 * A SIGCHLD that is ignored, or SA_NOCLDSTOP, would tell of no stops; and
 * SIGCHLD must pend from before the first fork(2) on.
 */
static int
take_over_sigchld(struct tracer *tracer, struct err *err)
{
	const struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigaction(SIGCHLD, &plain, &tracer->old_action);
	sigprocmask(SIG_BLOCK, &child, &tracer->old_mask);
	tracer->children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (tracer->children < 0)
		return err_set(err, errno, "making a signalfd");
	return 0;
}

struct tracer *
tracer_new(const struct tracer_hooks *hooks, void *owner, struct err *err)
{
	struct tracer *tracer = mem_zalloc(sizeof(*tracer));

	tracer->hooks = hooks;
	tracer->owner = owner;
	tracer->proc_dir = -1;
	if (take_over_sigchld(tracer, err)) {
		tracer_free(tracer);
		return NULL;
	}
	return tracer;
}

struct rest {
	bool asleep;
	uint64_t ran_ns;
};

static void
add_rest(struct tracee *tracee, void *argument)
{
	struct rest *rest = argument;

	rest->asleep &= questions_sleeps(tracee);
	rest->ran_ns += questions_ran_ns(tracee);
}

bool
tracer_sleeps(const struct tracer *tracer, uint64_t *ran_ns)
{
	struct rest rest = {.asleep = true};

	tracees_each(&tracer->tracees, add_rest, &rest);
	*ran_ns = rest.ran_ns;
	return rest.asleep;
}

/* It is not reaped before main_dead is set, so the number is still its own. */
void
tracer_signal_main(const struct tracer *tracer, int signal)
{
	if (!tracer->main_dead)
		(void)kill(tracer->main, signal);
}

static void
kill_one(struct tracee *tracee, void *argument)
{
	(void)argument;
	(void)kill(tracee->tid, SIGKILL);
}

void
tracer_kill_all(struct tracer *tracer)
{
	tracer->killing = true;
	tracees_each(&tracer->tracees, kill_one, NULL);
}

/*
 * The next change of any tracee. Without __WALL, which the kernel adds for
 * tracees (wait(2), since 4.7): so a child that is none and has no exit signal,
 * as the sandbox's pid 1, is passed over.
 */
static pid_t
wait_any(int *status, int options)
{
	return child_wait(-1, status, options);
}

/* None of them can be waited for any more. */
static void
forget_all(struct tracer *tracer)
{
	struct tracee *tracee;

	while ((tracee = tracees_any(&tracer->tracees)))
		tracees_remove(&tracer->tracees, tracee);
	tracer->tracees.early = 0;
}

/*
 * Serve the next change, if there is one or (@block) when it comes. Returns
 * false when there is none.
 */
static bool
serve_next(struct tracer *tracer, bool block)
{
	int status;
	const pid_t tid = wait_any(&status, block ? 0 : WNOHANG);

	tracer->silent_children = tid == 0;
	if (tid > 0)
		stops_serve(tracer, tid, status);
	if (tid < 0 || tracer->detached)
		forget_all(tracer);
	return tid > 0;
}

static bool
all_are_dead(const struct tracer *tracer)
{
	return tracer->tracees.count == 0 &&
	       (!tracer->silent_children || !orphans_are_hidden(tracer));
}

void
tracer_free(struct tracer *tracer)
{
	static const struct tracer_hooks none;

	if (!tracer)
		return;
	tracer->hooks = &none;
	tracer_kill_all(tracer);
	while (serve_next(tracer, false) ||
	       (!all_are_dead(tracer) && serve_next(tracer, true)))
		;
	forget_all(tracer);
	tracees_keep_process(&tracer->tracees, NULL);
	fd_close(&tracer->children);
	sigaction(SIGCHLD, &tracer->old_action, NULL);
	sigprocmask(SIG_SETMASK, &tracer->old_mask, NULL);
	free(tracer->polled);
	free(tracer);
}

size_t
tracer_alive(const struct tracer *tracer)
{
	return tracer->tracees.count;
}

bool
tracer_main_status(const struct tracer *tracer, int *status)
{
	if (tracer->main_dead)
		*status = tracer->main_status;
	return tracer->main_dead;
}

/* Returns false when there may be more. */
static bool
serve_some(struct tracer *tracer)
{
	for (int i = 0; i < STOPS_IN_A_ROW; i++)
		if (!serve_next(tracer, false)) {
			orphans_adopt(tracer);
			return true;
		}
	return false;
}

static bool
is_over(const struct tracer *tracer, bool idle, bool until_main,
	enum tracer_end *end, struct err *err)
{
	if (tracer->trouble.text[0]) {
		*err = tracer->trouble;
		*end = TRACER_TROUBLE;
	} else if (idle && all_are_dead(tracer)) {
		*end = TRACER_ALL_DEAD;
	} else if (until_main && tracer->main_dead) {
		*end = TRACER_MAIN_DEAD;
	} else {
		return false;
	}
	return true;
}

/* Wait for SIGCHLD or input for the caller. Returns whether there is that. */
static bool
wait_for_input(struct tracer *tracer, int limit_ms, struct pollfd *wake,
	       size_t count)
{
	struct pollfd *all = tracer->polled;
	struct signalfd_siginfo info;

	for (size_t i = 0; i < count; i++)
		all[i + 1] = wake[i];
	all[0] = (struct pollfd) {.fd = tracer->children, .events = POLLIN};
	if (poll(all, count + 1, limit_ms) <= 0)
		return false; /* EINTR too */
	if (all[0].revents)
		(void)!read(tracer->children, &info, sizeof(info));
	for (size_t i = 0; i < count; i++)
		wake[i].revents = all[i + 1].revents;
	for (size_t i = 0; i < count; i++)
		if (wake[i].revents)
			return true;
	return false;
}

/* Whose maker cannot tell is seen by and by: orphans_adopt(). */
static int
patience_ms(const struct tracer *tracer, int left_ms)
{
	const bool is_long = left_ms < 0 || left_ms > LOOK_AGAIN_MS;

	return tracer->tracees.early && is_long ? LOOK_AGAIN_MS : left_ms;
}

enum tracer_end
tracer_run(struct tracer *tracer, int64_t deadline_ns, bool until_main,
	   struct pollfd *wake, size_t count, struct err *err)
{
	enum tracer_end end;

	tracer->polled =
		mem_grow(tracer->polled, count + 1, sizeof(*tracer->polled));
	for (;;) {
		const bool idle = serve_some(tracer);
		const int left_ms = clock_left_ms(deadline_ns);

		if (is_over(tracer, idle, until_main, &end, err))
			return end;
		if (wait_for_input(tracer,
				   idle ? patience_ms(tracer, left_ms) : 0,
				   wake, count))
			return TRACER_WOKEN;
		if (left_ms == 0)
			return TRACER_TIME_UP;
	}
}
