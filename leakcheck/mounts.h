/* SPDX-License-Identifier: MIT */
/*
 * mounts.h - what is mounted where, learnt without touching it: a dead file
 * server must not hang who only wanted to know. Zero-initialise to start.
 */
#ifndef LEAKCHECK_MOUNTS_H
#define LEAKCHECK_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct mounts {
	struct buf text; /* of mountinfo, cut up */
	struct mount_point *points;
	size_t count;
};

/*
 * Read /proc/self/mountinfo, or that of another process that shares our mount
 * namespace where /proc does not show us. Returns false when there is none.
 */
bool mounts_read(struct mounts *mounts);
/* The part of it that does no I/O: mounts->text has been read. */
bool mounts_parse(struct mounts *mounts);
void mounts_free(struct mounts *mounts);

/* The type ("tmpfs") of what is mounted on @path; NULL when nothing is. */
const char *mounts_type(const struct mounts *mounts, const char *path);

/*
 * MOUNT_LOCAL     answers at once and may hold FIFOs and sockets
 * MOUNT_PSEUDO    the kernel's own, holds none that a program made
 * MOUNT_OTHER     a network or a user's program may be behind it
 */
enum mount_class { MOUNT_LOCAL, MOUNT_PSEUDO, MOUNT_OTHER };
enum mount_class mounts_class(const char *type);

/*
 * Mount a file system of that type where nobody else sees it, and open it. It
 * goes with the descriptor. @attributes: MOUNT_ATTR_* besides those that a
 * stranger's files call for. Returns -1 with errno set; it takes CAP_SYS_ADMIN.
 */
int mounts_open_private(const char *type, unsigned attributes);

#endif
