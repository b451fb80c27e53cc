/* SPDX-License-Identifier: MIT */
/*
 * procs.h - is the process with this number alive, is it still the one that is
 * meant, and what does it run.
 *
 * The numbers are those of the calling process's own pid namespace, as the
 * kernel tells them with objects. A /proc may show another namespace's (in a
 * sandbox), hide processes (hidepid) or be missing: then less is known, and
 * what is not known to be dead is alive.
 */
#ifndef LEAKCHECK_PROCS_H
#define LEAKCHECK_PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/proc.h"

enum life {
	LIFE_DEAD,
	LIFE_ALIVE,
	LIFE_UNKNOWN, /* the kernel tells no number, see procs_life() */
};

struct procs;

/* For procs_open(): /proc. */
#define PROCS_DEFAULT (-1)

/*
 * Look at the /proc that is open as @proc_dir, or PROCS_DEFAULT. The
 * descriptor is not kept. Never fails: without a /proc less is known.
 */
struct procs *procs_open(int proc_dir);
void procs_free(struct procs *procs); /* NULL is allowed */
void procs_free_ptr(struct procs **procs);
#define CLEANUP_PROCS CLEANUP(procs_free_ptr)

/*
 * Is the process @pid alive that did something at @acted_at, in seconds since
 * 1970 (0: not known when)? A process that has certainly started after that, by
 * more than a day, is another one that got the same number. A zombie is dead.
 *
 * LIFE_UNKNOWN for pid 0: what the kernel tells for a process that has no
 * number in our pid namespace, and where there was no process yet.
 */
enum life procs_life(const struct procs *procs, pid_t pid, int64_t acted_at);

/* Append "pid 77 (postgres)", without the name where it is not known. */
void procs_add_name(const struct procs *procs, pid_t pid, struct buf *into);

/* Fill *stat. Returns false when there is none, or it is hidden from us. */
bool procs_read(const struct procs *procs, pid_t pid, struct proc_stat *stat);

/* The open /proc whose numbers are ours, -1 when there is none. */
int procs_dir(const struct procs *procs);

/*
 * Does it list every process of the machine? When not, append why not: what
 * processes there are that use an object cannot be told then.
 */
bool procs_lists_all(const struct procs *procs, struct buf *why);

/* Are we in the first pid namespace, where every process has a number? */
bool procs_numbers_all(const struct procs *procs);

#endif
