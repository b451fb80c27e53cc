/* SPDX-License-Identifier: MIT */
/*
 * pdeathsig.c - SIGKILL lets nobody clean up but another process: a child that
 * the kernel tells when its parent has died, see PR_SET_PDEATHSIG in prctl(2).
 * A parent that died before the child asked for that is not its parent any
 * more.
 *
 * Must hold: from the moment that the child is there, whatever ends the parent,
 * SIGKILL too, neither queue nor child is left.
 *
 * PLANT 1: the child waits to be told and has not asked for it.
 * PLANT 2: SIGTERM is not blocked in the child, and ends it.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static sigset_t fatal;
static volatile pid_t owner, keeper;
static volatile int queue = -1;

static void
cleanup(void)
{
	if (queue == -1 || getpid() != owner)
		return;
	msgctl(queue, IPC_RMID, NULL);
	queue = -1;
	if (keeper <= 0)
		return;
	kill(keeper, SIGTERM);
	waitpid(keeper, NULL, 0);
}

static void
die(int number)
{
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

/* Signals are blocked: they are waited for. */
static void
keep(int ready)
{
	int number;

	if (!PLANTED(1))
		prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (PLANTED(2))
		sigprocmask(SIG_UNBLOCK, &fatal, NULL);
	if (getppid() == owner || PLANTED(1)) {
		close(ready);
		if (PLANTED(2))
			pause();
		sigwait(&fatal, &number);
	}
	msgctl(queue, IPC_RMID, NULL);
	_exit(0);
}

/* Returns when the child keeps the queue, or is dead. */
static int
start_keeper(void)
{
	int ends[2];
	char byte;

	if (pipe(ends) == -1)
		return -1;
	keeper = fork();
	if (keeper == 0)
		keep(ends[1]);
	close(ends[1]);
	if (keeper == -1 || read(ends[0], &byte, 1) == -1)
		return -1;
	return close(ends[0]);
}

static int
use(void)
{
	struct msqid_ds status;

	return msgctl(queue, IPC_STAT, &status);
}

int
main(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
	int i, result = -1;

	owner = getpid();
	for (i = 0; i < 3; i++) {
		sigaddset(&fatal, numbers[i]);
		signal(numbers[i], die);
	}
	if (atexit(cleanup))
		return 1;
	sigprocmask(SIG_BLOCK, &fatal, NULL);
	queue = msgget(IPC_PRIVATE, 0600);
	if (queue != -1)
		result = start_keeper();
	sigprocmask(SIG_UNBLOCK, &fatal, NULL);
	return result == -1 || use() == -1 ? 1 : 0;
}
