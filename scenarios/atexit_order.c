/* SPDX-License-Identifier: MIT */
/*
 * atexit_order.c - hooks run the other way round than they were registered, so
 * what others need is registered before them: the registry, which knows the
 * ids, is emptied last. Each object has a hook of its own.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave nothing.
 * An object that cannot be removed does not keep the other.
 *
 * PLANT 1: the registry is emptied before the set is removed: the plain run
 *          leaks.
 * PLANT 2: a hook that fails ends the program, and no other hook is called.
 * PLANT 3: the hook of the set is registered when there is a queue.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { NONE = -1 };

static volatile sig_atomic_t set = NONE, queue = NONE;

static void
empty_registry(void)
{
	set = queue = NONE;
}

static void
remove_set(void)
{
	if (set != NONE && semctl(set, 0, IPC_RMID) == -1 && PLANTED(2))
		_exit(1);
	set = NONE;
}

static void
remove_queue(void)
{
	if (queue != NONE && msgctl(queue, IPC_RMID, NULL) == -1 && PLANTED(2))
		_exit(1);
	queue = NONE;
}

static void
die(int number)
{
	remove_queue();
	remove_set();
	signal(number, SIG_DFL);
	raise(number);
}

static int
register_hooks(void)
{
	if (!PLANTED(1) && atexit(empty_registry))
		return -1;
	if (!PLANTED(3) && atexit(remove_set))
		return -1;
	if (PLANTED(1) && atexit(empty_registry))
		return -1;
	return atexit(remove_queue);
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
	set = semget(IPC_PRIVATE, 1, 0600);
	if (set != NONE)
		queue = msgget(IPC_PRIVATE, 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return queue == NONE ? -1 : 0;
}

static int
use(void)
{
	struct sembuf up = {.sem_op = 1};

	return semop(set, &up, 1);
}

int
main(void)
{
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (register_hooks() || create())
		return 1;
	if (PLANTED(3) && atexit(remove_set))
		return 1;
	return use() ? 1 : 0;
}
