/* SPDX-License-Identifier: MIT */
/*
 * shmfs.c - POSIX shared memory and named semaphores, which are files in
 * /dev/shm: shm_overview(7), sem_overview(7).
 *
 * The C library takes whatever is in that place, tmpfs or not. Without the
 * directory there can be no objects. Programs also keep files in directories
 * of their own there (jackd, iceoryx); they outlive them as the others do.
 */
#include <semaphore.h>
#include <string.h>

#include "leakcheck/collector.h"
#include "leakcheck/file_status.h"
#include "leakcheck/walk.h"

/*
 * Bounds against accidents, well above what was seen in use: three levels
 * (jackd), and as many files as one may leak before memory is out.
 */
enum { LEVELS = 8, ENTRIES = 1000000 };

/* sem_t of 32-bit programs: linux/x86, arm, mips ... bits/semaphore.h. */
enum { SMALL_SEM_BYTES = 16 };

/*
 * sem_open(3) of glibc makes "sem.XXXXXX", writes the semaphore into it, links
 * it to "sem.NAME" and unlinks the first. Killed in between it leaves that
 * name, perhaps still empty. (musl has no prefix: its semaphores cannot be told
 * from shared memory of 32 bytes.)
 */
static bool
is_semaphore(const struct walk_file *file)
{
	const char *prefix = "sem.";
	const char *pattern = "XXXXXX";
	uint64_t bytes = file->status->stx_size;

	if (file->level > 0 || strncmp(file->name, prefix, strlen(prefix)) != 0)
		return false;
	if (bytes == 0)
		return strlen(file->name) == strlen(prefix) + strlen(pattern);
	return bytes == sizeof(sem_t) || bytes == SMALL_SEM_BYTES;
}

static void
found(const struct walk_plan *plan, const struct walk_file *file)
{
	enum kind kind = is_semaphore(file) ? KIND_POSIX_SEM : KIND_POSIX_SHM;
	struct object_list *list = &plan->into->objects;
	struct object *object;

	if (!(plan->kinds & KIND_BIT(kind)))
		return;
	object = object_list_add(list, kind);
	object_list_set_path(list, object, file->path);
	file_status_fill(object, file->status);
	object->bytes = file->status->stx_size;
	object->known |= FIELD_BIT(FIELD_BYTES);
}

int
shmfs_collect(const struct collect_settings *settings, struct snapshot *into,
	      struct err *err)
{
	const struct walk_plan plan = {
		.into = into,
		.kinds = settings->kinds &
			 (KIND_BIT(KIND_POSIX_SHM) | KIND_BIT(KIND_POSIX_SEM)),
		.types = WALK_TYPE(DT_REG),
		.levels = LEVELS,
		.entries = ENTRIES,
		.found = found,
	};

	(void)err;
	walk_search(&plan, &settings->shm_dir, 1);
	return 0;
}
