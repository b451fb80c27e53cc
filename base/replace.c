/* SPDX-License-Identifier: MIT */
/* replace.c - a file that is replaced as a whole or not at all. */
#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/number.h"

/*
 * Where a file is, or will be: a name, which is no symbolic link, in an open
 * directory. The kernel leads there, not the text of the links: that of
 * /proc/self/fd/1 is only a guess, "/tmp/log (deleted)", proc(5).
 */
struct place {
	int dir; /* -1: the working directory */
	char *name;
	bool in_proc;
};

static void
place_free(struct place *place)
{
	fd_close(&place->dir);
	free(place->name);
	place->name = NULL;
}

/* Go on to @path, as seen from the directory of the place. */
static int
place_go(struct place *place, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	int length = slash ? (int)(slash - path) + 1 : 0;
	CLEANUP_FREE char *directory =
		length ? mem_printf("%.*s", length, path) : mem_strdup(".");
	int from = place->dir < 0 ? AT_FDCWD : place->dir;
	int dir = openat(from, directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *name = mem_strdup(path + length);
	struct statfs system;

	place_free(place);
	place->dir = dir;
	place->name = name;
	if (dir < 0 || fstatfs(dir, &system))
		return err_set(err, errno, "cannot open its directory");
	if (!*name)
		return err_set(err, ENOENT, "this names no file");
	place->in_proc = system.f_type == PROC_SUPER_MAGIC;
	return 0;
}

/* A link in /proc is the end of the way: behind it are open files. */
static int
place_find(struct place *place, const char *path, struct err *err)
{
	enum { LINKS_MAX = 40 }; /* as many as the kernel follows */
	char link[PATH_MAX];

	if (place_go(place, path, err))
		return -1;
	for (int i = 0; i < LINKS_MAX && !place->in_proc; i++) {
		ssize_t length = readlinkat(place->dir, place->name, link,
					    sizeof(link) - 1);

		if (length < 0)
			return 0;
		link[length] = '\0';
		if (place_go(place, link, err))
			return -1;
	}
	return place->in_proc ? 0 : err_set(err, ELOOP, "cannot open");
}

/*
 * Is what we found what the kernel finds? @there is NULL where there is no
 * file yet. Names may change between two looks.
 */
static bool
place_is(const struct place *place, const struct stat *there)
{
	struct stat found;

	if (fstatat(place->dir, place->name, &found, AT_SYMLINK_NOFOLLOW))
		return !there && errno == ENOENT;
	return there && found.st_dev == there->st_dev &&
	       found.st_ino == there->st_ino;
}

/* The number of our own descriptor that @place names, -1 when it does not. */
static int
own_descriptor(const struct place *place)
{
	struct stat dir;
	struct stat own;
	uint64_t number;

	if (!place->in_proc ||
	    !number_parse(place->name, 10, INT_MAX, &number) ||
	    fstat(place->dir, &dir) || stat("/proc/self/fd", &own) ||
	    dir.st_dev != own.st_dev || dir.st_ino != own.st_ino)
		return -1;
	return (int)number;
}

/*
 * /dev/stdout and the like mean the open descriptor: to open its file again
 * would start at the first byte of what `>log` has so far, fails for a socket,
 * and forgets the O_APPEND of `>>log`. What is opened by name is never cut.
 */
static int
open_in_place(struct replace *file, const struct place *place, struct err *err)
{
	int number = own_descriptor(place);

	file->fd = number >= 0
			   ? fcntl(number, F_DUPFD_CLOEXEC, 0)
			   : openat(place->dir, place->name,
				    O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
	return file->fd < 0 ? err_set(err, errno, "cannot open") : 0;
}

/* rename(2) would fail there, EBUSY. Kernels before 5.8 do not say. */
static bool
is_mounted(const struct place *place)
{
	struct statx status;

	return !statx(place->dir, place->name,
		      AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &status) &&
	       (status.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* The file takes the place over if it can be replaced there. */
static int
take_place(struct replace *file, struct place *place, const struct stat *there,
	   struct err *err)
{
	if (!place_is(place, there))
		return err_set(err, 0, "it changed while it was opened");
	if (faccessat(place->dir, ".", W_OK | X_OK, AT_EACCESS))
		return err_set(err, errno, "cannot make a file beside it");
	if (is_mounted(place))
		return err_set(err, 0,
			       "it is mounted there by itself, so it cannot be "
			       "replaced (remedy: mount its directory)");
	file->dir = place->dir;
	file->name = place->name;
	file->mode = there ? there->st_mode : 0;
	*place = (struct place) {.dir = -1};
	return 0;
}

/*
 * Only a regular file, or none yet, is replaced: under its own name, so that
 * symbolic links stay, and never what a link in /proc leads to, for others
 * have that open. Of a link to nothing the target is made. The kernel looks
 * first: it may refuse to follow a link in /tmp, proc_sys_fs(5),
 * protected_symlinks, and then we must not either.
 */
int
replace_find(struct replace *file, const char *path, struct err *err)
{
	CLEANUP(place_free) struct place place = {.dir = -1};
	struct stat there;
	bool exists = stat(path, &there) == 0;

	*file = REPLACE_NONE;
	if (!exists && errno != ENOENT)
		return err_set(err, errno, "cannot open");
	if (exists && S_ISDIR(there.st_mode))
		return err_set(err, EISDIR, "cannot open");
	if (place_find(&place, path, err))
		return -1;
	if (place.in_proc && !exists)
		return err_set(err, ENOENT, "cannot open");
	if (place.in_proc || (exists && !S_ISREG(there.st_mode)))
		return open_in_place(file, &place, err);
	return take_place(file, &place, exists ? &there : NULL, err);
}

static void
forget_temporary(struct replace *file)
{
	if (!file->temporary)
		return;
	free(file->temporary);
	file->temporary = NULL;
	pthread_sigmask(SIG_SETMASK, &file->signals, NULL);
}

/*
 * Make a new file in the directory of the place. open(2) and not mkstemp(3), so
 * that it gets the permissions that the umask gives a new file.
 */
static int
open_beside(struct replace *file, struct err *err)
{
	sigset_t all;
	int fd = -1;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &file->signals);
	for (unsigned i = 0; fd < 0 && i < 100; i++) {
		free(file->temporary);
		file->temporary =
			mem_printf(".replace-%ld-%u.tmp", (long)getpid(), i);
		fd = openat(file->dir, file->temporary,
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd >= 0)
		return fd;
	err_set(err, errno, "cannot make a file beside it");
	forget_temporary(file);
	return -1;
}

/* Is what @file replaces the @name in the directory @dir? */
static bool
is_at(const struct replace *file, int dir, const char *name)
{
	struct stat own, other;

	return file->dir >= 0 && dir >= 0 && strcmp(file->name, name) == 0 &&
	       !fstat(file->dir, &own) && !fstat(dir, &other) &&
	       own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

bool
replace_is_same(const struct replace *a, const struct replace *b)
{
	return is_at(a, b->dir, b->name);
}

bool
replace_is_at(const struct replace *file, const char *path)
{
	CLEANUP(place_free) struct place place = {.dir = -1};
	struct err unsaid;

	return !place_find(&place, path, &unsaid) &&
	       is_at(file, place.dir, place.name);
}

int
replace_own(const char *path)
{
	CLEANUP(place_free) struct place place = {.dir = -1};
	struct err unsaid;

	return place_find(&place, path, &unsaid) ? -1 : own_descriptor(&place);
}

int
replace_begin(struct replace *file, struct err *err)
{
	CLEANUP_FD int fd = file->fd;

	file->fd = -1;
	if (file->dir >= 0)
		fd = open_beside(file, err);
	if (fd < 0)
		return -1;
	if (file->mode && fchmod(fd, file->mode & 0777))
		return err_set(err, errno, "cannot give the new file its mode");
	file->out = fdopen(fd, "w");
	if (!file->out)
		return err_set(err, errno, "cannot write");
	fd = -1;
	return 0;
}

/*
 * A file that is renamed before its bytes are on the disk is an empty one
 * after a loss of power, and the old one is gone. The flush takes 0.4 to 5 ms,
 * once a file: much less than a baseline that was lost. The directory may
 * wait: the name leads to a whole file before and after.
 */
static int
sync_file(FILE *out, struct err *err)
{
	/* EINVAL: this file system has nothing to flush, fsync(2). */
	if (fsync(fileno(out)) == 0 || errno == EINVAL)
		return 0;
	return err_set(err, errno, "cannot write");
}

static int
finish(struct replace *file, struct err *err)
{
	FILE *out = file->out;
	const bool is_cut = ferror(out); /* by a write whose result is lost */
	int failed = 0;

	if (fflush(out))
		failed = err_set(err, errno, "cannot write");
	else if (is_cut)
		failed = err_set(err, EIO, "cannot write");
	if (!failed && file->temporary)
		failed = sync_file(out, err);
	file->out = NULL;
	if (fclose(out) && !failed)
		failed = err_set(err, errno, "cannot write");
	if (failed || !file->temporary)
		return failed;
	if (renameat(file->dir, file->temporary, file->dir, file->name))
		return err_set(err, errno, "cannot rename the new file");
	forget_temporary(file);
	return 0;
}

int
replace_end(struct replace *file, bool failed, struct err *err)
{
	if (!failed)
		failed = finish(file, err);
	replace_free(file);
	return failed ? -1 : 0;
}

void
replace_free(struct replace *file)
{
	if (file->out)
		fclose(file->out);
	if (file->temporary)
		unlinkat(file->dir, file->temporary, 0);
	forget_temporary(file);
	fd_close(&file->fd);
	fd_close(&file->dir);
	free(file->name);
	*file = REPLACE_NONE;
}
