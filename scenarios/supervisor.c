/* SPDX-License-Identifier: MIT */
/*
 * supervisor.c - a supervisor starts a service again that crashed, and cleans
 * up after each that has ended: it removes all segments that a process made
 * whose number is that of the service, as it finds them in the list of all
 * segments, see SHM_STAT in shmctl(2). Names and keys need not be known.
 *
 * Must hold: whatever ends the service where, and whichever call of it fails,
 * no segment is left, of the first service nor of the second.
 *
 * PLANT 1: it cleans up once, at the end, after the service started last.
 * PLANT 2: it cleans up when a signal ended the service.
 * PLANT 3: it removes the first segment that it finds, and no other.
 */
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096, STARTS = 2 };

static int
serve(void)
{
	const int input = shmget(IPC_PRIVATE, BYTES, 0600);
	int output;

	if (input == -1)
		return 1;
	output = shmget(IPC_PRIVATE, BYTES, 0600);
	if (output == -1)
		return 1;
	return shmctl(input, IPC_RMID, NULL) == -1 ||
	       shmctl(output, IPC_RMID, NULL) == -1;
}

static void
clean_after(pid_t service)
{
	struct shm_info info;
	struct shmid_ds status;
	int last = shmctl(0, SHM_INFO, (void *)&info);
	int i, id;

	for (i = 0; i <= last; i++) {
		id = shmctl(i, SHM_STAT, &status);
		if (id == -1 || status.shm_cpid != service)
			continue;
		shmctl(id, IPC_RMID, NULL);
		if (PLANTED(3))
			return;
	}
}

/* Returns how it ended, wait(2), or -1. */
static int
run(pid_t *service)
{
	int status;

	*service = fork();
	if (*service == 0)
		_exit(serve());
	if (*service == -1 || waitpid(*service, &status, 0) != *service)
		return -1;
	return status;
}

int
main(void)
{
	pid_t service = -1;
	int i, status = -1;

	for (i = 0; i < STARTS && status; i++) {
		status = run(&service);
		if (PLANTED(1) || (PLANTED(2) && !WIFSIGNALED(status)))
			continue;
		clean_after(service);
	}
	if (PLANTED(1))
		clean_after(service);
	return status == 0 ? 0 : 1;
}
