/* SPDX-License-Identifier: MIT */
/* child.c - waiting for children. */
#include "base/child.h"

#include <errno.h>
#include <sys/wait.h>

pid_t
child_wait(pid_t pid, int *status, int options)
{
	pid_t got;

	do {
		got = waitpid(pid, status, options);
	} while (got < 0 && errno == EINTR);
	return got;
}

bool
child_reap_ended(void)
{
	pid_t pid;

	do {
		pid = child_wait(-1, NULL, WNOHANG | __WALL);
	} while (pid > 0);
	return pid < 0;
}

bool
child_exists(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) ==
		       0 ||
	       errno != ECHILD;
}
