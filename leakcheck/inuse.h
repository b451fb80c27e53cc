/* SPDX-License-Identifier: MIT */
/*
 * inuse.h - is this object in use by a living process? With the evidence, and
 * without a side effect on those that use it. The calling process must have
 * one thread.
 *
 * What counts as evidence, by kind:
 *   sysv-shm     attachments; whether its creator and its last user live
 *   sysv-sem     waiting processes; whether the last to operate on each of its
 *                semaphores lives
 *   sysv-msg     whether its last sender and receiver live; processes that
 *                stand in msgrcv(2) or msgsnd(2) for it, if all can be seen
 *   posix-shm, posix-sem, posix-mq
 *                whether it is open or mapped anywhere, see inuse_paths.c
 *   fifo         whether a process has it open or waits to open it
 *   unix-socket  whether a socket is bound to it
 */
#ifndef LEAKCHECK_INUSE_H
#define LEAKCHECK_INUSE_H

#include "leakcheck/procs.h"
#include "model/object.h"

/* In the order of how much speaks against removing it. */
enum use {
	USE_FREE, /* nothing uses it; also when it is gone */
	/*
	 * Nothing is seen to use it now, but something may be about to: its
	 * creator lives, or is not known and the object was never used. Of
	 * sets and queues the kernel keeps only the last users: others may
	 * live, and hold what a SEM_UNDO is to give back.
	 */
	USE_IDLE,
	USE_BUSY,
	USE_UNKNOWN, /* we may not know, or cannot */
	USE_COUNT
};

/* "free", "idle", "busy", "unknown" */
const char *use_name(enum use use);

/* One for many objects: what is read of /proc is read once. */
struct inuse;

/*
 * @proc_dir is an open /proc in which the calling process has the number that
 * it knows itself by, or PROCS_DEFAULT. It is not kept.
 */
struct inuse *inuse_new(int proc_dir);
void inuse_free(struct inuse *inuse); /* NULL is allowed */
void inuse_free_ptr(struct inuse **inuse);
#define CLEANUP_INUSE CLEANUP(inuse_free_ptr)

/*
 * Look at one object as it is now, not as it was seen. Append the evidence to
 * @why, in words that go after "it is kept:" or "it is removed:".
 */
enum use
inuse_ask(struct inuse *inuse, const struct object *object, struct buf *why);

/*
 * Is the creator alive? Appends "creator pid 123 is dead". Only segments have
 * a creator in the kernel; for other kinds LIFE_UNKNOWN and nothing appended.
 */
enum life inuse_creator(struct inuse *inuse, const struct object *object,
			struct buf *why);

/*
 * What was read of /proc longer than a moment ago does not hold any longer.
 * For before an object is removed.
 */
void inuse_refresh(struct inuse *inuse);

#endif
