/* SPDX-License-Identifier: MIT */
/*
 * identity.h - is what has this number or name now still the object that was
 * seen? Identifiers come round again and names are free for all, so nothing is
 * judged or removed by them alone.
 */
#ifndef LEAKCHECK_IDENTITY_H
#define LEAKCHECK_IDENTITY_H

#include <sys/stat.h>

#include "base/err.h"
#include "model/object.h"

enum identity {
	IDENTITY_SAME,
	IDENTITY_GONE,	  /* nothing is there */
	IDENTITY_OTHER,	  /* another object: ours is gone, too */
	IDENTITY_UNKNOWN, /* *err says why that cannot be told */
};

/*
 * The System V object now. With IDENTITY_SAME *now is a fresh look at it, but
 * for the values of semaphores.
 */
enum identity identity_of_sysv(const struct object *object, struct object *now,
			       struct err *err);

/*
 * What @name is in the directory @dirfd (AT_FDCWD: @name is a path). With
 * IDENTITY_SAME *now is a fresh look at it. Symbolic links are not followed.
 */
enum identity
identity_of_name(int dirfd, const char *name, const struct object *object,
		 struct statx *now, struct err *err);

/* The same for an open descriptor of it. */
enum identity identity_of_fd(int fd, const struct object *object,
			     struct statx *now, struct err *err);

/*
 * A descriptor of a message queue, -1 with errno set. It is a file of mqueuefs,
 * whether or not that is mounted: mq_overview(7).
 */
int identity_open_queue(const char *name);

/* The same for the message queue called @object->path. */
enum identity identity_of_queue(const struct object *object, struct statx *now,
				struct err *err);

/* Any of them. With IDENTITY_SAME *now is what is known without opening it. */
enum identity
identity_now(const struct object *object, struct object *now, struct err *err);

/*
 * The first look at what @object names by its kind and its id or path: with
 * IDENTITY_SAME the rest of it is filled. IDENTITY_OTHER: the path is something
 * of another kind.
 */
enum identity identity_take(struct object *object, struct err *err);

/* The same, of a file whose status was read already. */
enum identity
identity_take_file(struct object *object, const struct statx *status);

/* Is that identity the end of the object? */
static inline bool
identity_is_gone(enum identity identity)
{
	return identity == IDENTITY_GONE || identity == IDENTITY_OTHER;
}

#endif
