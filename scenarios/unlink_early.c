/* SPDX-License-Identifier: MIT */
/*
 * unlink_early.c - shared memory that needs its name only to be made: it is
 * unlinked as soon as it is open, as O_TMPFILE does for files, and a child gets
 * it by its descriptor. From then on it goes with the last who has it open.
 *
 * Must hold: after shm_unlink() not even SIGKILL leaves anything, in neither
 * process. In the short time before SIGHUP, SIGINT and SIGTERM wait; SIGKILL,
 * SIGSEGV, SIGABRT, and an exit() that nobody calls there, leave the name.
 *
 * PLANT 1: it is unlinked when it has its size, and not if it gets none.
 * PLANT 2: the child opens it by its name, so it is unlinked when that has
 *          ended.
 * PLANT 3: signals do not wait.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096 };

static char name[32];

static int
create(void)
{
	const int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

	if (fd == -1)
		return -1;
	if (!PLANTED(1) && !PLANTED(2) && shm_unlink(name) == -1)
		return -1;
	if (ftruncate(fd, BYTES) == -1)
		return -1;
	if (PLANTED(1) && shm_unlink(name) == -1)
		return -1;
	return fd;
}

static int
create_undisturbed(void)
{
	sigset_t fatal, before;
	int fd;

	sigemptyset(&fatal);
	if (!PLANTED(3)) {
		sigaddset(&fatal, SIGHUP);
		sigaddset(&fatal, SIGINT);
		sigaddset(&fatal, SIGTERM);
	}
	sigprocmask(SIG_BLOCK, &fatal, &before);
	fd = create();
	sigprocmask(SIG_SETMASK, &before, NULL);
	return fd;
}

static int
work(int fd)
{
	int *memory;

	memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return 1;
	(*memory)++;
	return munmap(memory, BYTES) == -1;
}

int
main(void)
{
	int fd, status;
	pid_t child;

	snprintf(name, sizeof(name), "/brief-%d", (int)getpid());
	fd = create_undisturbed();
	if (fd == -1)
		return 1;
	child = fork();
	if (child == 0)
		_exit(work(PLANTED(2) ? shm_open(name, O_RDWR, 0) : fd));
	if (child == -1 || waitpid(child, &status, 0) != child)
		return 1;
	if (PLANTED(2) && shm_unlink(name) == -1)
		return 1;
	return work(fd) || status;
}
