/* SPDX-License-Identifier: MIT */
/* fd.c - file descriptors. */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { READ_BYTES = 16 * 1024 };

void
fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd); /* not retried: close(2), "Dealing with EINTR" */
	*fd = -1;
	errno = saved;
}

int
fd_read_all(int fd, struct buf *into)
{
	for (;;) {
		char *end = buf_reserve(into, READ_BYTES);
		ssize_t got = read(fd, end, READ_BYTES);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			return 0;
		into->length += (size_t)got;
		into->data[into->length] = '\0';
	}
}

int
fd_read_file(int dirfd, const char *path, struct buf *into)
{
	CLEANUP_FD int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	return fd_read_all(fd, into);
}

int
fd_write_all(int fd, const void *bytes, size_t length)
{
	const char *next = bytes;

	while (length > 0) {
		ssize_t put = write(fd, next, length);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		next += put;
		length -= (size_t)put;
	}
	return 0;
}

DIR *
fd_open_directory(int dirfd, const char *path)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (!directory)
		fd_close(&fd);
	return directory;
}

void
fd_close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
	*directory = NULL;
}
