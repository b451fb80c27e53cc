/* SPDX-License-Identifier: MIT */
/*
 * handler_malloc.c - fork() holds the locks of malloc() when there are threads,
 * so that the child finds the heap whole. A handler that interrupts it there
 * and allocates memory waits for itself, see signal-safety(7).
 *
 * Must hold: exit(), SIGHUP, SIGINT and SIGTERM leave no segment, and the
 * program ends, also when the signal comes during fork().
 *
 * PLANT 1: the handler puts its last words together in allocated memory.
 * PLANT 2: the handler has a thread say them, and waits until it has.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

/* More than a thread keeps for itself without the lock of the heap. */
enum { BYTES = 4096 };

static int ends[2];
static pthread_t speaker;
static pthread_barrier_t started;
static volatile pid_t owner;
static volatile sig_atomic_t segment = -1;

static void
cleanup(void)
{
	if (segment == -1 || getpid() != owner)
		return;
	shmctl(segment, IPC_RMID, NULL);
	segment = -1;
}

static void
say(const char *words)
{
	char *text = malloc(BYTES);

	if (text)
		puts(strcpy(text, words));
	free(text);
}

/* The other thread: says what it is told to, once. */
static void *
speak(void *unused)
{
	char byte;

	pthread_barrier_wait(&started);
	if (read(ends[0], &byte, 1) == 1)
		say("is ended by a signal");
	return unused;
}

static void
die(int number)
{
	if (PLANTED(1))
		say("is ended by a signal");
	if (PLANTED(2) && getpid() == owner && write(ends[1], "", 1) == 1)
		pthread_join(speaker, NULL);
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

/* The speaker takes no signals: it would while this thread does not. */
static int
create(void)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	if (pthread_create(&speaker, NULL, speak, NULL) == 0) {
		pthread_barrier_wait(&started);
		segment = shmget(IPC_PRIVATE, BYTES, 0600);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return segment == -1 ? -1 : 0;
}

static int
run_child(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child == -1 || waitpid(child, NULL, 0) != child ? -1 : 0;
}

int
main(void)
{
	owner = getpid();
	pthread_barrier_init(&started, NULL, 2);
	if (pipe(ends) == -1)
		return 1;
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (atexit(cleanup) || create())
		return 1;
	return run_child() ? 1 : 0;
}
