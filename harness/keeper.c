/* SPDX-License-Identifier: MIT */
/* keeper.c - tidies up after a warden that was killed. */
#include "harness/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "leakcheck/own_proc.h"
#include "leakcheck/tree.h"

/* So that ps(1) and killall(1) tell us apart. pkill(1) takes what only contains
 * a name: the keeper's must not, or it would be killed with its warden. */
static void
name_process(const char *name)
{
	prctl(PR_SET_NAME, name);
}

/* Readable when SIGTERM has come, which is blocked like all others. */
static int
open_sigterm(void)
{
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, SIGTERM);
	return signalfd(-1, &only, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * Until the warden is dead, or to be killed. Who tells it to end may find that
 * somebody has stopped it: SIGCONT is no harm to who was not.
 */
static void
await(pid_t warden, int campaign)
{
	enum { DEAD, KILL, END, EVENTS };
	struct pollfd events[EVENTS] = {
		[DEAD] = {.fd = (int)syscall(SYS_pidfd_open, warden, 0),
			  .events = POLLIN},
		[KILL] = {.fd = open_sigterm(), .events = POLLIN},
		[END] = {.fd = campaign, .events = POLLRDHUP},
	};
	int64_t deadline = clock_deadline_ns(-1);

	while (!events[DEAD].revents && !events[KILL].revents &&
	       clock_left_ms(deadline) != 0) {
		if (poll(events, EVENTS, clock_left_ms(deadline)) < 0 &&
		    errno != EINTR)
			return;
		if (!events[END].revents)
			continue;
		events[END] = (struct pollfd) {.fd = -1};
		deadline = clock_deadline_ns(KEEPER_PATIENCE_MS);
		kill(warden, SIGCONT);
	}
}

/*
 * What the warden had started is ours now. A process that was born while we
 * looked for them is missed once; but it is a child of one that was not, and
 * falls to us with that one's death. So all are killed again after each.
 */
static void
end_orphans(void)
{
	struct tree tree = TREE_NONE;
	struct err ignored;

	tree.proc_dir = own_proc_open(&ignored);
	while (child_exists()) {
		tree_signal_all(&tree, SIGKILL, &ignored);
		child_wait(-1, NULL, __WALL);
	}
}

static void NORETURN
keep(pid_t warden, struct trail *trail, bool sandboxed, int until_done)
{
	name_process("ipc-keeper");
	/* Nobody waits for us to close what the warden has of the campaign. */
	close_range(0, (unsigned)until_done - 1, 0);
	close_range((unsigned)until_done + 1, ~0U, 0);
	await(warden, until_done);
	kill(warden, SIGKILL);
	child_wait(warden, NULL, __WALL);
	end_orphans();
	trail_sweep(trail, sandboxed);
	exit(0);
}

int
keeper_stay_behind(struct trail *trail, bool sandboxed, int until_done,
		   struct err *err)
{
	sigset_t all;
	sigset_t kept;
	pid_t warden;

	/* From before the fork on: what it leaves must not go past us. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		return err_set(err, errno, "becoming a subreaper");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &kept);
	warden = fork();
	if (warden > 0)
		keep(warden, trail, sandboxed, until_done);
	sigprocmask(SIG_SETMASK, &kept, NULL);
	if (warden < 0)
		return err_set(err, errno, "starting a warden");
	name_process("ipcrash-warden");
	return 0;
}
