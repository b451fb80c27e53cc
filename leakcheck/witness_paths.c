/* SPDX-License-Identifier: MIT */
/* witness_paths.c - which call made what has a path. */
#include "leakcheck/witness_paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "leakcheck/snapshot.h"

/* FNV-1a, 64 bits. */
static uint64_t
hash_path(const char *path)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * UINT64_C(0x100000001b3);
	return hash;
}

/* The slot of that path and kinds, or the empty one where it would go. */
static size_t *
find_slot(const struct path_log *log, unsigned kinds, const char *path)
{
	size_t mask = log->slot_count - 1;
	size_t i = (size_t)hash_path(path) & mask;

	for (; log->slots[i]; i = (i + 1) & mask) {
		const struct path_made *made = &log->made[log->slots[i] - 1];

		if (made->kinds == kinds && !strcmp(made->path, path))
			break;
	}
	return &log->slots[i];
}

static void
grow(struct path_log *log)
{
	log->room = log->room ? 2 * log->room : 16;
	log->made = mem_grow(log->made, log->room, sizeof(*log->made));
	free(log->slots);
	log->slot_count = 2 * log->room;
	log->slots = mem_zalloc(log->slot_count * sizeof(*log->slots));
	for (size_t i = 0; i < log->count; i++)
		*find_slot(log, log->made[i].kinds, log->made[i].path) = i + 1;
}

struct path_made *
path_log_add(struct path_log *log, unsigned kinds, const char *path,
	     const struct maker *maker)
{
	struct path_made *made;
	size_t *slot;

	if (log->count == log->room)
		grow(log);
	slot = find_slot(log, kinds, path);
	if (!*slot) {
		log->made[log->count].path =
			arena_copy(&log->paths, path, strlen(path));
		*slot = ++log->count;
	}
	made = &log->made[*slot - 1];
	made->kinds = kinds;
	made->maker = *maker;
	made->seen = (struct object) {0};
	return made;
}

static void
add_renamed(struct path_log *log, size_t index, size_t old_length,
	    const char *new)
{
	/* A copy: adding may move the array. */
	const struct path_made made = log->made[index];
	CLEANUP_FREE char *path =
		mem_printf("%s%s", new, made.path + old_length);

	path_log_add(log, made.kinds, path, &made.maker)->seen = made.seen;
}

/* A file that is renamed is one of a few entries: one for each set of kinds. */
static void
rename_file(struct path_log *log, const char *old, const char *new)
{
	static const unsigned kinds[] = {PATH_LOG_NODES, PATH_LOG_FILES};

	for (size_t i = 0; i < ARRAY_LEN(kinds) && log->count > 0; i++) {
		size_t found = *find_slot(log, kinds[i], old);

		if (found)
			add_renamed(log, found - 1, strlen(old), new);
	}
}

void
path_log_rename(struct path_log *log, const char *old, const char *new,
		bool directory)
{
	size_t count = log->count;

	if (!directory) {
		rename_file(log, old, new);
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (!(log->made[i].kinds & KIND_BIT(KIND_POSIX_MQ)) &&
		    path_is_under(log->made[i].path, old))
			add_renamed(log, i, strlen(old), new);
}

void
path_log_miss(struct path_log *log)
{
	log->missed++;
}

bool
path_log_is_empty(const struct path_log *log)
{
	return log->count == 0;
}

/* The birth tells an inode number that is used again. */
static bool
is_what_was_seen(const struct path_made *made, const struct object *object)
{
	const struct object *seen = &made->seen;

	if (!object_knows(seen, FIELD_INO) || !object_knows(object, FIELD_INO))
		return true;
	if (seen->dev != object->dev || seen->ino != object->ino)
		return false;
	return !object_knows(seen, FIELD_BTIME) ||
	       !object_knows(object, FIELD_BTIME) ||
	       seen->btime_ns == object->btime_ns;
}

bool
path_log_find(const struct path_log *log, const struct object *object,
	      struct maker *maker)
{
	static const unsigned kinds[] = {PATH_LOG_NODES, PATH_LOG_FILES,
					 KIND_BIT(KIND_POSIX_MQ)};

	for (size_t i = 0; i < ARRAY_LEN(kinds) && log->count > 0; i++) {
		size_t found = *find_slot(log, kinds[i], object->path);
		const struct path_made *made = &log->made[found - !!found];

		if (!found || !(kinds[i] & KIND_BIT(object->kind)) ||
		    !is_what_was_seen(made, object))
			continue;
		*maker = made->maker;
		maker->certain = object_knows(&made->seen, FIELD_INO) ||
				 object->kind == KIND_POSIX_MQ;
		return true;
	}
	return false;
}

const char *
path_log_next(const struct path_log *log, unsigned kinds, size_t *cursor)
{
	while (*cursor < log->count) {
		const struct path_made *made = &log->made[(*cursor)++];

		if (made->kinds & kinds)
			return made->path;
	}
	return NULL;
}

size_t
path_log_missed(const struct path_log *log)
{
	return log->missed;
}

void
path_log_free(struct path_log *log)
{
	free(log->made);
	free(log->slots);
	arena_free(&log->paths);
	*log = (struct path_log) {0};
}
