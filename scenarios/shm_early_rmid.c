/* SPDX-License-Identifier: MIT */
/*
 * shm_early_rmid.c - a segment that is marked for removal as soon as it is
 * attached: it goes with the last process that has it attached, however that
 * ends, see IPC_RMID in shmctl(2). What is left to care for is the stretch from
 * shmget() to the mark: signals wait there, and exit() has a hook.
 *
 * Must hold: after the mark not even SIGKILL leaves anything. Before it only
 * SIGKILL, SIGSEGV and SIGABRT do.
 *
 * PLANT 1: the mark is set when the work is done, and by the hook.
 * PLANT 2: signals do not wait, and there is no handler.
 * PLANT 3: there is no hook, and when shmat() fails nobody sets the mark.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096 };

static int segment = -1;

/* Twice does no harm: a marked segment can be marked. */
static void
mark(void)
{
	if (segment != -1)
		shmctl(segment, IPC_RMID, NULL);
}

static char *
create(void)
{
	void *memory;

	segment = shmget(IPC_PRIVATE, BYTES, 0600);
	if (segment == -1)
		return NULL;
	memory = shmat(segment, NULL, 0);
	if (memory == (void *)-1)
		return NULL;
	if (!PLANTED(1))
		mark();
	return memory;
}

static char *
create_undisturbed(void)
{
	sigset_t fatal, before;
	char *memory;

	sigemptyset(&fatal);
	if (!PLANTED(2)) {
		sigaddset(&fatal, SIGHUP);
		sigaddset(&fatal, SIGINT);
		sigaddset(&fatal, SIGTERM);
	}
	sigprocmask(SIG_BLOCK, &fatal, &before);
	memory = create();
	sigprocmask(SIG_SETMASK, &before, NULL);
	return memory;
}

/* A marked segment can be worked with as any other. */
static int
use(char *memory)
{
	struct shmid_ds status;

	strcpy(memory, "hello");
	if (shmctl(segment, IPC_STAT, &status) == -1)
		return -1;
	return status.shm_nattch == 1 ? 0 : -1;
}

int
main(void)
{
	char *memory;
	int result;

	if (!PLANTED(3) && atexit(mark))
		return 1;
	memory = create_undisturbed();
	if (!memory)
		return 1;
	result = use(memory);
	if (PLANTED(1))
		mark();
	/* Now it is gone, and its id may be that of another. */
	segment = shmdt(memory) == 0 ? -1 : segment;
	return result ? 1 : 0;
}
