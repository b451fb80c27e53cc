/* SPDX-License-Identifier: MIT */
/* apart.c - going on in a child. */
#include "leakcheck/apart.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fd.h"
#include "base/status.h"
#include "leakcheck/tree.h"

/* Not our program's: `pkill -9 leakcheck` means the front. */
#define KEEPER_NAME "ipc-keeper"

bool
apart_is_needed(void)
{
	return child_exists();
}

/*
 * Fork. The parent has the signals of @taken blocked from then on, the child
 * has all as it was before.
 */
static pid_t
split(const int *signals, size_t count, sigset_t *taken)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL};
	struct sigaction kept_action;
	sigset_t kept_mask;
	pid_t child;

	sigemptyset(taken);
	sigaddset(taken, SIGCHLD);
	for (size_t i = 0; i < count; i++)
		sigaddset(taken, signals[i]);
	sigprocmask(SIG_BLOCK, taken, &kept_mask);
	sigaction(SIGCHLD, &normal, &kept_action);
	child = fork();
	if (child <= 0) {
		sigaction(SIGCHLD, &kept_action, NULL);
		sigprocmask(SIG_SETMASK, &kept_mask, NULL);
	}
	return child;
}

/*
 * The terminal and a signal to the process group reach a child of our group
 * without us. Of a signal to the group it gets ours too, unless the first still
 * waits: the price of a rare case.
 */
static void
pass_on(pid_t child, bool in_our_group, const siginfo_t *info)
{
	if (!in_our_group || info->si_code != SI_KERNEL)
		kill(child, info->si_signo);
}

/* Returns what wait(2) says of its end. */
static int
attend(pid_t child, bool in_our_group, const sigset_t *taken)
{
	siginfo_t info;
	int status;

	while (waitpid(child, &status, WNOHANG) != child)
		if (sigwaitinfo(taken, &info) > 0 && info.si_signo != SIGCHLD)
			pass_on(child, in_our_group, &info);
	return status;
}

static int
exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : STATUS_SIGNAL + WTERMSIG(status);
}

int
apart_go(const int *signals, size_t count, int *status, struct err *err)
{
	pid_t parent = getpid();
	sigset_t taken;
	pid_t child = split(signals, count, &taken);

	if (child < 0)
		return err_set(err, errno, "fork");
	if (child > 0) {
		*status = exit_status(attend(child, true, &taken));
		return 1;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		raise(SIGKILL); /* it died before that */
	return 0;
}

/*
 * A background process that writes to a terminal with TOSTOP is stopped unless
 * it blocks SIGTTOU: termios(3). The command gets the mask from before.
 */
static void
become_keeper(void)
{
	sigset_t output;

	prctl(PR_SET_NAME, KEEPER_NAME);
	sigemptyset(&output);
	sigaddset(&output, SIGTTOU);
	sigprocmask(SIG_BLOCK, &output, NULL);
}

static int
be_front(pid_t keeper, const sigset_t *taken, struct err *err)
{
	int status = attend(keeper, false, taken);

	if (WIFSIGNALED(status)) {
		tree_end_orphans();
		err_set(err, 0,
			"the process that watched the command was killed; so "
			"the command was ended, and what it left was not "
			"looked at");
	}
	return exit_status(status);
}

int
apart_keep(const int *signals, size_t count, int *front, int *status,
	   struct err *err)
{
	CLEANUP_FD int bond = -1; /* the front's end */
	sigset_t taken;
	int pair[2];
	pid_t keeper;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return err_set(err, errno, "making a socket pair");
	bond = pair[0];
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	keeper = split(signals, count, &taken);
	if (keeper == 0) {
		become_keeper();
		*front = pair[1];
		return 0;
	}
	close(pair[1]);
	if (keeper < 0)
		return err_set(err, errno, "fork");
	*status = be_front(keeper, &taken, err);
	return 1;
}
