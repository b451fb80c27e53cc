/* SPDX-License-Identifier: MIT */
/*
 * holds.h - semaphores of System V sets that the target has taken and not given
 * back, by its semop(2) calls. What the kernel undoes (SEM_UNDO) is no hold:
 * the value in the snapshot says so.
 */
#ifndef HARNESS_HOLDS_H
#define HARNESS_HOLDS_H

#include "harness/tally.h"
#include "harness/tracer/tracer.h"
#include "model/object.h"

struct holds {
	struct tally net; /* by set and number: taken less given, as unsigned */
};

/* The call, of semop(2) or semtimedop(2), has succeeded. */
void holds_note(struct holds *holds, const struct tracee *tracee,
		const struct call *call);
/* Is a semaphore of this set at 0, and was taken more often than given? */
bool holds_find(const struct holds *holds, const struct object *object);
void holds_clear(struct holds *holds);
void holds_free(struct holds *holds);

#endif
