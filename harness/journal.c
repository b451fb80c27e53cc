/* SPDX-License-Identifier: MIT */
/* journal.c - the log of a campaign while it is written. */
#include "harness/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "reports/log.h"

/* Another ipcrash may have put it aside before it was locked. */
static bool
is_still(int fd, const char *path)
{
	struct stat open;
	struct stat there;

	return fstat(fd, &open) == 0 && lstat(path, &there) == 0 &&
	       open.st_dev == there.st_dev && open.st_ino == there.st_ino;
}

static int
lock(int fd, const char *path, struct err *err)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return err_set(err, errno, "locking %s", path);
	return err_set(err, 0,
		       "another ipcrash is writing to %s (remedy: another "
		       "--output folder)",
		       path);
}

static int
open_log(const char *path, struct err *err)
{
	const int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
	int fd = -1;

	do {
		fd_close(&fd);
		fd = open(path, flags, 0666);
		if (fd < 0)
			return err_set(err, errno, "opening %s", path);
		if (lock(fd, path, err)) {
			fd_close(&fd);
			return -1;
		}
	} while (!is_still(fd, path));
	return fd;
}

/* What was there is the run before. */
static int
put_aside(const char *path, struct err *err)
{
	CLEANUP_FREE char *old = mem_printf("%s.old", path);

	if (rename(path, old) && errno != ENOENT)
		return err_set(err, errno, "keeping the log before as %s", old);
	return 0;
}

int
journal_open(struct journal *journal, const char *folder, struct err *err)
{
	CLEANUP_FREE char *path = mem_printf("%s/%s", folder, LOG_NAME);

	*journal = JOURNAL_NONE;
	if (mkdir(folder, 0777) && errno != EEXIST)
		return err_set(err, errno, "making the folder %s", folder);
	journal->fd = open_log(path, err);
	return journal->fd < 0 ? -1 : 0;
}

int
journal_begin(struct journal *journal, const char *folder, int64_t keep_bytes,
	      struct err *err)
{
	CLEANUP_FREE char *path = mem_printf("%s/%s", folder, LOG_NAME);
	struct stat status;

	if (keep_bytes >= 0) {
		if (ftruncate(journal->fd, keep_bytes))
			return err_set(err, errno, "cutting %s", path);
		return 0;
	}
	if (fstat(journal->fd, &status) || status.st_size == 0)
		return 0;
	/* The lock stays on the one that is put aside until it is closed. */
	if (put_aside(path, err))
		return -1;
	journal_close(journal);
	journal->fd = open_log(path, err);
	return journal->fd < 0 ? -1 : 0;
}

int
journal_write(struct journal *journal, json_t *record, struct err *err)
{
	char *text = json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(15));
	size_t length = text ? strlen(text) : 0;
	int failed = 0;

	json_decref(record);
	if (!text)
		return err_set(err, 0, "a record cannot be written as JSON");
	if (journal->fd >= 0) {
		text[length] = '\n'; /* in the place of the NUL */
		if (fd_write_all(journal->fd, text, length + 1))
			failed = err_set(err, errno,
					 "writing to the log (--resume goes on "
					 "with it)");
	}
	free(text);
	return failed;
}

void
journal_close(struct journal *journal)
{
	fd_close(&journal->fd);
}
