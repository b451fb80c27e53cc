/* SPDX-License-Identifier: MIT */
/*
 * hang.c - a log with a lock of its own, held while the segment is made so that
 * no other line gets between the two that tell of it. A handler must not write
 * to that log: it may interrupt the one that holds the lock.
 *
 * Must hold: exit(), SIGHUP, SIGINT and SIGTERM leave no segment, and the
 * program ends.
 *
 * PLANT 1: the handler logs, which deadlocks while the lock is held.
 * PLANT 2: a handler for SIGSEGV waits for a debugger that never comes.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096 };

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static volatile int segment = -1;

static void
put(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) == -1)
		return;
}

static void
say(const char *text)
{
	pthread_mutex_lock(&log_lock);
	put(text);
	pthread_mutex_unlock(&log_lock);
}

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
	if (PLANTED(1))
		say("a signal\n");
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static void
wait_for_debugger(int number)
{
	(void)number;
	for (;;)
		pause();
}

static int
create(void)
{
	sigset_t fatal, before;

	sigemptyset(&fatal);
	sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	pthread_mutex_lock(&log_lock);
	put("making a segment\n");
	sigprocmask(SIG_BLOCK, &fatal, &before);
	segment = shmget(IPC_PRIVATE, BYTES, 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	put(segment == -1 ? "there is none\n" : "it is there\n");
	pthread_mutex_unlock(&log_lock);
	return segment == -1 ? -1 : 0;
}

int
main(void)
{
	void *memory;

	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (PLANTED(2))
		signal(SIGSEGV, wait_for_debugger);
	if (atexit(cleanup) || create())
		return 1;
	memory = shmat(segment, NULL, 0);
	if (memory == (void *)-1 || shmdt(memory) == -1)
		return 1;
	say("it was used\n");
	return 0;
}
