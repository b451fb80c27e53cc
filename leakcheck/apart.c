/* SPDX-License-Identifier: MIT */
/* apart.c - a process without children of others. */
#include "leakcheck/apart.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"

bool
apart_is_needed(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) ==
		       0 ||
	       errno != ECHILD;
}

/*
 * The terminal and a signal to the process group reach the child without us.
 * Of a signal to the group it gets ours too, unless the first still waits: the
 * price of a rare case.
 */
static void
pass_on(pid_t child, const siginfo_t *info)
{
	if (info->si_code != SI_KERNEL)
		kill(child, info->si_signo);
}

static int
attend(pid_t child, const sigset_t *taken)
{
	siginfo_t info;
	int status;

	for (;;) {
		if (waitpid(child, &status, WNOHANG) == child)
			break;
		if (sigwaitinfo(taken, &info) > 0 && info.si_signo != SIGCHLD)
			pass_on(child, &info);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : STATUS_SIGNAL + WTERMSIG(status);
}

int
apart_go(const int *signals, size_t count, int *status, struct err *err)
{
	const struct sigaction normal = {.sa_handler = SIG_DFL};
	struct sigaction kept_action;
	sigset_t taken;
	sigset_t kept_mask;
	pid_t child;

	sigemptyset(&taken);
	sigaddset(&taken, SIGCHLD);
	for (size_t i = 0; i < count; i++)
		sigaddset(&taken, signals[i]);
	sigprocmask(SIG_BLOCK, &taken, &kept_mask);
	sigaction(SIGCHLD, &normal, &kept_action);
	child = fork();
	if (child < 0)
		return err_set(err, errno, "fork");
	if (child > 0) {
		*status = attend(child, &taken);
		return 1;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGCHLD, &kept_action, NULL);
	sigprocmask(SIG_SETMASK, &kept_mask, NULL);
	return 0;
}
