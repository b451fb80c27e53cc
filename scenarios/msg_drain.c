/* SPDX-License-Identifier: MIT */
/*
 * msg_drain.c - two queues: requests go into the first, replies come from the
 * second. Both are removed at the end, whatever lies in them unread.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no queue,
 * whether none, one or two were made.
 *
 * PLANT 1: the hook is registered when both queues are made.
 * PLANT 2: a queue with unread messages is not removed.
 * PLANT 3: the second queue is not removed when removing the first failed.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/msg.h>

#include "scenarios/scenario.h"

enum { REQUESTS, REPLIES, QUEUES, TYPE = 1 };

static volatile sig_atomic_t queues[QUEUES] = {-1, -1};

static bool
is_kept(int id)
{
	struct msqid_ds status;

	return PLANTED(2) && msgctl(id, IPC_STAT, &status) == 0 &&
	       status.msg_qnum > 0;
}

static void
cleanup(void)
{
	int i;

	for (i = 0; i < QUEUES; i++) {
		if (queues[i] == -1 || is_kept(queues[i]))
			continue;
		if (msgctl(queues[i], IPC_RMID, NULL) == -1 && PLANTED(3))
			return;
		queues[i] = -1;
	}
}

static void
die(int number)
{
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static int
create(int i)
{
	sigset_t fatal, before;

	sigemptyset(&fatal);
	sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	sigprocmask(SIG_BLOCK, &fatal, &before);
	queues[i] = msgget(IPC_PRIVATE, 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return queues[i] == -1 ? -1 : 0;
}

/* Ask, answer, read the answer. */
static int
work(void)
{
	struct {
		long type;
		char text[16];
	} message = {TYPE, "hello"};
	const size_t size = sizeof(message.text);
	int requests = queues[REQUESTS], replies = queues[REPLIES];

	return msgsnd(requests, &message, size, 0) == -1 ||
	       msgrcv(requests, &message, size, TYPE, 0) == -1 ||
	       msgsnd(replies, &message, size, 0) == -1 ||
	       msgrcv(replies, &message, size, TYPE, 0) == -1;
}

int
main(void)
{
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (!PLANTED(1) && atexit(cleanup))
		return 1;
	if (create(REQUESTS) || create(REPLIES))
		return 1;
	if (PLANTED(1) && atexit(cleanup))
		return 1;
	return work();
}
