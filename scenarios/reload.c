/* SPDX-License-Identifier: MIT */
/*
 * reload.c - SIGHUP means "start again": the handler executes the program anew
 * in the same process. No hook runs, no variable is kept, the set of semaphores
 * stays. Its id goes to the new image in the environment.
 *
 * Must hold: exit(), SIGINT, SIGTERM and SIGHUP, whenever it comes, leave no
 * set when the program has ended.
 *
 * PLANT 1: the id is not handed over, the new image makes a set of its own.
 * PLANT 2: the id is written into the environment when signals do not wait any
 *          more.
 * PLANT 3: SIGTERM ends the program as SIGHUP starts it: without a cleanup.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static char handed_over[32] = "NONE=";
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
	if (!PLANTED(3) || number != SIGTERM)
		cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

/* In the new image SIGHUP is blocked, as it is in its handler. */
static void
reload(int number)
{
	char name[] = "reload";
	char *arguments[] = {name, NULL};
	char *environment[] = {handed_over, NULL};

	(void)number;
	execve("/proc/self/exe", arguments, environment);
	_exit(1);
}

static void
hand_over(void)
{
	if (!PLANTED(1) && set != -1)
		snprintf(handed_over, sizeof(handed_over), "SET=%d", (int)set);
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
	if (!PLANTED(2))
		hand_over();
	sigprocmask(SIG_SETMASK, &before, NULL);
	hand_over();
	return set == -1 ? -1 : 0;
}

static int
use(void)
{
	struct sembuf up = {.sem_op = 1};

	return semop(set, &up, 1);
}

int
main(void)
{
	const char *id = getenv("SET");

	if (id)
		set = atoi(id);
	if (atexit(cleanup))
		return 1;
	signal(SIGHUP, reload);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (set == -1 && create())
		return 1;
	return use() ? 1 : 0;
}
