/* SPDX-License-Identifier: MIT */
/*
 * goto_errors.c - a pool of three objects, made one after the other. When one
 * cannot be made a ladder of labels removes those before it, and the pool is as
 * if it had never been tried. Signals wait while it is made.
 *
 * Must hold: whichever call fails, and after exit(), SIGHUP, SIGINT or SIGTERM,
 * none of the three is left.
 *
 * PLANT 1: without a queue it jumps one label too far: the set stays.
 * PLANT 2: without a set it jumps one label too far: the segment stays.
 * PLANT 3: the set is forgotten when the pool is closed: the plain run leaks.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096, NONE = -1 };

static volatile int segment = NONE, set = NONE, queue = NONE;

static void
forget_pool(void)
{
	segment = set = queue = NONE;
}

static void
close_pool(void)
{
	if (queue != NONE)
		msgctl(queue, IPC_RMID, NULL);
	if (set != NONE && !PLANTED(3))
		semctl(set, 0, IPC_RMID);
	if (segment != NONE)
		shmctl(segment, IPC_RMID, NULL);
	forget_pool();
}

static void
die(int number)
{
	close_pool();
	signal(number, SIG_DFL);
	raise(number);
}

static int
open_pool(void)
{
	segment = shmget(IPC_PRIVATE, BYTES, 0600);
	if (segment == NONE)
		goto out;
	set = semget(IPC_PRIVATE, 1, 0600);
	if (set == NONE) {
		if (PLANTED(2))
			goto out;
		goto out_segment;
	}
	queue = msgget(IPC_PRIVATE, 0600);
	if (queue == NONE) {
		if (PLANTED(1))
			goto out_segment;
		goto out_set;
	}
	return 0;
out_set:
	semctl(set, 0, IPC_RMID);
out_segment:
	shmctl(segment, IPC_RMID, NULL);
out:
	forget_pool();
	return -1;
}

int
main(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
	sigset_t fatal;
	int i, result;

	sigemptyset(&fatal);
	for (i = 0; i < 3; i++) {
		sigaddset(&fatal, numbers[i]);
		signal(numbers[i], die);
	}
	if (atexit(close_pool))
		return 1;
	sigprocmask(SIG_BLOCK, &fatal, NULL);
	result = open_pool();
	sigprocmask(SIG_UNBLOCK, &fatal, NULL);
	if (result || semctl(set, 0, SETVAL, 1) == -1)
		return 1;
	return 0;
}
