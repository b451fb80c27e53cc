/* SPDX-License-Identifier: MIT */
/*
 * fd.h - file descriptors: closing, reading whole files, writing whole blocks.
 * EINTR is handled here and in base/child, nowhere else. Every descriptor that
 * the project opens is close-on-exec.
 */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <dirent.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/* Close *fd unless it is -1, and set it to -1. Keeps errno. */
void fd_close(int *fd);
#define CLEANUP_FD CLEANUP(fd_close)

/*
 * Append everything that can be read from @fd to @into.
 * Returns 0, or -1 with errno set.
 */
int fd_read_all(int fd, struct buf *into);

/*
 * Append the whole of the file @path, relative to @dirfd (openat(2)).
 * Meant for /proc: reads until end of file and does not trust st_size.
 * Returns 0, or -1 with errno set.
 */
int fd_read_file(int dirfd, const char *path, struct buf *into);

/* Open a directory to list it, relative to @dirfd. NULL with errno set. */
DIR *fd_open_directory(int dirfd, const char *path);
/* Close *directory unless it is NULL, and set it to that. */
void fd_close_directory(DIR **directory);
#define CLEANUP_DIRECTORY CLEANUP(fd_close_directory)

/* Write all of @length bytes. Returns 0, or -1 with errno set. */
int fd_write_all(int fd, const void *bytes, size_t length);

#endif
