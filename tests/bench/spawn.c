/* SPDX-License-Identifier: MIT */
/* spawn.c - run a program N times, one after another: spawn N PROGRAM [ARG]...
 * A shell's fork would cost as much as the program. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int
main(int argc, char **argv)
{
	for (long i = argc > 2 ? atol(argv[1]) : 0; i > 0; i--) {
		pid_t pid;

		if (posix_spawnp(&pid, argv[2], NULL, NULL, argv + 2,
				 environ)) {
			perror(argv[2]);
			return 1;
		}
		waitpid(pid, NULL, 0);
	}
	return 0;
}
