/* SPDX-License-Identifier: MIT */
/*
 * unix_socket.c - a server's socket: what an earlier crash left under its path
 * is unlinked, then bind, listen, one client, close, unlink.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no path.
 *
 * PLANT 1: the hook is registered when the socket listens.
 * PLANT 2: the handler closes the socket and leaves its path.
 * PLANT 3: the path is relative, and the program changes its directory before
 *          it unlinks: the plain run leaks.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static volatile sig_atomic_t server = -1;

static void
cleanup(void)
{
	if (server == -1)
		return;
	unlink(address.sun_path);
	close(server);
	server = -1;
}

static void
die(int number)
{
	if (PLANTED(2))
		close(server);
	else
		cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static int
create(void)
{
	sigset_t fatal, before;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int result;

	sigemptyset(&fatal);
	sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	sigprocmask(SIG_BLOCK, &fatal, &before);
	result = bind(fd, (struct sockaddr *)&address, sizeof(address));
	if (result == 0)
		server = fd;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}

static int
serve(void)
{
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	if (connect(client, (struct sockaddr *)&address, sizeof(address)) == -1)
		return -1;
	return close(accept(server, NULL, NULL));
}

int
main(void)
{
	const char *directory = getenv("TMPDIR");

	if (chdir(directory ? directory : "/tmp") == -1)
		return 1;
	snprintf(address.sun_path, sizeof(address.sun_path), "socket-%d",
		 (int)getpid());
	signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (!PLANTED(1) && atexit(cleanup))
		return 1;
	unlink(address.sun_path);
	if (create() || listen(server, 1) == -1)
		return 1;
	if (PLANTED(1) && atexit(cleanup))
		return 1;
	if (serve())
		return 1;
	return PLANTED(3) ? chdir("/") : 0;
}
