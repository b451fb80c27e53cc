/* SPDX-License-Identifier: MIT */
/*
 * self_pipe.c - a handler that only writes a byte into a pipe. The program
 * reads that between two pieces of work and ends in ordinary code, where it may
 * call what it likes: it removes the queue, then dies of the signal.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no queue.
 *
 * PLANT 1: a call that a signal interrupted is taken for broken: it gives up.
 * PLANT 2: it dies of the signal before it removes the queue.
 * PLANT 3: the handlers are installed when there is something to do.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { PIECES = 2, TYPE = 1 };

struct message {
	long type;
	int piece;
};

static int ends[2];
static int queue = -1;

static void
tell(int number)
{
	const char byte = (char)number;

	while (write(ends[1], &byte, 1) == -1)
		;
}

/* The signal that was sent; 0: none. */
static int
asked(void)
{
	char byte;

	return read(ends[0], &byte, 1) == 1 ? byte : 0;
}

static void
cleanup(void)
{
	if (queue != -1)
		msgctl(queue, IPC_RMID, NULL);
	queue = -1;
}

static int
send(int piece)
{
	struct message message = {TYPE, piece};

	return msgsnd(queue, &message, sizeof(piece), 0);
}

static int
receive(void)
{
	struct message message;

	while (msgrcv(queue, &message, sizeof(int), TYPE, 0) == -1) {
		if (errno != EINTR)
			return -1;
		if (PLANTED(1))
			_exit(1);
	}
	return 0;
}

static void
catch_signals(void)
{
	signal(SIGHUP, tell);
	signal(SIGINT, tell);
	signal(SIGTERM, tell);
}

/* Returns the signal that ended it early, 0, or -1 when it failed. */
static int
work(void)
{
	int i, number = 0;

	for (i = 0; i < PIECES && !number; i++)
		number = send(i) || receive() ? -1 : asked();
	return number;
}

int
main(void)
{
	int number;

	if (pipe2(ends, O_NONBLOCK) == -1 || atexit(cleanup))
		return 1;
	if (!PLANTED(3))
		catch_signals();
	queue = msgget(IPC_PRIVATE, 0600);
	if (PLANTED(3))
		catch_signals();
	number = queue == -1 ? -1 : work();
	if (!PLANTED(2))
		cleanup();
	if (number > 0) {
		signal(number, SIG_DFL);
		raise(number);
	}
	return number != 0;
}
