/* SPDX-License-Identifier: MIT */
/*
 * ipcfreeze.c - holds a process as a debugger does, so that SIGCONT does not
 * bring it back.
 *
 *	ipcfreeze PID	says "frozen", and holds it until it dies
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

int
main(int argc, char **argv)
{
	pid_t pid = argc == 2 ? atoi(argv[1]) : 0;
	int status;

	if (pid <= 0 || ptrace(PTRACE_SEIZE, pid, NULL, NULL) ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) ||
	    waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return 1;
	puts("frozen");
	fflush(stdout);
	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status))
		;
	return 0;
}
