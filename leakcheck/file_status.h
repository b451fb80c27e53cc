/* SPDX-License-Identifier: MIT */
/* file_status.h - statx(2), and what it tells of an object that has a path. */
#ifndef LEAKCHECK_FILE_STATUS_H
#define LEAKCHECK_FILE_STATUS_H

#include <sys/stat.h>

#include "model/object.h"

/*
 * Of @name in the directory @dirfd, itself and not what a symbolic link points
 * to, or of @dirfd when @name is empty; no automount is set off. Returns 0, or
 * -1 with errno set.
 */
int file_status_read(int dirfd, const char *name, struct statx *status);

/*
 * Take over what the file system knows: device, inode, mode, owner, times. The
 * size means different things and is left to the caller.
 */
void file_status_fill(struct object *object, const struct statx *status);

#endif
