/* SPDX-License-Identifier: MIT */
/*
 * shm_atexit.c - the textbook life of a segment: make a key, get, attach, look,
 * set the mode, detach, remove. A hook removes it at exit, a handler when a
 * signal ends the program. Signals wait from before shmget() until its result
 * is stored: in between the segment is there and no variable says so.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave nothing.
 * SIGKILL, SIGSEGV and SIGABRT leave the segment: no code of ours runs then.
 *
 * PLANT 1: SIGHUP has no handler.
 * PLANT 2: the handlers are installed after shmget().
 * PLANT 3: the handler ends the program and removes nothing.
 * PLANT 4: signals do not wait around shmget().
 * PLANT 5: the key is taken for the id in IPC_RMID: the plain run leaks.
 * PLANT 6: when shmat() fails the id is forgotten.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096 };

static key_t key;
static volatile sig_atomic_t segment = -1;

static void
cleanup(void)
{
	if (segment == -1)
		return;
	/* Forgotten only then: a signal may come in between. */
	shmctl(PLANTED(5) ? key : segment, IPC_RMID, NULL);
	segment = -1;
}

static void
die(int number)
{
	if (PLANTED(3))
		_exit(1);
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static void
catch_signals(void)
{
	struct sigaction action = {.sa_handler = die};

	if (!PLANTED(1))
		sigaction(SIGHUP, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static int
create(void)
{
	sigset_t fatal, before;

	sigemptyset(&fatal);
	if (!PLANTED(4)) {
		sigaddset(&fatal, SIGHUP);
		sigaddset(&fatal, SIGINT);
		sigaddset(&fatal, SIGTERM);
	}
	sigprocmask(SIG_BLOCK, &fatal, &before);
	segment = shmget(key, BYTES, IPC_CREAT | IPC_EXCL | 0600);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return segment == -1 ? -1 : 0;
}

static int
use(void)
{
	struct shmid_ds status;
	char *memory = shmat(segment, NULL, 0);

	if (memory == (void *)-1) {
		if (PLANTED(6))
			segment = -1;
		return -1;
	}
	if (shmctl(segment, IPC_STAT, &status) == -1)
		return -1;
	status.shm_perm.mode = 0640;
	if (shmctl(segment, IPC_SET, &status) == -1)
		return -1;
	strcpy(memory, "hello");
	return shmdt(memory);
}

int
main(void)
{
	if (atexit(cleanup))
		return 1;
	key = ftok("/proc/self/exe", 1 + getpid() % 255);
	if (key == -1)
		return 1;
	if (!PLANTED(2))
		catch_signals();
	if (create())
		return 1;
	if (PLANTED(2))
		catch_signals();
	return use() ? 1 : 0;
}
