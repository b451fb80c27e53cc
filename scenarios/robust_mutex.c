/* SPDX-License-Identifier: MIT */
/*
 * robust_mutex.c - a counter in a segment and a mutex that guards it. When a
 * child dies that holds the mutex, and it is a robust one, the next to lock it
 * gets EOWNERDEAD and goes on, see pthread_mutexattr_setrobust(3).
 *
 * Must hold: whatever becomes of the child, the parent ends and removes the
 * segment. The parent's own exit(), SIGHUP, SIGINT and SIGTERM leave nothing.
 *
 * PLANT 1: the mutex is a plain one.
 * PLANT 2: when its owner is dead the program gives up at once.
 * PLANT 3: the handler takes the mutex, which the interrupted code may hold.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static struct shared {
	pthread_mutex_t mutex;
	int count;
} * shared;
static volatile pid_t owner;
static volatile sig_atomic_t segment = -1;

/* A child has hook and handler, too, but the segment is not its own. */
static void
cleanup(void)
{
	if (segment == -1 || getpid() != owner)
		return;
	shmctl(segment, IPC_RMID, NULL);
	segment = -1;
}

static int
lock(void)
{
	int error = pthread_mutex_lock(&shared->mutex);

	if (error != EOWNERDEAD)
		return error;
	if (PLANTED(2))
		_exit(1);
	return pthread_mutex_consistent(&shared->mutex);
}

static void
die(int number)
{
	if (PLANTED(3) && shared && getpid() == owner)
		lock();
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static int
create(void)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	segment = shmget(IPC_PRIVATE, sizeof(*shared), 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return segment == -1 ? -1 : 0;
}

static int
attach(void)
{
	pthread_mutexattr_t kind;
	void *memory = shmat(segment, NULL, 0);

	if (memory == (void *)-1)
		return -1;
	shared = memory;
	pthread_mutexattr_init(&kind);
	pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
	if (!PLANTED(1))
		pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
	return pthread_mutex_init(&shared->mutex, &kind);
}

static int
count(void)
{
	struct shmid_ds status;

	if (lock())
		return 1;
	shared->count++;
	shmctl(segment, IPC_STAT, &status);
	return pthread_mutex_unlock(&shared->mutex);
}

int
main(void)
{
	pid_t child;

	owner = getpid();
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (atexit(cleanup) || create() || attach())
		return 1;
	child = fork();
	if (child == 0)
		_exit(count());
	return child == -1 || waitpid(child, NULL, 0) != child || count();
}
