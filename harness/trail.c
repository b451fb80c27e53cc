/* SPDX-License-Identifier: MIT */
/* trail.c - what the trial under way may have made. */
#include "harness/trail.h"

#include <errno.h>
#include <mqueue.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leakcheck/remove.h"
#include "leakcheck/sandbox.h"
#include "leakcheck/sysv.h"

/* Only pages that are written to take memory. */
enum { TRAIL_BYTES = 1 << 24 };

struct trail {
	/* Set when what is below is whole: its writer may die at any time. */
	_Atomic size_t length;
	/* Entries, each followed by its path with the NUL, "" for none. */
	char bytes[TRAIL_BYTES];
};

struct trail *
trail_new(struct err *err)
{
	struct trail *trail = mmap(NULL, sizeof(*trail), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

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

bool
trail_add(struct trail *trail, const struct trail_entry *entry)
{
	const char *path = entry->path ? entry->path : "";
	size_t length = atomic_load(&trail->length);
	size_t bytes = strlen(path) + 1;

	if (sizeof(*entry) + bytes > TRAIL_BYTES - length)
		return false;
	memcpy(trail->bytes + length, entry, sizeof(*entry));
	memcpy(trail->bytes + length + sizeof(*entry), path, bytes);
	atomic_store(&trail->length, length + sizeof(*entry) + bytes);
	return true;
}

bool
trail_next(const struct trail *trail, size_t *cursor, struct trail_entry *entry)
{
	if (*cursor >= atomic_load(&trail->length))
		return false;
	memcpy(entry, trail->bytes + *cursor, sizeof(*entry));
	entry->path = trail->bytes + *cursor + sizeof(*entry);
	*cursor += sizeof(*entry) + strlen(entry->path) + 1;
	return true;
}

void
trail_clear(struct trail *trail)
{
	atomic_store(&trail->length, 0);
}

static void
remove_id(const struct trail_entry *entry)
{
	const struct object object = {.kind = entry->kind, .id = entry->id};
	struct err ignored;

	(void)remove_object(&object, &ignored);
}

/*
 * Is that what the entry's call has made? Only segments tell their creator: of
 * semaphores and queues without a key it cannot be known, so they stay.
 */
static bool
is_made(const struct trail_entry *entry, const struct object *object)
{
	if (object->key != entry->key || object->ctime < entry->since)
		return false;
	if (object_knows(object, FIELD_CPID))
		return object->cpid == entry->creator;
	return entry->key != IPC_PRIVATE;
}

/* The warden died before it knew the id, or the call failed. */
static void
remove_unknown(const struct trail_entry *entry)
{
	int max = sysv_max_index(entry->kind);
	struct err ignored;

	for (int index = 0; index <= max; index++) {
		struct object object = {.kind = entry->kind};

		if (sysv_at_index(entry->kind, index, &object) &&
		    is_made(entry, &object))
			(void)remove_object(&object, &ignored);
	}
}

static void
remove_file(const struct trail_entry *entry)
{
	static const mode_t types[KIND_COUNT] = {
		[KIND_POSIX_SHM] = S_IFREG,
		[KIND_POSIX_SEM] = S_IFREG,
		[KIND_FIFO] = S_IFIFO,
		[KIND_UNIX_SOCKET] = S_IFSOCK,
	};
	struct stat status;

	if (lstat(entry->path, &status) == 0 &&
	    (status.st_mode & S_IFMT) == types[entry->kind])
		unlink(entry->path);
}

static void
remove_entry(const struct trail_entry *entry)
{
	if (kind_identity(entry->kind) == BY_ID && entry->id >= 0)
		remove_id(entry);
	else if (kind_identity(entry->kind) == BY_ID)
		remove_unknown(entry);
	else if (entry->kind == KIND_POSIX_MQ)
		mq_unlink(entry->path);
	else
		remove_file(entry);
}

void
trail_sweep(struct trail *trail, bool sandboxed)
{
	struct trail_entry entry;
	size_t cursor = 0;

	while (trail_next(trail, &cursor, &entry))
		if (!sandboxed || !sandbox_covers(entry.path))
			remove_entry(&entry);
	trail_clear(trail);
}
