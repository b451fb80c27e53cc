/* SPDX-License-Identifier: MIT */
/*
 * posix_mq.c - two message queues with names, one there and one back. Each is
 * noted for the cleanup while signals wait, as soon as it exists.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no queue,
 * whether none, one or two were made.
 *
 * PLANT 1: when the second cannot be opened the program gives up at once.
 * PLANT 2: the handler closes the queues and does not unlink them.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { QUEUES = 2, BYTES = 16 };

static struct queue {
	char name[32];
	volatile mqd_t descriptor; /* -1: there is none */
} queues[QUEUES] = {{.descriptor = -1}, {.descriptor = -1}};

static void
cleanup(bool unlinks)
{
	int i;

	for (i = 0; i < QUEUES; i++) {
		if (queues[i].descriptor == -1)
			continue;
		if (unlinks)
			mq_unlink(queues[i].name);
		mq_close(queues[i].descriptor);
		queues[i].descriptor = -1;
	}
}

static void
finish(void)
{
	cleanup(true);
}

static void
die(int number)
{
	cleanup(!PLANTED(2));
	signal(number, SIG_DFL);
	raise(number);
}

static int
create(int i)
{
	struct mq_attr limits = {.mq_maxmsg = 1, .mq_msgsize = BYTES};
	const int flags = O_RDWR | O_CREAT | O_EXCL;
	struct queue *queue = &queues[i];
	sigset_t fatal, before;

	snprintf(queue->name, sizeof(queue->name), "/story-%d-%d",
		 (int)getpid(), i);
	sigemptyset(&fatal);
	sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	sigprocmask(SIG_BLOCK, &fatal, &before);
	queue->descriptor = mq_open(queue->name, flags, 0600, &limits);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return queue->descriptor == -1 ? -1 : 0;
}

static int
echo(mqd_t queue)
{
	char text[BYTES] = "hello";

	return mq_send(queue, text, sizeof(text), 0) == -1 ||
	       mq_receive(queue, text, sizeof(text), NULL) == -1;
}

int
main(void)
{
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (atexit(finish) || create(0))
		return 1;
	if (create(1)) {
		if (PLANTED(1))
			_exit(1);
		return 1;
	}
	return echo(queues[0].descriptor) || echo(queues[1].descriptor);
}
