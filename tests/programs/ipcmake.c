/* SPDX-License-Identifier: MIT */
/*
 * ipcmake.c - makes one object of a kind and leaves it: what ipcmk(1) is for
 * System V, for all kinds.
 *
 *	ipcmake KIND NAME   NAME: a path, "/name", or a key (0: IPC_PRIVATE)
 *	ipcmake KIND NAME COUNT   that many, NAME with a number behind it
 */
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MODE = 0600, FLAGS = IPC_CREAT | IPC_EXCL | MODE };

static int
make_segment(const char *key)
{
	return shmget(atoi(key), 4096, FLAGS);
}

static int
make_set(const char *key)
{
	return semget(atoi(key), 2, FLAGS);
}

static int
make_queue(const char *key)
{
	return msgget(atoi(key), FLAGS);
}

static int
make_shm(const char *name)
{
	int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, MODE);

	return fd < 0 ? -1 : ftruncate(fd, 100);
}

static int
make_sem(const char *name)
{
	return sem_open(name, O_CREAT | O_EXCL, MODE, 1) == SEM_FAILED ? -1 : 0;
}

static int
make_mq(const char *name)
{
	return mq_open(name, O_CREAT | O_EXCL | O_RDWR, MODE, NULL) < 0 ? -1
									: 0;
}

static int
make_fifo(const char *path)
{
	return mkfifo(path, MODE);
}

static int
make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	return bind(fd, (struct sockaddr *)&address, sizeof(address));
}

static const struct {
	const char *kind;
	int (*make)(const char *name);
} makers[] = {
	{"sysv-shm", make_segment}, {"sysv-sem", make_set},
	{"sysv-msg", make_queue},   {"posix-shm", make_shm},
	{"posix-sem", make_sem},    {"posix-mq", make_mq},
	{"fifo", make_fifo},	    {"unix-socket", make_socket},
};

static int
make(const char *kind, const char *name)
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (!strcmp(makers[i].kind, kind))
			return makers[i].make(name);
	fprintf(stderr, "ipcmake: no such kind: %s\n", kind);
	return -1;
}

int
main(int argc, char **argv)
{
	char name[4096];
	int count = argc > 3 ? atoi(argv[3]) : 0;
	int failed = 0;

	if (argc < 3)
		return 2;
	if (!count)
		failed = make(argv[1], argv[2]) < 0;
	for (int i = 0; i < count && !failed; i++) {
		snprintf(name, sizeof(name), "%s%d", argv[2], i);
		failed = make(argv[1], atoi(argv[2]) || argv[2][0] != '0'
					       ? name
					       : argv[2]) < 0;
	}
	if (failed)
		perror("ipcmake");
	return failed;
}
