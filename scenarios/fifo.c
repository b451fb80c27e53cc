/* SPDX-License-Identifier: MIT */
/*
 * fifo.c - a FIFO that appears under its name when it is ready: made under
 * another one, then renamed. The cleanup unlinks the name that it has now, so
 * signals wait until a new name is noted.
 *
 * Must hold: exit(), SIGHUP, SIGINT, SIGTERM and failing calls leave no FIFO,
 * under no name.
 *
 * PLANT 1: SIGINT and SIGTERM are caught, SIGHUP is not.
 * PLANT 2: the new name is noted too late, when signals do not wait any more.
 * PLANT 3: when the FIFO cannot be renamed the program gives up at once.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenarios/scenario.h"

static char published[256], made[264];
static const char *volatile current; /* NULL: there is none */

static void
cleanup(void)
{
	if (!current)
		return;
	unlink(current);
	current = NULL;
}

static void
die(int number)
{
	cleanup();
	signal(number, SIG_DFL);
	raise(number);
}

static void
mask(int how)
{
	sigset_t fatal;

	sigemptyset(&fatal);
	sigaddset(&fatal, SIGHUP);
	sigaddset(&fatal, SIGINT);
	sigaddset(&fatal, SIGTERM);
	sigprocmask(how, &fatal, NULL);
}

static int
create(void)
{
	int result;

	mask(SIG_BLOCK);
	result = mkfifo(made, 0600);
	if (result == 0)
		current = made;
	mask(SIG_UNBLOCK);
	return result;
}

static int
publish(void)
{
	int result;

	mask(SIG_BLOCK);
	result = rename(made, published);
	if (result == 0 && !PLANTED(2))
		current = published;
	mask(SIG_UNBLOCK);
	if (result == 0 && PLANTED(2))
		current = published;
	if (result == -1 && PLANTED(3))
		_exit(1);
	return result;
}

int
main(void)
{
	const char *directory = getenv("TMPDIR");
	struct stat status;

	if (!directory)
		directory = "/tmp";
	snprintf(published, sizeof(published), "%s/fifo-%d", directory,
		 (int)getpid());
	snprintf(made, sizeof(made), "%s.new", published);
	if (!PLANTED(1))
		signal(SIGHUP, die);
	signal(SIGINT, die);
	signal(SIGTERM, die);
	if (atexit(cleanup) || create() || publish())
		return 1;
	return stat(published, &status) == 0 ? 0 : 1;
}
