/* SPDX-License-Identifier: MIT */
/* holds.c - semaphores that were taken and not given back. */
#include "harness/holds.h"

#include <stdlib.h>
#include <sys/syscall.h>

#include "base/mem.h"

enum { OPERATIONS_MAX = 500 }; /* SEMOPM, semop(2) */

/* What the numbers of a semaphore mean. */
enum meaning {
	RESETS,	 /* how often SETVAL set it; of the set: SETALL */
	ZERO,	 /* 1: it is waited for to be 0, and so free then */
	LOCK,	 /* 1: a thread has given back what it had taken */
	TAKEN,	 /* by a thread, not yet given back */
	LASTING, /* the same, of what the kernel does not undo */
	HELD,	 /* lasting, of all threads */
};

/* No semaphore has this number: semget(2), SEMMSL. */
enum { WHOLE_SET = 1 << 16 };

static uint64_t
key_of(enum meaning meaning, int set, unsigned number)
{
	return tally_mix((uint64_t)meaning, (uint64_t)set << 32 | number);
}

static unsigned
get(const struct holds *holds, enum meaning meaning, int set, unsigned number)
{
	return tally_get(&holds->numbers, key_of(meaning, set, number));
}

/* The key of a number that begins anew with each reset. */
static uint64_t
fresh_key(const struct holds *holds, enum meaning meaning, int set,
	  unsigned number)
{
	uint64_t key = key_of(meaning, set, number);

	key = tally_mix(key, get(holds, RESETS, set, WHOLE_SET));
	key = tally_mix(key, get(holds, RESETS, set, number));
	return tally_mix(key, get(holds, ZERO, set, number));
}

static unsigned *
of_thread(struct holds *holds, enum meaning meaning, int set, unsigned number,
	  pid_t thread)
{
	uint64_t key = fresh_key(holds, meaning, set, number);

	return tally_of(&holds->numbers, tally_mix(key, (uint64_t)thread));
}

/* Take @by, or give back -@by of what was taken. Returns the change. */
static int
change(unsigned *taken, int by)
{
	if (by < 0 && (unsigned)-by > *taken)
		by = -(int)*taken;
	*taken += (unsigned)by;
	return by;
}

static void
note_lock(struct holds *holds, int set, unsigned number)
{
	unsigned *known = tally_of(&holds->numbers, key_of(LOCK, set, number));

	if (*known)
		return;
	*known = 1;
	if (holds->lock_count == holds->lock_room) {
		holds->lock_room = 2 * holds->lock_room + 4;
		holds->locks = mem_grow(holds->locks, holds->lock_room,
					sizeof(*holds->locks));
	}
	holds->locks[holds->lock_count++] = (struct hold_lock) {set, number};
}

static void
operate(struct holds *holds, pid_t thread, int set,
	const struct sembuf *operation)
{
	unsigned number = operation->sem_num;
	int by = get(holds, ZERO, set, number) ? operation->sem_op
					       : -operation->sem_op;

	if (by == 0) {
		*tally_of(&holds->numbers, key_of(ZERO, set, number)) = 1;
		return;
	}
	if (change(of_thread(holds, TAKEN, set, number, thread), by) < 0)
		note_lock(holds, set, number);
	if (operation->sem_flg & SEM_UNDO)
		return;
	by = change(of_thread(holds, LASTING, set, number, thread), by);
	*tally_of(&holds->numbers, fresh_key(holds, HELD, set, number)) +=
		(unsigned)by;
}

void
holds_operate(struct holds *holds, pid_t thread, int set,
	      const struct sembuf *operations, size_t count)
{
	for (size_t i = 0; i < count; i++)
		operate(holds, thread, set, &operations[i]);
}

void
holds_reset(struct holds *holds, int set, unsigned number)
{
	++*tally_of(&holds->numbers, key_of(RESETS, set, number));
}

void
holds_reset_all(struct holds *holds, int set)
{
	holds_reset(holds, set, WHOLE_SET);
}

/* semop(id, operations, count), semtimedop(id, operations, count, time) */
static void
note_operations(struct holds *holds, const struct tracee *tracee,
		const struct call *call, int set)
{
	struct sembuf operations[OPERATIONS_MAX];
	size_t count =
		call->args[2] < OPERATIONS_MAX ? call->args[2] : OPERATIONS_MAX;
	size_t bytes = tracee_read(tracee, call->args[1], operations,
				   count * sizeof(*operations));

	holds_operate(holds, tracee_tid(tracee), set, operations,
		      bytes / sizeof(*operations));
}

/* semctl(id, number, command, value). The library may add IPC_64 to it. */
static void
note_control(struct holds *holds, const struct tracee *tracee,
	     const struct call *call, int set)
{
	int command = (int)(call->args[2] & 0xff);

	(void)tracee;
	if (command == SETVAL)
		holds_reset(holds, set, (unsigned)call->args[1]);
	if (command == SETALL)
		holds_reset_all(holds, set);
}

static const struct {
	long number;
	void (*note)(struct holds *holds, const struct tracee *tracee,
		     const struct call *call, int set);
} calls[] = {
#ifdef SYS_semop
	{SYS_semop, note_operations},
#endif
	{SYS_semtimedop, note_operations},
	{SYS_semctl, note_control},
};

void
holds_note(struct holds *holds, const struct tracee *tracee,
	   const struct call *call, int set)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (calls[i].number == call->number)
			calls[i].note(holds, tracee, call, set);
}

uint64_t
holds_lock_key(const char *created_at, unsigned number)
{
	return tally_mix(tally_mix_text(0, created_at), number);
}

bool
holds_find(const struct holds *holds, int set, const struct object *object,
	   const char *created_at, const struct tally *locks)
{
	if (object->kind != KIND_SYSV_SEM ||
	    !object_knows(object, FIELD_VALUES))
		return false;
	for (unsigned i = 0; i < object->count; i++) {
		bool is_taken = tally_get(&holds->numbers,
					  fresh_key(holds, HELD, set, i)) > 0 &&
				!object->values[i] == !get(holds, ZERO, set, i);
		bool is_lock =
			get(holds, LOCK, set, i) ||
			(locks && created_at &&
			 tally_get(locks, holds_lock_key(created_at, i)));

		if (is_taken && is_lock)
			return true;
	}
	return false;
}

void
holds_clear(struct holds *holds)
{
	tally_clear(&holds->numbers);
	holds->lock_count = 0;
}

void
holds_free(struct holds *holds)
{
	tally_free(&holds->numbers);
	free(holds->locks);
	*holds = (struct holds) {0};
}
