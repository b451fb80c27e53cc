/* SPDX-License-Identifier: MIT */
/*
 * posix_sem.c - a semaphore with a name. The C library makes it as
 * /dev/shm/sem.XXXXXX, links that to its name and unlinks it: three system
 * calls, in the middle of which two names may exist, one of them unknown to
 * the program. So signals wait until sem_open() is done and the result noted.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no name.
 * SIGKILL inside sem_open() leaves one that no program can remove by
 * sem_unlink().
 *
 * PLANT 1: signals do not wait around sem_open().
 * PLANT 2: the handler closes the semaphore and does not unlink it.
 * PLANT 3: exit() is left without a hook: main() unlinks, but only at its end.
 */
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static char name[32];
static sem_t *volatile semaphore = SEM_FAILED;

static void
cleanup(void)
{
	if (semaphore == SEM_FAILED)
		return;
	sem_unlink(name);
	semaphore = SEM_FAILED;
}

static void
die(int number)
{
	if (PLANTED(2) && semaphore != SEM_FAILED)
		sem_close(semaphore);
	else
		cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static int
create(void)
{
	sigset_t fatal, before;

	sigemptyset(&fatal);
	if (!PLANTED(1)) {
		sigaddset(&fatal, SIGHUP);
		sigaddset(&fatal, SIGINT);
		sigaddset(&fatal, SIGTERM);
	}
	sigprocmask(SIG_BLOCK, &fatal, &before);
	semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return semaphore == SEM_FAILED ? -1 : 0;
}

int
main(void)
{
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	snprintf(name, sizeof(name), "/story-%d", (int)getpid());
	if (!PLANTED(3) && atexit(cleanup))
		return 1;
	if (create())
		return 1;
	if (sem_wait(semaphore) == -1 || sem_post(semaphore) == -1)
		return 1;
	if (PLANTED(3))
		cleanup();
	return 0;
}
