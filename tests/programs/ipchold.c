/* SPDX-License-Identifier: MIT */
/*
 * ipchold.c - uses one object, says "ready", and lives on until it is killed.
 *
 *	ipchold KIND NAME	NAME: a path, "/name", or an identifier
 *
 * A segment is attached, a set operated on, a queue sent to, shared memory
 * only mapped, a socket path bound; all else is opened.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BYTES = 100, BACKLOG = 8, SEMAPHORES_MAX = 1000 };

static int
attach(const char *id)
{
	return shmat(atoi(id), NULL, 0) == (void *)-1 ? -1 : 0;
}

/* On all of them: each keeps who operated on it last. */
static int
operate(const char *id)
{
	unsigned short values[SEMAPHORES_MAX] = {0};

	return semctl(atoi(id), 0, SETALL, values);
}

static int
send_to(const char *id)
{
	struct {
		long type;
		char text[1];
	} message = {.type = 1};

	return msgsnd(atoi(id), &message, 1, 0);
}

static int
map(const char *name)
{
	int fd = shm_open(name, O_RDWR, 0);
	void *address = mmap(NULL, BYTES, PROT_READ, MAP_SHARED, fd, 0);

	return address == MAP_FAILED ? -1 : close(fd);
}

static int
open_semaphore(const char *name)
{
	return sem_open(name, 0) == SEM_FAILED ? -1 : 0;
}

static int
open_queue(const char *name)
{
	return mq_open(name, O_RDONLY);
}

static int
open_fifo(const char *path)
{
	return open(path, O_RDWR);
}

static int
serve(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return -1;
	return listen(fd, BACKLOG);
}

static const struct {
	const char *kind;
	int (*use)(const char *name);
} users[] = {
	{"sysv-shm", attach},	  {"sysv-sem", operate},
	{"sysv-msg", send_to},	  {"posix-shm", map},
	{"posix-mq", open_queue}, {"posix-sem", open_semaphore},
	{"fifo", open_fifo},	  {"unix-socket", serve},
};

static int
use(const char *kind, const char *name)
{
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		if (!strcmp(users[i].kind, kind))
			return users[i].use(name);
	return -1;
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	if (use(argv[1], argv[2]) < 0) {
		perror("ipchold");
		return 1;
	}
	puts("ready");
	fclose(stdout);
	for (;;)
		pause();
}
