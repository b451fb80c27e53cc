/* SPDX-License-Identifier: MIT */
/*
 * workers.c - a pool: four workers attach the segment of their parent, say that
 * they are ready, and wait for work that never comes. The parent ends them,
 * whether it ends well or by a signal, and removes the segment.
 *
 * Must hold: after exit(), SIGHUP, SIGINT and SIGTERM in the parent, and after
 * whatever ends a worker early, neither the segment nor a worker is left.
 *
 * PLANT 1: the handler removes the segment and ends nobody.
 * PLANT 2: when a worker dies early the parent gives up at once.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { WORKERS = 4, BYTES = 4096 };

static sigset_t fatal;
static volatile pid_t owner;
static volatile sig_atomic_t segment = -1;
static volatile pid_t workers[WORKERS];

static void
end_workers(void)
{
	int i;

	for (i = 0; i < WORKERS; i++) {
		if (workers[i] <= 0)
			continue;
		kill(workers[i], SIGKILL);
		waitpid(workers[i], NULL, 0);
		workers[i] = 0;
	}
}

/* A worker has hook and handler, too, but nothing of this is its own. */
static void
cleanup(void)
{
	if (getpid() != owner)
		return;
	end_workers();
	if (segment != -1)
		shmctl(segment, IPC_RMID, NULL);
	segment = -1;
}

static void
die(int number)
{
	if (PLANTED(1) && getpid() == owner)
		shmctl(segment, IPC_RMID, NULL);
	else
		cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static void
work(int ready)
{
	sigprocmask(SIG_UNBLOCK, &fatal, NULL);
	if (shmat(segment, NULL, 0) == (void *)-1 || write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static int
start(int i)
{
	int ends[2];
	ssize_t count; /* 0: the worker is dead */
	char byte;

	if (pipe(ends) == -1)
		return -1;
	sigprocmask(SIG_BLOCK, &fatal, NULL);
	workers[i] = fork();
	if (workers[i] == 0)
		work(ends[1]);
	sigprocmask(SIG_UNBLOCK, &fatal, NULL);
	close(ends[1]);
	count = read(ends[0], &byte, 1);
	close(ends[0]);
	if (count != 1 && PLANTED(2))
		_exit(1);
	return count == 1 ? 0 : -1;
}

int
main(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
	int i;

	owner = getpid();
	for (i = 0; i < 3; i++) {
		sigaddset(&fatal, numbers[i]);
		signal(numbers[i], die);
	}
	if (atexit(cleanup))
		return 1;
	sigprocmask(SIG_BLOCK, &fatal, NULL);
	segment = shmget(IPC_PRIVATE, BYTES, 0600);
	sigprocmask(SIG_UNBLOCK, &fatal, NULL);
	if (segment == -1)
		return 1;
	for (i = 0; i < WORKERS; i++)
		if (start(i))
			return 1;
	return 0;
}
