/* SPDX-License-Identifier: MIT */
/* witness_paths.c - which call made what has a path. */
#include "leakcheck/witness_paths.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "leakcheck/snapshot.h"

/* The slot of that path and kinds, or the empty one where it would go. */
static size_t *
find_slot(const struct path_log *log, unsigned kinds, const char *path)
{
	size_t mask = log->slot_count - 1;
	size_t i = (size_t)hash_text(HASH_START, path) & mask;

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

/* Its index + 1, 0: there is no such entry. */
static size_t
find_place(const struct path_log *log, unsigned kinds, const char *path)
{
	return log->count > 0 ? *find_slot(log, kinds, path) : 0;
}

static const struct path_made *
find_made(const struct path_log *log, unsigned kinds, const char *path)
{
	size_t found = find_place(log, kinds, path);

	return found ? &log->made[found - 1] : NULL;
}

struct path_made *
path_log_add(struct path_log *log, unsigned kinds, const char *path,
	     const struct maker *maker)
{
	struct path_made *made;
	size_t *slot;

	if (log->count == log->room)
		grow(log);
	assert(log->made);
	slot = find_slot(log, kinds, path);
	made = &log->made[*slot ? *slot - 1 : log->count];
	if (!*slot) {
		*made = (struct path_made) {
			.path = arena_copy(&log->paths, path, strlen(path))};
		*slot = ++log->count;
	}
	made->kinds = kinds;
	made->maker = *maker;
	made->seen = (struct object) {0};
	return made;
}

struct path_made *
path_log_there(struct path_log *log, unsigned kinds, const char *path,
	       const struct object *there)
{
	const struct maker nobody = {0};
	size_t found = find_place(log, kinds, path);
	struct path_made *made;

	if (found)
		return &log->made[found - 1];
	made = path_log_add(log, kinds, path, &nobody);
	made->seen = *there;
	return made;
}

/* The birth tells an inode number that is used again. */
bool
path_log_is_same(const struct object *a, const struct object *b)
{
	return object_knows(a, FIELD_INO) && object_knows(b, FIELD_INO) &&
	       a->dev == b->dev && a->ino == b->ino &&
	       (!object_knows(a, FIELD_BTIME) ||
		!object_knows(b, FIELD_BTIME) || a->btime_ns == b->btime_ns);
}

static void
add_renamed(struct path_log *log, const struct path_made *found,
	    size_t old_length, const char *new)
{
	/* A copy: adding may move the array. */
	const struct path_made made = *found;
	struct path_made *added;
	CLEANUP_FREE char *path =
		mem_printf("%s%s", new, made.path + old_length);

	added = path_log_add(log, made.kinds, path, &made.maker);
	added->seen = made.seen;
	added->mount = made.mount; /* rename(2), EXDEV */
}

/* A file that is renamed is one of a few entries: one for each set of kinds. */
static void
rename_file(struct path_log *log, const char *old, const char *new)
{
	static const unsigned kinds[] = {PATH_LOG_NODES, PATH_LOG_FILES};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct path_made *made = find_made(log, kinds[i], old);

		if (made)
			add_renamed(log, made, strlen(old), new);
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
			add_renamed(log, &log->made[i], strlen(old), new);
}

void
path_log_miss(struct path_log *log, unsigned kinds)
{
	log->missed_nodes += (kinds & PATH_LOG_NODES) != 0;
	log->missed_queues += (kinds & KIND_BIT(KIND_POSIX_MQ)) != 0;
}

bool
path_log_is_empty(const struct path_log *log)
{
	return log->count == 0;
}

/* As far as is known. */
static bool
is_what_was_seen(const struct path_made *made, const struct object *object)
{
	return !object_knows(&made->seen, FIELD_INO) ||
	       !object_knows(object, FIELD_INO) ||
	       path_log_is_same(&made->seen, object);
}

static const struct path_made *
find_object(const struct path_log *log, const struct object *object)
{
	static const unsigned kinds[] = {PATH_LOG_NODES, PATH_LOG_FILES,
					 KIND_BIT(KIND_POSIX_MQ)};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i] & KIND_BIT(object->kind))
			return find_made(log, kinds[i], object->path);
	return NULL;
}

bool
path_log_find(const struct path_log *log, const struct object *object,
	      struct maker *maker)
{
	const struct path_made *made = find_object(log, object);

	if (!made || !made->maker.command || !is_what_was_seen(made, object))
		return false;
	*maker = made->maker;
	maker->certain |= object->kind == KIND_POSIX_MQ;
	return true;
}

bool
path_log_was_there(const struct path_log *log, const struct object *object)
{
	const struct path_made *made = find_object(log, object);

	return made && !made->maker.command &&
	       path_log_is_same(&made->seen, object);
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
path_log_missed(const struct path_log *log, unsigned kinds)
{
	return (kinds & PATH_LOG_NODES ? log->missed_nodes : 0) +
	       (kinds & KIND_BIT(KIND_POSIX_MQ) ? log->missed_queues : 0);
}

void
path_log_free(struct path_log *log)
{
	free(log->made);
	free(log->slots);
	arena_free(&log->paths);
	*log = (struct path_log) {0};
}
