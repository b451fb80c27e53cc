/* SPDX-License-Identifier: MIT */
/* tiny.c - the life of a segment, and nothing else. */
#include <stddef.h>
#include <sys/shm.h>

int
main(void)
{
	int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	void *memory = shmat(id, NULL, 0);

	shmdt(memory);
	return shmctl(id, IPC_RMID, NULL) ? 1 : 0;
}
