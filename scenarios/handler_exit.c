/* SPDX-License-Identifier: MIT */
/*
 * handler_exit.c - a handler that calls exit(), which is not safe there, and
 * done a lot. exit() takes each hook off its list before it calls it. So a
 * signal in the middle of a hook must find a handler that does itself what the
 * hook has left to do: exit() would not call that hook a second time.
 *
 * Must hold: exit(), SIGHUP, SIGINT and SIGTERM leave no FIFO and no queue,
 * also when the signal comes while the hook runs.
 *
 * PLANT 1: the handler leaves it all to exit().
 * PLANT 2: a second entry into the cleanup ends the program at once.
 * PLANT 3: what is to be removed is forgotten first.
 * PLANT 4: the handler calls _exit().
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static char path[256];
static volatile sig_atomic_t is_made, is_leaving;
static volatile sig_atomic_t queue = -1;

static void
remove_queue(void)
{
	const int id = queue;

	if (PLANTED(3))
		queue = -1;
	if (id != -1)
		msgctl(id, IPC_RMID, NULL);
	queue = -1;
}

static void
remove_fifo(void)
{
	const int was_made = is_made;

	if (PLANTED(3))
		is_made = 0;
	if (was_made)
		unlink(path);
	is_made = 0;
}

static void
cleanup(void)
{
	if (is_leaving && PLANTED(2))
		_exit(1);
	is_leaving = 1;
	remove_queue();
	remove_fifo();
}

static void
leave(int number)
{
	if (PLANTED(4))
		_exit(128 + number);
	if (!PLANTED(1))
		cleanup();
	exit(128 + number);
}

static int
create(void)
{
	sigset_t fatal, before;

	sigemptyset(&fatal);
	sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	sigprocmask(SIG_BLOCK, &fatal, &before);
	is_made = mkfifo(path, 0600) == 0;
	if (is_made)
		queue = msgget(IPC_PRIVATE, 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return queue == -1 ? -1 : 0;
}

int
main(void)
{
	const char *directory = getenv("TMPDIR");
	struct msqid_ds status;

	snprintf(path, sizeof(path), "%s/leaving-%d",
		 directory ? directory : "/tmp", (int)getpid());
	signal(SIGHUP, leave);
	signal(SIGINT, leave);
	signal(SIGTERM, leave);
	if (atexit(cleanup) || create())
		return 1;
	return msgctl(queue, IPC_STAT, &status) == -1;
}
