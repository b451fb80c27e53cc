/* SPDX-License-Identifier: MIT */
/*
 * daemon_double_fork.c - a server goes to the background as daemon(7) has it:
 * fork, setsid, fork again; both parents leave by _exit(), so that no hook runs
 * in them. The daemon resets what it inherited of signals, waits until its
 * parents are gone, makes a queue, works, removes it. As hooks are inherited,
 * only the process whose pid was noted removes the queue: the daemon.
 *
 * Must hold: exit(), SIGHUP, SIGINT and SIGTERM in the daemon leave no queue.
 *
 * PLANT 1: the pid is noted before the forks: hook and handler take the daemon
 *          for a child and do nothing. Only the plain end removes the queue.
 * PLANT 2: the handlers are installed before the daemon resets all signals.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static const int fatal[] = {SIGHUP, SIGINT, SIGTERM};
static volatile pid_t owner;
static volatile int queue = -1;

static void
remove_queue(void)
{
	if (queue != -1)
		msgctl(queue, IPC_RMID, NULL);
	queue = -1;
}

static void
cleanup(void)
{
	if (getpid() == owner)
		remove_queue();
}

static void
die(int number)
{
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static void
react(void (*handler)(int))
{
	int i;

	for (i = 0; i < 3; i++)
		signal(fatal[i], handler);
}

static int
create(void)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	queue = msgget(IPC_PRIVATE, 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return queue == -1 ? -1 : 0;
}

static int
serve(void)
{
	struct {
		long type;
		char text[16];
	} message = {1, "hello"};
	const size_t size = sizeof(message.text);

	return msgsnd(queue, &message, size, 0) == -1 ||
	       msgrcv(queue, &message, size, 1, 0) == -1;
}

/* Only the descendants of the caller return. */
static void
leave_by_fork(void)
{
	pid_t child = fork();

	if (child != 0)
		_exit(child == -1);
}

int
main(void)
{
	int ends[2];
	char byte;

	if (atexit(cleanup) || pipe(ends) == -1)
		return 1;
	if (PLANTED(1))
		owner = getpid();
	if (PLANTED(2))
		react(die);
	leave_by_fork();
	setsid();
	leave_by_fork();
	react(SIG_DFL);
	if (!PLANTED(2))
		react(die);
	if (!PLANTED(1))
		owner = getpid();
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 0 || create() || serve())
		return 1;
	remove_queue();
	return 0;
}
