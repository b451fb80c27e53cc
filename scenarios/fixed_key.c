/* SPDX-License-Identifier: MIT */
/*
 * fixed_key.c - a server whose segment has a key that its clients know. When
 * one crashes its segment stays under that key; the next looks it up, sees that
 * nobody has it attached, removes it and makes its own. The child is the server
 * that crashes, the parent the next. Signals wait until that has its segment.
 *
 * Must hold: whatever ends the child where, nothing is left when the parent has
 * ended. Nor do exit(), SIGHUP, SIGINT, SIGTERM and failing calls in the parent
 * leave anything when it has looked.
 *
 * PLANT 1: what is found is used again as soon as it says that it is ready,
 *          which one that was left unfinished never does.
 * PLANT 2: what is found is removed only if it says that it is ready.
 */
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static key_t key;
static volatile sig_atomic_t segment = -1;

static void
cleanup(void)
{
	if (segment != -1)
		shmctl(segment, IPC_RMID, NULL);
	segment = -1;
}

static void
die(int number)
{
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

/* The segment is new, and so its semaphore is 0: not ready. */
static int
create(void)
{
	sem_t *ready;
	int id = shmget(key, sizeof(*ready), IPC_CREAT | IPC_EXCL | 0600);

	if (id == -1)
		return -1;
	ready = shmat(id, NULL, 0);
	if (ready == (void *)-1) {
		shmctl(id, IPC_RMID, NULL);
		return -1;
	}
	sem_post(ready);
	return id;
}

static bool
is_ready(int id)
{
	sem_t *ready = shmat(id, NULL, 0);
	const bool result = ready != (void *)-1 && sem_trywait(ready) == 0;

	shmdt(ready);
	return result;
}

/* What another one left, or -1. */
static int
find(void)
{
	int id = shmget(key, 0, 0);
	struct shmid_ds status;

	if (id == -1 || shmctl(id, IPC_STAT, &status) == -1)
		return -1;
	return status.shm_nattch == 0 ? id : -1;
}

static int
start(void)
{
	int stale = find();

	while (PLANTED(1) && stale != -1 && !is_ready(stale))
		pause();
	if (PLANTED(1) && stale != -1)
		return stale;
	if (stale != -1 && (!PLANTED(2) || is_ready(stale)))
		shmctl(stale, IPC_RMID, NULL);
	return create();
}

int
main(void)
{
	sigset_t all, before;
	pid_t child;

	key = ftok("/proc/self/exe", 1 + getpid() % 255);
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	child = fork();
	if (child == 0)
		return create() == -1 ? 1 : raise(SIGKILL);
	if (atexit(cleanup) || waitpid(child, NULL, 0) != child)
		return 1;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	segment = start();
	sigprocmask(SIG_SETMASK, &before, NULL);
	return segment == -1 ? 1 : 0;
}
