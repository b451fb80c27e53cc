/* SPDX-License-Identifier: MIT */
/*
 * holds.h - semaphores of System V sets that a thread of the target has taken
 * and not given back.
 *
 * A semaphore at 0 need not be held. It may count what others produce, and who
 * takes from that gives nothing back. So only one that is used as a lock can be
 * held: one of which some thread has given back what it had taken itself. That
 * may have been in the run without a fault, before which nothing is known.
 *
 * What a thread gives without having taken is no giving back: by semop(+1) a
 * semaphore is initialised, too. SETVAL and SETALL make all forgotten that was
 * taken before. What the kernel undoes (SEM_UNDO) is not held by the dead. A
 * lock that is free at 0, on whose users semop(0) waits, has it the other way
 * round.
 */
#ifndef HARNESS_HOLDS_H
#define HARNESS_HOLDS_H

#include <stdbool.h>
#include <sys/sem.h>

#include "harness/tally.h"
#include "harness/tracer/tracer.h"
#include "model/object.h"

/* A semaphore that is used as a lock. */
struct hold_lock {
	int set; /* the caller's own number of the set */
	unsigned number;
};

struct holds {
	struct tally numbers; /* of several meanings */
	struct hold_lock *locks;
	size_t lock_count, lock_room;
};

/*
 * A call about the set @set has succeeded: semop(2), semtimedop(2), semctl(2)
 * or another one, which is passed over.
 */
void holds_note(struct holds *holds, const struct tracee *tracee,
		const struct call *call, int set);
/* What it comes to. */
void holds_operate(struct holds *holds, pid_t thread, int set,
		   const struct sembuf *operations, size_t count);
void holds_reset(struct holds *holds, int set, unsigned number);
void holds_reset_all(struct holds *holds, int set);

/* For @locks below: made at that site, it is a lock in the golden run. */
uint64_t holds_lock_key(const char *created_at, unsigned number);

/*
 * Does the set @set, which is left as @object and was made at @created_at, have
 * a semaphore that is held? @created_at and @locks may be NULL: not known.
 */
bool holds_find(const struct holds *holds, int set, const struct object *object,
		const char *created_at, const struct tally *locks);
void holds_clear(struct holds *holds);
void holds_free(struct holds *holds);

#endif
