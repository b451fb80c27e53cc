/* SPDX-License-Identifier: MIT */
/*
 * threads10.c - ten threads make a segment each at the same time, use it when
 * all ten are there, and remove it when all have used theirs. The main thread
 * takes signals from sigwait() and removes all segments. A mutex makes getting
 * a segment and noting its id one step. Who removes all keeps it, so that
 * nothing is made any more; exit() may be called by the thread that has it.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no segment
 * of any thread, whichever thread they come in.
 *
 * PLANT 1: threads do not block signals, and a handler removes the segment of
 *          the thread that it runs in.
 * PLANT 2: a thread without a segment ends: nine wait for it for ever.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { THREADS = 10, BYTES = 4096 };

static pthread_mutex_t guard = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_barrier_t together;
static sigset_t fatal;
static volatile int segments[] = {[0 ... THREADS - 1] = -1};
static __thread int mine;

static void
remove_segment(int i)
{
	pthread_mutex_lock(&guard);
	if (segments[i] != -1)
		shmctl(segments[i], IPC_RMID, NULL);
	segments[i] = -1;
	pthread_mutex_unlock(&guard);
}

/* Keeps the mutex. */
static void
cleanup(void)
{
	int i;

	pthread_mutex_lock(&guard);
	for (i = 0; i < THREADS; i++)
		remove_segment(i);
}

static void
die(int number)
{
	remove_segment(mine);
	signal(number, SIG_DFL);
	raise(number);
}

static void
create(int i)
{
	pthread_mutex_lock(&guard);
	segments[i] = shmget(IPC_PRIVATE, BYTES, 0600);
	pthread_mutex_unlock(&guard);
}

static void *
work(void *argument)
{
	struct shmid_ds status;

	mine = (int)(long)argument;
	if (PLANTED(1))
		pthread_sigmask(SIG_UNBLOCK, &fatal, NULL);
	pthread_barrier_wait(&together);
	create(mine);
	if (segments[mine] == -1 && PLANTED(2))
		return NULL;
	pthread_barrier_wait(&together);
	shmctl(segments[mine], IPC_STAT, &status);
	pthread_barrier_wait(&together);
	remove_segment(mine);
	if (pthread_barrier_wait(&together) == PTHREAD_BARRIER_SERIAL_THREAD)
		kill(getpid(), SIGUSR1);
	return NULL;
}

int
main(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
	sigset_t taken;
	pthread_t thread;
	int number;
	long i;

	for (i = 0; i < 3; i++) {
		sigaddset(&fatal, numbers[i]);
		if (PLANTED(1))
			signal(numbers[i], die);
	}
	taken = fatal;
	sigaddset(&taken, SIGUSR1); /* the threads are done */
	pthread_sigmask(SIG_BLOCK, &taken, NULL);
	pthread_barrier_init(&together, NULL, THREADS);
	if (atexit(cleanup))
		return 1;
	pthread_mutex_lock(&guard); /* they wait for the last to be started */
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&thread, NULL, work, (void *)i))
			return 1;
	pthread_mutex_unlock(&guard);
	if (sigwait(&taken, &number) || number == SIGUSR1)
		return 0;
	cleanup();
	_exit(128 + number);
}
