/* SPDX-License-Identifier: MIT */
/*
 * headless.c - ends, and leaves a process whose first thread has ended, too,
 * while another one lives until it is killed. Such a process is a zombie to
 * whoever looks at the state in /proc/PID/stat alone.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int ready[2];

static int
first_has_ended(void)
{
	char text[512] = "";
	FILE *file = fopen("/proc/self/stat", "r");
	const char *name_end;

	if (!file)
		return 0;
	(void)!fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	name_end = strrchr(text, ')');
	return name_end && !strncmp(name_end, ") Z", 3);
}

static void *
live_on(void *unused)
{
	while (!first_has_ended())
		sched_yield();
	(void)!write(ready[1], "", 1);
	for (;;)
		pause();
	return unused;
}

static void
lose_head(void)
{
	pthread_t thread;

	signal(SIGTERM, SIG_IGN);
	if (pthread_create(&thread, NULL, live_on, NULL) == 0)
		pthread_exit(NULL);
}

int
main(void)
{
	char byte;
	pid_t pid;

	if (pipe(ready))
		return 1;
	pid = fork();
	if (pid == 0)
		lose_head();
	if (pid <= 0)
		return 1;
	close(ready[1]);
	return read(ready[0], &byte, 1) == 1 ? 0 : 1;
}
