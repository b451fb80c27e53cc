/* SPDX-License-Identifier: MIT */
/*
 * watchdog.c - a child does the work and may crash at any time; its parent does
 * nothing but wait, and removes what the child can have left. Both know the
 * names before anything is made, so nothing needs to be told.
 *
 * Must hold: whatever ends the child where, SIGKILL too, and whichever call of
 * it fails, nothing is left when the parent has ended.
 *
 * PLANT 1: the parent looks only when a signal ended the child.
 * PLANT 2: the parent takes it that without the memory there is no queue.
 * PLANT 3: the child tells of the queue when it has it, down a pipe.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096 };

static char name[32];
static int reports[2];

static mqd_t
create_queue(void)
{
	struct mq_attr limits = {.mq_maxmsg = 1, .mq_msgsize = 16};
	const int flags = O_RDWR | O_CREAT | O_EXCL;
	mqd_t queue = mq_open(name, flags, 0600, &limits);

	if (queue != -1 && write(reports[1], "q", 1) != 1)
		return -1;
	return queue;
}

static int
work(void)
{
	const int memory = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	mqd_t queue;
	int result;

	if (memory == -1 || ftruncate(memory, BYTES) == -1)
		return 1;
	queue = create_queue();
	if (queue == -1)
		return 1;
	result = mq_send(queue, "hello", 5, 0);
	if (shm_unlink(name) == -1 || mq_unlink(name) == -1)
		return 1;
	return result == 0 ? 0 : 1;
}

static void
remove_memory(void)
{
	if (shm_unlink(name) == -1 && PLANTED(2))
		_exit(1);
}

static void
remove_queue(void)
{
	char byte;

	/* The other end is closed: the child is dead. */
	if (PLANTED(3) && read(reports[0], &byte, 1) != 1)
		return;
	mq_unlink(name);
}

int
main(void)
{
	pid_t child;
	int status;

	snprintf(name, sizeof(name), "/watched-%d", (int)getpid());
	if (pipe(reports) == -1)
		return 1;
	child = fork();
	if (child == 0)
		return work();
	close(reports[1]);
	if (child == -1 || waitpid(child, &status, 0) != child)
		return 1;
	if (PLANTED(1) && !WIFSIGNALED(status))
		return WEXITSTATUS(status);
	if (status == 0)
		return 0;
	remove_memory();
	remove_queue();
	return 1;
}
