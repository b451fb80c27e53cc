/* SPDX-License-Identifier: MIT */
/*
 * setjmp_cleanup.c - exceptions of C: what was made is noted on a list, a
 * failure jumps to where it is caught, and on the way all is undone that was
 * noted since the catcher began. A handler throws, too; exit() undoes all.
 *
 * Must hold: whichever call fails, and after exit(), SIGHUP, SIGINT or SIGTERM,
 * neither segment nor queue is left.
 *
 * PLANT 1: the list is cut when it jumps, and nothing is undone.
 * PLANT 2: the segment is noted when it is attached.
 * PLANT 3: undoing stops at what cannot be undone.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <unistd.h>

#include "scenarios/scenario.h"

enum { BYTES = 4096, NOTES = 4 };

static struct note {
	int (*undo)(int id);
	int id;
} notes[NOTES];

static volatile sig_atomic_t noted;
static sigjmp_buf catcher;
static sigset_t fatal;

static int
remove_segment(int id)
{
	return shmctl(id, IPC_RMID, NULL);
}

static int
remove_queue(int id)
{
	return msgctl(id, IPC_RMID, NULL);
}

static void
note(int (*undo)(int id), int id)
{
	notes[noted] = (struct note) {undo, id};
	noted++;
}

static void
undo_all(void)
{
	for (; noted > 0; noted--)
		if (notes[noted - 1].undo(notes[noted - 1].id) && PLANTED(3))
			_exit(1);
}

static void throw(int code)
{
	if (PLANTED(1))
		noted = 0;
	siglongjmp(catcher, code);
}

static int
check(int result)
{
	if (result == -1)
		throw(1);
	return result;
}

static void
work(void)
{
	int id = check(shmget(IPC_PRIVATE, BYTES, 0600));
	void *memory;

	if (!PLANTED(2))
		note(remove_segment, id);
	memory = shmat(id, NULL, 0);
	check(memory == (void *)-1 ? -1 : 0);
	if (PLANTED(2))
		note(remove_segment, id);
	id = check(msgget(IPC_PRIVATE, 0600));
	note(remove_queue, id);
	sigprocmask(SIG_UNBLOCK, &fatal, NULL);
	check(msgsnd(id, &(long) {1}, 0, 0));
	sigprocmask(SIG_BLOCK, &fatal, NULL);
}

int
main(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
	int i, code;

	for (i = 0; i < 3; i++) {
		sigaddset(&fatal, numbers[i]);
		signal(numbers[i], throw);
	}
	sigprocmask(SIG_BLOCK, &fatal, NULL);
	if (atexit(undo_all))
		return 1;
	code = sigsetjmp(catcher, 1);
	if (code == 0)
		work();
	undo_all();
	return code == 0 ? 0 : 1;
}
