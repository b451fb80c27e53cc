/* SPDX-License-Identifier: MIT */
/*
 * witness_paths.h - which call made what has a path, through renames. Pure.
 *
 * A path is entered when a call is about to make something there and there was
 * nothing. Whether the call succeeded, and whether what it made is still
 * there, is for who looks at the path later.
 */
#ifndef LEAKCHECK_WITNESS_PATHS_H
#define LEAKCHECK_WITNESS_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "leakcheck/witness.h"

#define PATH_LOG_NODES (KIND_BIT(KIND_FIFO) | KIND_BIT(KIND_UNIX_SOCKET))

#define PATH_LOG_FILES (KIND_BIT(KIND_POSIX_SHM) | KIND_BIT(KIND_POSIX_SEM))

struct path_made {
	unsigned kinds; /* that it may be */
	const char *path;
	struct maker maker; /* command NULL: what was seen was there before */
	struct object seen; /* dev, ino and birth of what appeared, if known */
	uint64_t mount;	    /* number of the one that it is on, 0: not known */
};

/* One entry for each path and set of kinds, the latest. */
struct path_log {
	struct path_made *made;
	size_t count;
	size_t room;
	size_t *slots; /* hash table of index + 1, `slot_count` a power of 2 */
	size_t slot_count;
	size_t missed_nodes;
	size_t missed_queues;
	struct arena paths;
};

/* Returns the entry, which holds until the next one is added. */
struct path_made *path_log_add(struct path_log *log, unsigned kinds,
			       const char *path, const struct maker *maker);
/*
 * Somebody tries to make something where something is already: @there, of which
 * inode and birth are known. Returns the entry that the path has or, when it
 * has none, a new one that says that nobody has made what is there.
 */
struct path_made *path_log_there(struct path_log *log, unsigned kinds,
				 const char *path, const struct object *there);
/* One file? False when that is not known of either. */
bool path_log_is_same(const struct object *a, const struct object *b);
/*
 * What is at @old, or below it when it is a @directory, may soon be at @new
 * too or instead: link(2), rename(2).
 */
void path_log_rename(struct path_log *log, const char *old, const char *new,
		     bool directory);
/* A call that made something of these kinds, nobody knows where. */
void path_log_miss(struct path_log *log, unsigned kinds);
bool path_log_is_empty(const struct path_log *log);

/*
 * Who made it? False when nobody was seen to, or when what was seen to appear
 * there is not @object.
 */
bool path_log_find(const struct path_log *log, const struct object *object,
		   struct maker *maker);
/* Was it there when somebody was first seen to try and make it? */
bool
path_log_was_there(const struct path_log *log, const struct object *object);
/*
 * The next path that may be one of @kinds, NULL after the last. Start with
 * *cursor 0.
 */
const char *
path_log_next(const struct path_log *log, unsigned kinds, size_t *cursor);
/* How many calls may have made something of @kinds so? */
size_t path_log_missed(const struct path_log *log, unsigned kinds);
void path_log_free(struct path_log *log);

#endif
