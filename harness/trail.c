/* SPDX-License-Identifier: MIT */
/* trail.c - what the trial under way may have made. */
#include "harness/trail.h"

#include <errno.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "leakcheck/identity.h"
#include "leakcheck/remove.h"
#include "leakcheck/sandbox.h"
#include "leakcheck/sysv.h"

/* Only pages that are written to take memory. */
enum { TRAIL_BYTES = 1 << 26 };

/* Room for paths comes in powers of two, up to that of PATH_MAX. */
enum { LEAST_ROOM = 64, ROOM_COUNT = 8 };

enum state {
	STATE_FREE,
	STATE_OPEN, /* the call is under way */
	STATE_MADE,
};

/* In shared memory, at the same address in both processes. */
struct trail_record {
	/* Set when what it promises is whole: its writer may die any time. */
	_Atomic enum state state;
	unsigned room; /* index, for the path */
	struct trail_record *next_free;
	struct claim claim;
	struct object before;
	struct object made;
	char path[];
};

struct trail {
	_Atomic size_t length; /* set when a new record is whole */
	struct trail_record *free[ROOM_COUNT];
	alignas(struct trail_record) char bytes[TRAIL_BYTES];
};

struct trail *
trail_new(struct err *err)
{
	struct trail *trail =
		mmap(NULL, sizeof(*trail), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (trail != MAP_FAILED)
		return trail;
	err_set(err, errno, "making shared memory");
	return NULL;
}

void
trail_free(struct trail *trail)
{
	if (trail)
		munmap(trail, sizeof(*trail));
}

static size_t
record_bytes(unsigned room)
{
	return sizeof(struct trail_record) + ((size_t)LEAST_ROOM << room);
}

/* ROOM_COUNT: the path is too long. */
static unsigned
room_for(const char *path)
{
	unsigned room = 0;

	while (room < ROOM_COUNT && strlen(path) >= (size_t)LEAST_ROOM << room)
		room++;
	return room;
}

static struct trail_record *
append(struct trail *trail, unsigned room)
{
	size_t length = atomic_load(&trail->length);
	struct trail_record *record = (void *)(trail->bytes + length);

	if (record_bytes(room) > TRAIL_BYTES - length)
		return NULL;
	atomic_store(&record->state, STATE_FREE);
	record->room = room;
	atomic_store(&trail->length, length + record_bytes(room));
	return record;
}

/* A free one with this path, NULL: there is no room. */
static struct trail_record *
take(struct trail *trail, const char *path)
{
	const unsigned room = room_for(path);
	struct trail_record *record;

	if (room == ROOM_COUNT)
		return NULL;
	record = trail->free[room];
	if (record)
		trail->free[room] = record->next_free;
	else
		record = append(trail, room);
	if (record)
		strcpy(record->path, path);
	return record;
}

struct trail_record *
trail_add(struct trail *trail, const struct claim *claim,
	  const struct object *before, const char *path)
{
	struct trail_record *record = take(trail, path);

	if (!record)
		return NULL;
	record->claim = *claim;
	record->before = *before;
	atomic_store(&record->state, STATE_OPEN);
	return record;
}

struct trail_record *
trail_add_made(struct trail *trail, const struct object *object,
	       const char *path)
{
	struct trail_record *record = take(trail, path);

	if (!record)
		return NULL;
	record->claim = (struct claim) {.kind = object->kind};
	trail_made(record, object);
	return record;
}

void
trail_made(struct trail_record *record, const struct object *object)
{
	record->made = *object;
	atomic_store(&record->state, STATE_MADE);
}

void
trail_drop(struct trail *trail, struct trail_record *record)
{
	if (!record)
		return;
	atomic_store(&record->state, STATE_FREE);
	record->next_free = trail->free[record->room];
	trail->free[record->room] = record;
}

void
trail_clear(struct trail *trail)
{
	atomic_store(&trail->length, 0);
	memset(trail->free, 0, sizeof(trail->free));
}

/* The next one that is not free, NULL after the last. */
static const struct trail_record *
next_record(const struct trail *trail, size_t *cursor)
{
	const size_t length = atomic_load(&trail->length);

	while (*cursor < length) {
		const struct trail_record *record =
			(const void *)(trail->bytes + *cursor);

		*cursor += record_bytes(record->room);
		if (atomic_load(&record->state) != STATE_FREE)
			return record;
	}
	return NULL;
}

bool
trail_next(const struct trail *trail, size_t *cursor, struct trail_entry *entry)
{
	const struct trail_record *record = next_record(trail, cursor);

	if (!record)
		return false;
	*entry = (struct trail_entry) {record->claim.kind, record->path};
	return true;
}

/* A copy in which the path is where it is. */
static struct object
with_path(const struct trail_record *record, const struct object *object)
{
	struct object copy = *object;

	if (kind_identity(record->claim.kind) == BY_PATH)
		copy.path = record->path;
	return copy;
}

/* Nobody has seen what came of the call. */
static void
remove_claimed(const struct trail_record *record, const struct object *object)
{
	const struct object before = with_path(record, &record->before);
	struct err ignored;

	if (object_is_identified(&before) && object_is_same(&before, object))
		return;
	if (claim_fits(&record->claim, object, false))
		(void)remove_object(object, &ignored);
}

static void
remove_claimed_ids(const struct trail_record *record)
{
	const enum kind kind = record->claim.kind;
	const int max = sysv_max_index(kind);

	for (int index = 0; index <= max; index++) {
		struct object object = {.kind = kind};

		if (sysv_at_index(kind, index, &object))
			remove_claimed(record, &object);
	}
}

static void
remove_claimed_path(const struct trail_record *record)
{
	struct object object = {.kind = record->claim.kind,
				.path = record->path};
	struct err ignored;

	if (identity_take(&object, &ignored) == IDENTITY_SAME)
		remove_claimed(record, &object);
}

static void
remove_made(const struct trail_record *record)
{
	const struct object made = with_path(record, &record->made);
	struct err ignored;

	if (object_is_identified(&made))
		(void)remove_object(&made, &ignored);
}

static void
remove_record(const struct trail_record *record)
{
	if (atomic_load(&record->state) == STATE_MADE)
		remove_made(record);
	else if (kind_identity(record->claim.kind) == BY_ID)
		remove_claimed_ids(record);
	else
		remove_claimed_path(record);
}

void
trail_sweep(struct trail *trail, bool sandboxed)
{
	const struct trail_record *record;
	size_t cursor = 0;

	while ((record = next_record(trail, &cursor)))
		if (!sandboxed || !sandbox_covers(record->path))
			remove_record(record);
	trail_clear(trail);
}
