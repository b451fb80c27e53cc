/* SPDX-License-Identifier: MIT */
/*
 * quick_exit.c - two ways to end, two lists of hooks: exit() runs those of
 * atexit(), quick_exit() those of at_quick_exit(), and neither the other's. The
 * program itself ends by exit(), its handler by quick_exit().
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no set.
 *
 * PLANT 1: the hook is registered for exit() only.
 * PLANT 2: the hook is registered for quick_exit() only, by which main() ends.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/sem.h>

#include "scenarios/scenario.h"

static volatile sig_atomic_t set = -1;

static void
cleanup(void)
{
	if (set != -1)
		semctl(set, 0, IPC_RMID);
	set = -1;
}

static void
die(int number)
{
	quick_exit(128 + number);
}

static int
create(void)
{
	sigset_t fatal, before;

	sigemptyset(&fatal);
	sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	sigprocmask(SIG_BLOCK, &fatal, &before);
	set = semget(IPC_PRIVATE, 1, 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return set == -1 ? -1 : 0;
}

static int
use(void)
{
	struct sembuf up = {.sem_op = 1};

	return semop(set, &up, 1);
}

static void
end(int status)
{
	if (PLANTED(2))
		quick_exit(status);
	exit(status);
}

int
main(void)
{
	if (!PLANTED(2) && atexit(cleanup))
		return 1;
	if (!PLANTED(1) && at_quick_exit(cleanup))
		return 1;
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	end(create() || use());
}
