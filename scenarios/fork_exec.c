/* SPDX-License-Identifier: MIT */
/*
 * fork_exec.c - a child is to run a helper that is not installed. exec fails,
 * and the child, which has inherited the hook of its parent, must leave by
 * _exit(): exit() would run the hook, which would remove the parent's queue.
 * The hook also looks whether it is in the process that made the queue.
 *
 * Must hold: exit(), SIGHUP, SIGINT and SIGTERM in either process leave no
 * queue, and nobody takes it from the parent while that uses it.
 *
 * PLANT 1: the child leaves by exit(), the hook does not look: the queue is
 *          gone too early. From then on not even SIGKILL can leave it behind.
 * PLANT 2: the parent gives up at once when a signal ended the child.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { NOT_FOUND = 127 };

static volatile pid_t owner;
static volatile int queue = -1;

static void
cleanup(void)
{
	if (queue == -1 || (getpid() != owner && !PLANTED(1)))
		return;
	msgctl(queue, IPC_RMID, NULL);
	queue = -1;
}

static void
die(int number)
{
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
	queue = msgget(IPC_PRIVATE, 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return queue == -1 ? -1 : 0;
}

static void
run_helper(void)
{
	execl("/nonexistent/helper", "helper", (char *)NULL);
	if (PLANTED(1))
		exit(NOT_FOUND);
	_exit(NOT_FOUND);
}

/* Returns how it ended, wait(2); -1 when there was none. */
static int
helper(void)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		run_helper();
	if (child == -1 || waitpid(child, &status, 0) != child)
		return -1;
	return status;
}

/* The program can do without the helper, and without the queue. */
static void
use(void)
{
	struct msqid_ds status;

	msgctl(queue, IPC_STAT, &status);
}

int
main(void)
{
	int status;

	owner = getpid();
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (atexit(cleanup) || create())
		return 1;
	status = helper();
	if (PLANTED(2) && WIFSIGNALED(status))
		_exit(1);
	use();
	return 0;
}
