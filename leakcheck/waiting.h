/* SPDX-License-Identifier: MIT */
/*
 * waiting.h - does a thread stand in a system call that waits for an object,
 * and for which? Nothing in the object itself tells of those that wait to open
 * a FIFO, nor in a message queue of those that wait for it.
 */
#ifndef LEAKCHECK_WAITING_H
#define LEAKCHECK_WAITING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

enum waiting_for {
	WAITING_FOR_NOTHING, /* or for something else */
	WAITING_FOR_FIFO,    /* to open it, until the other end is, fifo(7) */
	WAITING_FOR_QUEUE,   /* in msgrcv(2) or msgsnd(2) */
};

struct waiting {
	enum waiting_for what;
	bool which;	 /* is known: */
	uint64_t dev;	 /* of the FIFO */
	uint64_t number; /* inode, or identifier in the thread's namespace */
	/* A FIFO's last name by which it is opened, empty when not known. */
	struct buf name;
};

/*
 * Look at the thread @tid, as it is called in the /proc that is open as
 * @proc_dir and in our pid namespace. @waiting must be zero-initialised.
 * Returns false when it could not be looked at, also when there is no such
 * thread any more.
 */
bool waiting_look(struct waiting *waiting, int proc_dir, pid_t tid);
void waiting_free(struct waiting *waiting);
#define CLEANUP_WAITING CLEANUP(waiting_free)

#endif
