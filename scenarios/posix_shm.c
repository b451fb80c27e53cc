/* SPDX-License-Identifier: MIT */
/*
 * posix_shm.c - shared memory with a name: open, size, map, use, unlink. The
 * name is noted for the cleanup while signals wait, as soon as it is there.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no name.
 *
 * PLANT 1: the name is noted when the object is mapped, as a resource tracker
 *          does that learns of it last.
 * PLANT 2: when ftruncate() fails the name is forgotten.
 * PLANT 3: the handler unmaps and does not unlink.
 * PLANT 4: when mmap() fails the name is forgotten.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096 };

static char name[32];
static char *memory;
static volatile sig_atomic_t is_named; /* the name is ours to unlink */

static void
cleanup(void)
{
	if (!is_named)
		return;
	shm_unlink(name);
	is_named = 0;
}

static void
die(int number)
{
	if (PLANTED(3))
		munmap(memory, BYTES);
	else
		cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static int
create(void)
{
	sigset_t fatal, before;
	int fd;

	sigemptyset(&fatal);
	sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	sigprocmask(SIG_BLOCK, &fatal, &before);
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	is_named = fd != -1 && !PLANTED(1);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return fd;
}

static int
map(int fd)
{
	if (ftruncate(fd, BYTES) == -1) {
		if (PLANTED(2))
			is_named = 0;
		return -1;
	}
	memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory != MAP_FAILED)
		return 0;
	if (PLANTED(4))
		is_named = 0;
	return -1;
}

int
main(void)
{
	int fd;

	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	snprintf(name, sizeof(name), "/story-%d", (int)getpid());
	if (atexit(cleanup))
		return 1;
	fd = create();
	if (fd == -1 || map(fd))
		return 1;
	if (PLANTED(1))
		is_named = 1;
	strcpy(memory, "hello");
	munmap(memory, BYTES);
	close(fd);
	return 0;
}
