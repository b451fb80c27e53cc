/* SPDX-License-Identifier: MIT */
/*
 * holders.h - which processes have a file open or mapped, or wait in a system
 * call for an object: one walk over /proc answers any number of questions.
 *
 * What no walk can see: a descriptor that is under way in a socket's queue
 * (SCM_RIGHTS) or known to an io_uring only; processes that another user's
 * rights or another pid namespace hide. The latter are told, see
 * holders_sees_all().
 */
#ifndef LEAKCHECK_HOLDERS_H
#define LEAKCHECK_HOLDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "leakcheck/procs.h"
#include "model/object.h"

enum hold {
	HOLD_OPEN,    /* has it open */
	HOLD_MAPPED,  /* has it mapped, it need not be open */
	HOLD_OPENING, /* waits in open(2) for a FIFO's other end, fifo(7) */
	HOLD_QUEUE,   /* waits in msgrcv(2) or msgsnd(2) */
};

struct holder {
	enum hold how;
	pid_t pid;
	uint64_t dev;	 /* HOLD_QUEUE: 0 */
	uint64_t number; /* inode, HOLD_QUEUE: identifier, or HOLDER_SOME */
	/* HOLDER_SOME: the name by which a FIFO was opened, NULL: not known */
	const char *name;
};

/* It waits for a FIFO or a queue, but for which cannot be told: for any. */
#define HOLDER_SOME UINT64_MAX

struct holders;

/* Nothing is walked before the first question. @procs must outlive it. */
struct holders *holders_new(const struct procs *procs);
void holders_free(struct holders *holders); /* NULL is allowed */

/* Forget what was seen longer ago than @age_ms: the next question walks. */
void holders_refresh(struct holders *holders, int64_t age_ms);

/*
 * One that holds it, or else one that may, with HOLDER_SOME; NULL when none
 * was seen. Valid until the next call. holders_of_file() is for regular files
 * and also looks for mappings.
 *
 * @renamed: the FIFO may have got its name since it was last written to. A
 * process that waits to open what has no such name any more may mean this one.
 */
const struct holder *holders_of_fifo(struct holders *holders,
				     const struct object *fifo, bool renamed);
const struct holder *
holders_of_file(struct holders *holders, const struct object *file);
const struct holder *
holders_of_queue(struct holders *holders, const struct object *queue);

/*
 * Could holders_of_fifo() and holders_of_queue() see all processes? When not,
 * append why not, as in "whether a process @does cannot be told: ...".
 */
bool
holders_sees_all(struct holders *holders, const char *does, struct buf *why);

/* Append "open in pid 77 (cat)" or what else it does. */
void holders_add_holder(const struct holders *holders,
			const struct holder *holder, struct buf *into);

#endif
