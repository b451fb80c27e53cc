/* SPDX-License-Identifier: MIT */
/*
 * sigwait_thread.c - no handler at all: every thread blocks the signals, one
 * takes them from sigwait() and removes the segment in ordinary code. A mutex
 * keeps it waiting while the main thread makes the segment and notes its id.
 *
 * Must hold: exit(), SIGHUP, SIGINT and SIGTERM leave nothing. The hook of
 * exit() does without the mutex: the caller may hold it.
 *
 * PLANT 1: SIGHUP is missing in the set.
 * PLANT 2: signals are seen to when the segment is made, not before.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096 };

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t started;
static sigset_t fatal;
static volatile int segment = -1;

static void
cleanup(void)
{
	if (segment != -1)
		shmctl(segment, IPC_RMID, NULL);
	segment = -1;
}

/* Keeps the mutex: nothing is made any more. */
static void *
wait_for_signal(void *unused)
{
	int number;

	pthread_barrier_wait(&started);
	sigwait(&fatal, &number);
	pthread_mutex_lock(&guard);
	cleanup();
	(void)unused;
	_exit(128 + number);
}

static int
create(void)
{
	pthread_mutex_lock(&guard);
	segment = shmget(IPC_PRIVATE, BYTES, 0600);
	pthread_mutex_unlock(&guard);
	return segment == -1 ? -1 : 0;
}

static int
use(void)
{
	char *memory = shmat(segment, NULL, 0);

	if (memory == (void *)-1)
		return -1;
	strcpy(memory, "hello");
	return shmdt(memory);
}

static int
see_to_signals(void)
{
	pthread_t thread;

	sigemptyset(&fatal);
	if (!PLANTED(1))
		sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &fatal, NULL);
	pthread_barrier_init(&started, NULL, 2);
	if (pthread_create(&thread, NULL, wait_for_signal, NULL))
		return -1;
	pthread_barrier_wait(&started);
	return 0;
}

int
main(void)
{
	if (atexit(cleanup))
		return 1;
	if (!PLANTED(2) && see_to_signals())
		return 1;
	if (create())
		return 1;
	if (PLANTED(2) && see_to_signals())
		return 1;
	return use() ? 1 : 0;
}
