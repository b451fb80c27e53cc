/* SPDX-License-Identifier: MIT */
/*
 * mq_notify.c - a queue that tells by a signal that a message has come, see
 * mq_notify(3). The signal is blocked and waited for, the message then read.
 * The registration goes with the process, the name of the queue does not.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no queue.
 *
 * PLANT 1: without a notification the program gives up at once.
 * PLANT 2: the queue is noted when the notification is registered.
 * PLANT 3: the handler is to unlink the name, and has it without its slash.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { BYTES = 16 };

static char name[32];
static volatile sig_atomic_t is_named; /* the name is ours to unlink */

static void
cleanup(void)
{
	if (is_named)
		mq_unlink(name);
	is_named = 0;
}

static void
die(int number)
{
	if (PLANTED(3))
		mq_unlink(name + 1);
	else
		cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static mqd_t
create(void)
{
	struct mq_attr limits = {.mq_maxmsg = 1, .mq_msgsize = BYTES};
	const int flags = O_RDWR | O_CREAT | O_EXCL;
	sigset_t fatal, before;
	mqd_t queue;

	sigemptyset(&fatal);
	sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	sigprocmask(SIG_BLOCK, &fatal, &before);
	queue = mq_open(name, flags, 0600, &limits);
	is_named = queue != -1 && !PLANTED(2);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return queue;
}

static int
ask_to_be_told(mqd_t queue)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGUSR1,
	};

	if (mq_notify(queue, &event) == -1) {
		if (PLANTED(1))
			_exit(1);
		return -1;
	}
	is_named = 1;
	return 0;
}

static int
work(mqd_t queue, const sigset_t *told)
{
	char text[BYTES] = "hello";
	int number;

	if (ask_to_be_told(queue) || mq_send(queue, text, BYTES, 0) == -1)
		return -1;
	sigwait(told, &number);
	return mq_receive(queue, text, BYTES, NULL) == -1 ? -1 : 0;
}

int
main(void)
{
	sigset_t told;
	mqd_t queue;

	snprintf(name, sizeof(name), "/told-%d", (int)getpid());
	sigemptyset(&told);
	sigaddset(&told, SIGUSR1);
	sigprocmask(SIG_BLOCK, &told, NULL);
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (atexit(cleanup))
		return 1;
	queue = create();
	return queue == -1 || work(queue, &told);
}
