/* SPDX-License-Identifier: MIT */
/*
 * signalfd.c - signals are blocked and read from a descriptor between two
 * pieces of work, see signalfd(2). A helper that runs beside is asked to end by
 * SIGTERM, so it must not inherit the mask.
 *
 * Must hold: after exit(), SIGHUP, SIGINT and SIGTERM in the parent, and after
 * whatever ends the helper, neither the set nor the helper is left.
 *
 * PLANT 1: SIGHUP is missing in the mask.
 * PLANT 2: the helper keeps the mask, and its parent waits for it for ever.
 * PLANT 3: the program ends at once when a signal came, and asks nobody to.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { PIECES = 2 };

static sigset_t fatal;
static int signals; /* a descriptor */
static int set = -1;
static pid_t helper = -1;
static int leash[2]; /* the helper ends when its parent's end is closed */

static void
cleanup(void)
{
	if (helper > 0) {
		kill(helper, SIGTERM);
		waitpid(helper, NULL, 0);
	}
	if (set != -1)
		semctl(set, 0, IPC_RMID);
	helper = set = -1;
}

/* The signal that was sent; 0: none. */
static int
asked(void)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}

static void
help(void)
{
	char byte;

	if (!PLANTED(2))
		sigprocmask(SIG_UNBLOCK, &fatal, NULL);
	close(leash[1]);
	while (read(leash[0], &byte, 1) == 1)
		;
	_exit(0);
}

static int
work(void)
{
	struct sembuf up = {.sem_op = 1};
	int i;

	for (i = 0; i < PIECES; i++) {
		if (semop(set, &up, 1) == -1)
			return -1;
		if (!asked())
			continue;
		if (PLANTED(3))
			_exit(1);
		return -1;
	}
	return 0;
}

static void
block_signals(void)
{
	sigemptyset(&fatal);
	if (!PLANTED(1))
		sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	sigprocmask(SIG_BLOCK, &fatal, NULL);
}

int
main(void)
{
	block_signals();
	signals = signalfd(-1, &fatal, SFD_NONBLOCK);
	if (signals == -1 || pipe(leash) == -1 || atexit(cleanup))
		return 1;
	set = semget(IPC_PRIVATE, 1, 0600);
	if (set == -1)
		return 1;
	helper = fork();
	if (helper == 0)
		help();
	if (helper == -1 || work())
		return 1;
	close(leash[1]);
	waitpid(helper, NULL, 0);
	helper = -1;
	return 0;
}
