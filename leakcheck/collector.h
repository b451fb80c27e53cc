/* SPDX-License-Identifier: MIT */
/*
 * collector.h - how to see every live object of some kinds.
 *
 * A new kind is a row in model/kind.def, a collector, and a row in the table of
 * collect.c.
 */
#ifndef LEAKCHECK_COLLECTOR_H
#define LEAKCHECK_COLLECTOR_H

#include "leakcheck/snapshot.h"

/* Where to look and how far. Start from collect_defaults(). */
struct collect_settings {
	unsigned kinds;		  /* KIND_BIT()s to look for */
	const char *shm_dir;	  /* normally /dev/shm */
	const char *const *watch; /* directories for FIFOs and sockets */
	size_t watch_count;
	unsigned watch_depth; /* levels below each of them */
	size_t watch_entries; /* directory entries read, in all of them */
	bool sysv_from_proc;  /* do not try the *_STAT_ANY calls */
	/*
	 * Leave out where and when it is. For snapshots that go no further than
	 * to a diff in the process that takes them, always in one place.
	 */
	bool no_origin;
	/*
	 * A directory of the mqueuefs of our IPC namespace, opened while there
	 * was the right to mount it: isolate.h. NULL: to be found.
	 */
	const int *mqueue_dir;
};

/*
 * Append what is alive to into->objects, in any order; the caller sorts. Look
 * only for settings->kinds, which hold at least one kind of the collector.
 * An object that vanishes while it is read has not leaked: skip it. What
 * cannot be looked at becomes a blind spot of @into, never an error and never
 * silence. Returns 0, or -1 with *err set when nothing useful can be said.
 */
typedef int collect_function(const struct collect_settings *settings,
			     struct snapshot *into, struct err *err);

struct collector {
	unsigned kinds; /* that it sees */
	collect_function *collect;
};

collect_function sysv_collect;	 /* shmctl(2), semctl(2), msgctl(2) */
collect_function shmfs_collect;	 /* shm_overview(7), sem_overview(7) */
collect_function mqueue_collect; /* mq_overview(7) */
collect_function paths_collect;	 /* fifo(7), unix(7) */

#endif
