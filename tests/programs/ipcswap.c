/* SPDX-License-Identifier: MIT */
/*
 * ipcswap.c - a program, and a stranger who takes its object's name or key the
 * moment that the program asks for it: so each run has the same order.
 *
 *	ipcswap stranger SOCKET KIND NAME	serves in the background until
 *						"end" is asked
 *	ipcswap ask SOCKET WORD			asks it: "safe", "end"
 *	ipcswap WAY SOCKET KIND NAME OTHER	the program:
 *	  released  makes and removes NAME, has the stranger take it, then makes
 *		    and removes OTHER
 *	  stolen    makes NAME, has the stranger remove it and make its own
 *	  held	    as released, but without OTHER: adds a line to that file and
 *		    waits until it is killed
 *	  uses	    has the stranger make NAME, opens or finds it, makes and
 *		    removes OTHER
 *	  removes   makes OTHER, has the stranger make NAME, removes both
 *	At exit(3) it removes what it has.
 *
 * NAME is a path, "/name" or a key, as KIND has it. SOCKET is the name of an
 * abstract socket, which is no object. Asked "clear" the stranger removes what
 * it has; "take" has it make its own; "steal", remove what is there first. Once
 * its own was gone when it came to look, all answers to "safe" are no.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <stdbool.h>
#include <stddef.h>
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

enum { MODE = 0600, BYTES = 4096, WORD_BYTES = 16 };

static key_t
key_of(const char *name)
{
	return (key_t)strtoul(name, NULL, 0);
}

/* Each makes it, or with @fresh false finds it. Returns what tells it from all
 * others, its identifier or inode; -1 when that fails. */
static long
inode(int fd)
{
	struct stat status;
	int failed = fd < 0 || fstat(fd, &status);

	if (fd >= 0)
		close(fd);
	return failed ? -1 : (long)status.st_ino;
}

static long
inode_at(int failed, const char *path)
{
	struct stat status;

	return failed || lstat(path, &status) ? -1 : (long)status.st_ino;
}

static int
flags_of(bool fresh)
{
	return fresh ? O_CREAT | O_EXCL | O_RDWR : O_CREAT | O_RDWR;
}

static long
get_shm(const char *name, bool fresh)
{
	return inode(shm_open(name, flags_of(fresh), MODE));
}

static long
get_mq(const char *name, bool fresh)
{
	return inode(mq_open(name, flags_of(fresh), MODE, NULL));
}

static long
get_fifo(const char *path, bool fresh)
{
	return inode_at(fresh && mkfifo(path, MODE), path);
}

static int
bind_to(const char *path)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int failed;

	snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	failed = bind(fd, (struct sockaddr *)&name, sizeof(name));
	close(fd);
	return failed;
}

static long
get_socket(const char *path, bool fresh)
{
	return inode_at(fresh && bind_to(path), path);
}

static int
get_flags(bool fresh)
{
	return fresh ? IPC_CREAT | IPC_EXCL | MODE : IPC_CREAT | MODE;
}

static long
get_segment(const char *name, bool fresh)
{
	return shmget(key_of(name), BYTES, get_flags(fresh));
}

static long
get_set(const char *name, bool fresh)
{
	return semget(key_of(name), 1, get_flags(fresh));
}

static long
get_queue(const char *name, bool fresh)
{
	return msgget(key_of(name), get_flags(fresh));
}

static int
remove_segment(const char *name)
{
	return shmctl(shmget(key_of(name), 0, 0), IPC_RMID, NULL);
}

static int
remove_set(const char *name)
{
	return semctl(semget(key_of(name), 0, 0), 0, IPC_RMID);
}

static int
remove_queue(const char *name)
{
	return msgctl(msgget(key_of(name), 0), IPC_RMID, NULL);
}

static const struct kind {
	const char *name;
	long (*get)(const char *name, bool fresh);
	int (*drop)(const char *name);
} kinds[] = {
	{"sysv-shm", get_segment, remove_segment},
	{"sysv-sem", get_set, remove_set},
	{"sysv-msg", get_queue, remove_queue},
	{"posix-shm", get_shm, shm_unlink},
	{"posix-mq", get_mq, mq_unlink},
	{"fifo", get_fifo, unlink},
	{"unix-socket", get_socket, unlink},
};

static const struct kind *
find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	exit(2);
}

/* Abstract: the name after a NUL. unix(7) */
static int
open_socket(const char *name,
	    int (*open_at)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	socklen_t length;

	snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "%s",
		 name);
	length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			     strlen(name));
	if (fd < 0 || open_at(fd, (struct sockaddr *)&address, length))
		exit(3);
	return fd;
}

static bool
ask(const char *server, const char *word)
{
	int fd = open_socket(server, connect);
	char answer = 'n';

	if (send(fd, word, strlen(word), 0) < 0 || recv(fd, &answer, 1, 0) != 1)
		exit(3);
	close(fd);
	return answer == 'y';
}

struct stranger {
	const struct kind *kind;
	const char *name;
	long own; /* -1: it has none */
	bool lost;
};

static void
look(struct stranger *stranger)
{
	if (stranger->own >= 0 &&
	    stranger->kind->get(stranger->name, false) != stranger->own)
		stranger->lost = true;
}

static bool
clear(struct stranger *stranger)
{
	look(stranger);
	if (stranger->own >= 0)
		stranger->kind->drop(stranger->name);
	stranger->own = -1;
	return true;
}

static bool
take(struct stranger *stranger)
{
	stranger->own = stranger->kind->get(stranger->name, true);
	return stranger->own >= 0;
}

static bool
steal(struct stranger *stranger)
{
	return stranger->kind->drop(stranger->name) == 0 && take(stranger);
}

static bool
is_safe(struct stranger *stranger)
{
	look(stranger);
	return stranger->own >= 0 && !stranger->lost;
}

static const struct {
	const char *word;
	bool (*answer)(struct stranger *stranger);
} words[] = {
	{"clear", clear},  {"take", take}, {"steal", steal},
	{"safe", is_safe}, {"end", clear},
};

static bool
answer(struct stranger *stranger, const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].answer(stranger);
	return false;
}

static int
serve(char **argv)
{
	struct stranger stranger = {
		.kind = find_kind(argv[1]), .name = argv[2], .own = -1};
	int listener = open_socket(argv[0], bind);
	char word[WORD_BYTES] = "";

	listen(listener, SOMAXCONN);
	if (daemon(1, 0))
		return 3;
	while (strcmp(word, "end") != 0) {
		int fd = accept(listener, NULL, NULL);
		ssize_t got = recv(fd, word, sizeof(word) - 1, 0);

		/* Who asked may have been killed meanwhile. */
		word[got > 0 ? got : 0] = '\0';
		send(fd, answer(&stranger, word) ? "y" : "n", 1, MSG_NOSIGNAL);
		close(fd);
	}
	return 0;
}

/* The program. */

struct names {
	const char *server;
	const struct kind *kind;
	const char *name;
	const char *other;
};

/* What it has, NULL: nothing. */
static const struct names *volatile having;
static const char *volatile had;

static int
make(const struct names *names, const char *name)
{
	if (names->kind->get(name, true) < 0)
		return -1;
	had = name;
	having = names;
	return 0;
}

static int
give_up(const struct names *names, const char *name)
{
	int failed = names->kind->drop(name);

	having = NULL;
	return failed;
}

static void
clean_up(void)
{
	if (having)
		give_up(having, had);
}

static int
make_and_remove(const struct names *names, const char *name)
{
	return make(names, name) || give_up(names, name);
}

static int
be_released(const struct names *names)
{
	return make_and_remove(names, names->name) ||
	       !ask(names->server, "take") ||
	       make_and_remove(names, names->other);
}

static int
be_stolen(const struct names *names)
{
	if (make(names, names->name) || !ask(names->server, "steal"))
		return 1;
	having = NULL;
	return make_and_remove(names, names->other);
}

static int
hold(const struct names *names)
{
	int file;

	if (make_and_remove(names, names->name) || !ask(names->server, "take"))
		return 1;
	file = open(names->other, O_WRONLY | O_CREAT | O_APPEND, MODE);
	if (write(file, "\n", 1) != 1)
		return 1;
	for (;;)
		pause();
}

static int
use(const struct names *names)
{
	return !ask(names->server, "take") ||
	       names->kind->get(names->name, false) < 0 ||
	       make_and_remove(names, names->other);
}

static int
remove_other(const struct names *names)
{
	return make(names, names->other) || !ask(names->server, "take") ||
	       names->kind->drop(names->name) || give_up(names, names->other);
}

static const struct {
	const char *name;
	int (*run)(const struct names *names);
} ways[] = {
	{"released", be_released},
	{"stolen", be_stolen},
	{"held", hold},
	{"uses", use},
	{"removes", remove_other},
};

int
main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "stranger") == 0)
		return serve(argv + 2);
	if (argc == 4 && strcmp(argv[1], "ask") == 0)
		return !ask(argv[2], argv[3]);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (argc == 6 && strcmp(argv[1], ways[i].name) == 0) {
			const struct names names = {argv[2], find_kind(argv[3]),
						    argv[4], argv[5]};

			atexit(clean_up);
			return !ask(argv[2], "clear") || ways[i].run(&names);
		}
	return 2;
}
