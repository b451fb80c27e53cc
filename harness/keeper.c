/* SPDX-License-Identifier: MIT */
/* keeper.c - tidies up after a warden that was killed. */
#include "harness/keeper.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "leakcheck/own_proc.h"
#include "leakcheck/tree.h"

/* So that ps(1) and killall(1) tell us apart. */
static void
name_process(const char *name)
{
	prctl(PR_SET_NAME, name);
}

static pid_t
reap(pid_t which)
{
	pid_t pid;

	do
		pid = waitpid(which, NULL, __WALL);
	while (pid < 0 && errno == EINTR);
	return pid;
}

static bool
has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) ==
	       0;
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
	while (has_children()) {
		tree_signal_all(&tree, SIGKILL, &ignored);
		reap(-1);
	}
}

static void NORETURN
keep(pid_t warden, struct trail *trail, bool sandboxed, int until_done)
{
	name_process("ipcrash-keeper");
	/* Nobody waits for us to close what the warden has of the campaign. */
	close_range(0, (unsigned)until_done - 1, 0);
	close_range((unsigned)until_done + 1, ~0U, 0);
	reap(warden);
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
