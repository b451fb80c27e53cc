/* SPDX-License-Identifier: MIT */
/* walk.c - find files of some types below directories, within bounds. */
#include "leakcheck/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "leakcheck/file_status.h"
#include "leakcheck/inode_set.h"
#include "leakcheck/mounts.h"
#include "leakcheck/unsearched.h"

/*
 * Blind spots of one walk. A reader bears a few; but on a shared machine an
 * ordinary user meets hundreds of closed directories right in /tmp, and they
 * must not hide all of it.
 */
enum { FEW_SPOTS = 64, MOST_SPOTS = 1024 };

enum { DIRECTORY_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/*
 * What is told below a root must not depend on what else is searched, or two
 * snapshots of other roots could not be compared: each has seen its own.
 */
struct root {
	const char *path;
	size_t length;
	struct inode_set seen; /* directories */
};

/* A mount that waits until all that is not behind a mount has been searched. */
struct crossing {
	int fd;
	char *path;
	struct root *root;
	unsigned level;
};

struct walk {
	const struct walk_plan *plan;
	struct root *roots;
	size_t root_count;
	struct buf path;   /* of what is looked at */
	struct root *root; /* that path starts with */
	size_t entries_left;
	struct unsearched unsearched;
	struct crossing *crossings;
	size_t crossing_count;
	struct mounts mounts;
	bool mounts_tried;
	bool mounts_known;
	bool no_openat2; /* before Linux 5.6, or filtered */
};

/* Returns the length of the path, to go back to. */
static size_t
push(struct walk *walk, const char *name)
{
	size_t length = walk->path.length;

	if (length > 0 && walk->path.data[length - 1] != '/')
		buf_add_text(&walk->path, "/");
	buf_add_text(&walk->path, name);
	return length;
}

static void
cut(struct walk *walk, size_t length)
{
	walk->path.length = length;
	walk->path.data[length] = '\0';
}

static void
note(struct walk *walk, const char *why)
{
	unsearched_add(&walk->unsearched, buf_text(&walk->path),
		       walk->root->length, why);
}

/* What vanished, or became something else, need not be searched any more. */
static void
note_error(struct walk *walk, int code)
{
	if (code != ENOENT && code != ENOTDIR && code != ELOOP)
		note(walk, strerror(code));
}

static void
note_exhaustion(struct walk *walk)
{
	CLEANUP_FREE char *why = mem_printf(
		"gave up after %zu directory entries", walk->plan->entries);

	unsearched_add(&walk->unsearched, walk->root->path, walk->root->length,
		       why);
}

/* Once a root: what is deeper is left out by rule, not by mishap. */
static void
note_depth(struct walk *walk)
{
	struct snapshot *into = walk->plan->into;
	const char *root = walk->root->path;

	for (size_t i = 0; i < into->blind_count; i++)
		if (into->blind[i].levels >= 0 &&
		    (into->blind[i].kinds & walk->plan->kinds) &&
		    !strcmp(into->blind[i].path, root))
			return;
	snapshot_add_depth(into, walk->plan->kinds, root, walk->plan->levels,
			   "the search ends there; watch a directory below to "
			   "have it searched");
}

static bool
know_mounts(struct walk *walk)
{
	if (!walk->mounts_tried)
		walk->mounts_known = mounts_read(&walk->mounts);
	walk->mounts_tried = true;
	return walk->mounts_known;
}

/*
 * Our looking is no use of the directory, and a cleaner of /tmp must not think
 * so: tmpfiles.d(5), "Age". Only its owner and root may ask for that, open(2).
 */
static int
open_quietly(int dirfd, const char *name, int flags)
{
	int fd = openat(dirfd, name, flags | O_NOATIME);

	return fd < 0 && errno == EPERM ? openat(dirfd, name, flags) : fd;
}

static int
open_same_mount(int dirfd, const char *name)
{
	struct open_how how = {.flags = DIRECTORY_FLAGS | O_NOATIME,
			       .resolve = RESOLVE_NO_XDEV};
	long fd = syscall(SYS_openat2, dirfd, name, &how, sizeof(how));

	if (fd < 0 && errno == EPERM) {
		how.flags = DIRECTORY_FLAGS;
		fd = syscall(SYS_openat2, dirfd, name, &how, sizeof(how));
	}
	return (int)fd;
}

/*
 * Open the directory walk->path that is called @name in @dirfd. Fails with
 * EXDEV, and without having touched what is mounted there, if it is a mount
 * point.
 */
static int
open_below(struct walk *walk, int dirfd, const char *name)
{
	if (!walk->no_openat2) {
		int fd = open_same_mount(dirfd, name);

		if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
			return fd;
		walk->no_openat2 = true;
	}
	if (know_mounts(walk) &&
	    mounts_type(&walk->mounts, buf_text(&walk->path))) {
		errno = EXDEV;
		return -1;
	}
	return open_quietly(dirfd, name, DIRECTORY_FLAGS);
}

/* walk->path, called @name in @dirfd, is a mount point: search it later? */
static void
cross(struct walk *walk, int dirfd, const char *name, unsigned level)
{
	const char *path = buf_text(&walk->path);
	const char *type =
		know_mounts(walk) ? mounts_type(&walk->mounts, path) : NULL;
	CLEANUP_FREE char *why = NULL;
	int fd;

	if (type && mounts_class(type) == MOUNT_PSEUDO)
		return;
	if (!type || mounts_class(type) == MOUNT_OTHER) {
		why = mem_printf("a file system of %s%s is mounted there, "
				 "which may not answer",
				 type ? "type " : "unknown type",
				 type ? type : "");
		note(walk, why);
		return;
	}
	fd = open_quietly(dirfd, name, DIRECTORY_FLAGS);
	if (fd < 0) {
		note_error(walk, errno);
		return;
	}
	walk->crossings = mem_grow(walk->crossings, walk->crossing_count + 1,
				   sizeof(*walk->crossings));
	walk->crossings[walk->crossing_count++] =
		(struct crossing) {fd, mem_strdup(path), walk->root, level};
}

/* A root below another one is searched for its own sake. */
static bool
is_root(const struct walk *walk)
{
	for (size_t i = 0; i < walk->root_count; i++)
		if (!strcmp(walk->roots[i].path, buf_text(&walk->path)))
			return true;
	return false;
}

static void search(struct walk *walk, int fd, unsigned level);

static void
descend(struct walk *walk, int dirfd, const char *name, unsigned level)
{
	int fd;

	if (is_root(walk))
		return;
	if (level > walk->plan->levels) {
		note_depth(walk);
		return;
	}
	fd = open_below(walk, dirfd, name);
	if (fd >= 0)
		search(walk, fd, level);
	else if (errno == EXDEV)
		cross(walk, dirfd, name, level);
	else
		note_error(walk, errno);
}

static bool
is_wanted(const struct walk *walk, unsigned type)
{
	return walk->plan->types & WALK_TYPE(type);
}

/* Look at walk->path, called @name in @dirfd, a directory at @level. */
static void
look(struct walk *walk, int dirfd, const char *name, unsigned type,
     unsigned level)
{
	struct walk_file file = {buf_text(&walk->path), name, level, NULL};
	struct statx status;

	/* Not every file system tells the type, readdir(3). */
	if (type == DT_UNKNOWN || is_wanted(walk, type)) {
		if (file_status_read(dirfd, name, &status)) {
			note_error(walk, errno);
			return;
		}
		/* It may have become something else since. */
		type = IFTODT(status.stx_mode);
	}
	file.status = &status;
	if (type == DT_DIR)
		descend(walk, dirfd, name, level + 1);
	else if (is_wanted(walk, type))
		walk->plan->found(walk->plan, &file);
}

static void
read_entries(struct walk *walk, DIR *dir, unsigned level)
{
	struct dirent *entry;

	while ((errno = 0, entry = readdir(dir))) {
		size_t length;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (walk->entries_left == 0) {
			note_exhaustion(walk);
			return;
		}
		walk->entries_left--;
		length = push(walk, entry->d_name);
		look(walk, dirfd(dir), entry->d_name, entry->d_type, level);
		cut(walk, length);
	}
	if (errno)
		note_error(walk, errno);
}

/* Search the directory @fd, which is walk->path, and close it. */
static void
search(struct walk *walk, int fd, unsigned level)
{
	struct stat status;
	DIR *dir;

	if (fstat(fd, &status) == 0 &&
	    !inode_set_add(&walk->root->seen, status.st_dev, status.st_ino)) {
		close(fd);
		return;
	}
	dir = fdopendir(fd);
	if (!dir) {
		note_error(walk, errno);
		close(fd);
		return;
	}
	read_entries(walk, dir, level);
	closedir(dir);
}

static bool
is_kernels_own(int fd)
{
	struct statfs status;

	return fstatfs(fd, &status) == 0 &&
	       (status.f_type == PROC_SUPER_MAGIC ||
		status.f_type == SYSFS_MAGIC);
}

static void
search_root(struct walk *walk, struct root *root)
{
	int fd = open_quietly(AT_FDCWD, root->path,
			      DIRECTORY_FLAGS & ~O_NOFOLLOW);

	buf_clear(&walk->path);
	buf_add_text(&walk->path, root->path);
	walk->root = root;
	if (fd < 0 && errno != ENOENT)
		note(walk, strerror(errno));
	else if (fd >= 0 && is_kernels_own(fd))
		close(fd);
	else if (fd >= 0)
		search(walk, fd, 0);
}

static int
compare_crossings(const void *a, const void *b)
{
	const struct crossing *left = a;
	const struct crossing *right = b;

	return strcmp(left->path, right->path);
}

/*
 * Behind a mount may be what was searched already. All that is not behind one
 * comes first, then mounts by path, so that the same directory is told by the
 * same path in each snapshot, whatever the order of directory entries is.
 */
static void
search_crossings(struct walk *walk)
{
	while (walk->crossing_count > 0) {
		struct crossing *wave = walk->crossings;
		size_t count = walk->crossing_count;

		walk->crossings = NULL;
		walk->crossing_count = 0;
		qsort(wave, count, sizeof(*wave), compare_crossings);
		for (size_t i = 0; i < count; i++) {
			buf_clear(&walk->path);
			buf_add_text(&walk->path, wave[i].path);
			walk->root = wave[i].root;
			search(walk, wave[i].fd, wave[i].level);
			free(wave[i].path);
		}
		free(wave);
	}
}

void
walk_search(const struct walk_plan *plan, const char *const *roots,
	    size_t count)
{
	CLEANUP_FREE struct root *own = mem_zalloc(count * sizeof(struct root));
	struct walk walk = {.plan = plan,
			    .roots = own,
			    .root_count = count,
			    .entries_left = plan->entries};

	for (size_t i = 0; i < count; i++) {
		own[i].path = roots[i];
		own[i].length = strlen(roots[i]);
	}
	for (size_t i = 0; i < count; i++)
		search_root(&walk, &own[i]);
	search_crossings(&walk);
	unsearched_tell(&walk.unsearched, FEW_SPOTS, MOST_SPOTS, plan->kinds,
			plan->into);
	unsearched_free(&walk.unsearched);
	for (size_t i = 0; i < count; i++)
		inode_set_free(&own[i].seen);
	mounts_free(&walk.mounts);
	buf_free(&walk.path);
}
