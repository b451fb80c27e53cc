/* SPDX-License-Identifier: MIT */
/*
 * ipclock.c - a semaphore set that nobody has initialised but by semop(+1).
 *
 *	ipclock lock	takes it and gives it back, and removes it
 *	ipclock feed	a child takes what it gives, and it is removed
 */
#include <string.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

static int set;

static int
give(void)
{
	struct sembuf up = {.sem_op = 1};

	return semop(set, &up, 1);
}

static int
take(void)
{
	struct sembuf down = {.sem_op = -1};

	return semop(set, &down, 1);
}

static int
lock(void)
{
	return give() || take() || give();
}

static int
feed(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(take() || take());
	return child < 0 || give() || give() ||
	       waitpid(child, NULL, 0) != child;
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	set = semget(IPC_PRIVATE, 1, 0600);
	if (set < 0)
		return 1;
	return (strcmp(argv[1], "feed") == 0 ? feed() : lock()) ||
	       semctl(set, 0, IPC_RMID) < 0;
}
