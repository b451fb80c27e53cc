/* SPDX-License-Identifier: MIT */
/*
 * socket_rename.c - a server that starts where another one crashed. A socket
 * that is there cannot be bound again, see EADDRINUSE in bind(2); unlinked
 * first, its clients find none for a moment. So the new one is bound beside it,
 * listens, and is renamed over it. The child is the server that crashes. Both
 * names are the server's, and the cleanup unlinks both.
 *
 * Must hold: whatever ends the child where, and after exit(), SIGHUP, SIGINT,
 * SIGTERM and failing calls in the parent, no socket is left, old or new.
 *
 * PLANT 1: when it cannot be renamed the program gives up at once.
 * PLANT 2: the cleanup unlinks the name that the socket is to have.
 * PLANT 3: the cleanup unlinks the name that it was bound to: the plain run
 *          leaks.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static volatile pid_t owner;
static char published[80], bound[84];

/* The child has handlers, too. */
static void
cleanup(void)
{
	if (getpid() != owner)
		return;
	if (!PLANTED(2))
		unlink(bound);
	if (!PLANTED(3))
		unlink(published);
}

static void
die(int number)
{
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static int
listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		return -1;
	return listen(fd, 1);
}

static int
publish(void)
{
	if (rename(bound, published) == 0)
		return 0;
	if (PLANTED(1))
		_exit(1);
	return -1;
}

int
main(void)
{
	const char *directory = getenv("TMPDIR");
	pid_t child;

	owner = getpid();
	snprintf(published, sizeof(published), "%s/server-%d",
		 directory ? directory : "/tmp", (int)owner);
	snprintf(bound, sizeof(bound), "%s.new", published);
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	child = fork();
	if (child == 0)
		return listen_at(published) == -1 ? 1 : raise(SIGKILL);
	if (child == -1 || atexit(cleanup) || waitpid(child, NULL, 0) != child)
		return 1;
	return listen_at(bound) == -1 || publish();
}
