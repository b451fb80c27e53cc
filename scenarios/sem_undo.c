/* SPDX-License-Identifier: MIT */
/*
 * sem_undo.c - a lock made of a semaphore, held by a child that may crash. Its
 * parent takes the lock when the child is dead. With SEM_UNDO the kernel gives
 * back what a dead process had taken, see semop(2); without it the next user
 * waits for ever.
 *
 * Must hold: whatever becomes of the child, the parent ends and removes the
 * set. The parent's own exit(), SIGHUP, SIGINT and SIGTERM leave nothing.
 *
 * PLANT 1: the lock is taken without SEM_UNDO.
 * PLANT 2: when SETVAL fails the id is forgotten.
 * PLANT 3: the handler ends the program and removes nothing.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static volatile pid_t owner;
static volatile sig_atomic_t set = -1;

/* A child has hook and handler, too, but the set is not its own. */
static void
cleanup(void)
{
	if (set == -1 || getpid() != owner)
		return;
	semctl(set, 0, IPC_RMID);
	set = -1;
}

static void
die(int number)
{
	if (!PLANTED(3))
		cleanup();
	signal(number, SIG_DFL);
	raise(number);
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
	if (set == -1)
		return -1;
	if (semctl(set, 0, SETVAL, 1) == -1) {
		if (PLANTED(2))
			set = -1;
		return -1;
	}
	return 0;
}

static int
change(short by)
{
	struct sembuf operation = {
		.sem_op = by,
		.sem_flg = PLANTED(1) ? 0 : SEM_UNDO,
	};

	return semop(set, &operation, 1);
}

static int
lock(void)
{
	return change(-1);
}

static int
unlock(void)
{
	return change(1);
}

static int
work(void)
{
	return lock() || unlock();
}

int
main(void)
{
	pid_t child;

	owner = getpid();
	if (atexit(cleanup))
		return 1;
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (create())
		return 1;
	child = fork();
	if (child == 0)
		_exit(work());
	if (child == -1 || waitpid(child, NULL, 0) != child)
		return 1;
	return work();
}
