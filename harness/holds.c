/* SPDX-License-Identifier: MIT */
/* holds.c - semaphores that were taken and not given back. */
#include "harness/holds.h"

#include <sys/sem.h>

enum { OPERATIONS_MAX = 500 }; /* SEMOPM, semop(2) */

static uint64_t
key_of(int id, unsigned number)
{
	return (uint64_t)(uint32_t)id << 16 | (number & 0xffff);
}

void
holds_note(struct holds *holds, const struct tracee *tracee,
	   const struct call *call)
{
	struct sembuf operations[OPERATIONS_MAX];
	size_t count =
		call->args[2] < OPERATIONS_MAX ? call->args[2] : OPERATIONS_MAX;
	size_t bytes = tracee_read(tracee, call->args[1], operations,
				   count * sizeof(*operations));

	for (size_t i = 0; i < bytes / sizeof(*operations); i++)
		*tally_of(&holds->net,
			  key_of((int)call->args[0], operations[i].sem_num)) -=
			(unsigned)(int)operations[i].sem_op;
}

bool
holds_find(const struct holds *holds, const struct object *object)
{
	if (object->kind != KIND_SYSV_SEM ||
	    !object_knows(object, FIELD_VALUES))
		return false;
	for (unsigned i = 0; i < object->count; i++)
		if (object->values[i] == 0 &&
		    (int)tally_get(&holds->net, key_of(object->id, i)) > 0)
			return true;
	return false;
}

void
holds_clear(struct holds *holds)
{
	tally_clear(&holds->net);
}

void
holds_free(struct holds *holds)
{
	tally_free(&holds->net);
}
