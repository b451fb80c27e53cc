/* SPDX-License-Identifier: MIT */
/*
 * mqueue.c - POSIX message queues, through mqueuefs: mq_overview(7).
 *
 * There is one mqueuefs for each IPC namespace. A mount of our own shows that
 * of the caller, without anybody else seeing the mount, but takes
 * CAP_SYS_ADMIN. What is mounted on /dev/mqueue may belong to another IPC
 * namespace (after `unshare -i`, say), so it is used only when it can be shown
 * to be ours. We never make a queue to find out: looking must not change what
 * is looked at.
 *
 * For the same reason queues are asked by mq_getattr(3) only. To read the file
 * of a queue would tell the bytes in it, too, but sets its ctime. And to close
 * any descriptor of a queue cancels the closing process's mq_notify(3), so a
 * queue that this process has open is asked through that descriptor.
 *
 * The path of a queue is its name as mq_open(3) takes it: "/name".
 */
#include "leakcheck/mqueue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "leakcheck/collector.h"
#include "leakcheck/file_status.h"
#include "leakcheck/mounts.h"
#include "leakcheck/origin.h"

#define MQUEUE_MAGIC 0x19800202 /* ipc/mqueue.c of Linux */
#define MOUNT_POINT  "/dev/mqueue"
/* Root needs it, too, where the kernel (before Linux 5.2) has no fsopen(2). */
#define REMEDY                                     \
	" (remedy: as root, mkdir -p " MOUNT_POINT \
	" && mount -t mqueue none " MOUNT_POINT ")"

enum { DIRECTORY_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC };
enum { FIRST_DESCRIPTORS = 1024 };

/* A descriptor of this process for a queue. */
struct held {
	ino_t ino;
	int fd;
};

struct look {
	int dir; /* of a mqueuefs */
	dev_t dev;
	struct held *held;
	size_t held_count;
	bool held_known;
};

static void
note_held(struct look *look, int fd)
{
	struct stat status;

	if (fstat(fd, &status) || status.st_dev != look->dev ||
	    !S_ISREG(status.st_mode))
		return;
	look->held =
		mem_grow(look->held, look->held_count + 1, sizeof(*look->held));
	look->held[look->held_count++] = (struct held) {status.st_ino, fd};
}

/* Where /proc does not show us the usual descriptors are tried. */
static void
find_held(struct look *look)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	for (int fd = 0; !dir && fd < FIRST_DESCRIPTORS; fd++)
		note_held(look, fd);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			note_held(look, atoi(entry->d_name));
	if (dir)
		closedir(dir);
	look->held_known = true;
}

/* -1 when this process does not have the queue open. */
static int
held_descriptor(struct look *look, ino_t ino)
{
	if (!look->held_known)
		find_held(look);
	for (size_t i = 0; i < look->held_count; i++)
		if (look->held[i].ino == ino)
			return look->held[i].fd;
	return -1;
}

static void
count_messages(struct look *look, const char *name, struct object *object)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC;
	CLEANUP_FD int opened = -1;
	int fd = held_descriptor(look, object->ino);
	struct mq_attr attributes;
	struct stat status;

	if (fd < 0)
		fd = opened = openat(look->dir, name, flags);
	if (fd < 0 || mq_getattr(fd, &attributes))
		return; /* unknown */
	/* Other threads may have put another queue in its place meanwhile. */
	if (fd != opened &&
	    (fstat(fd, &status) || status.st_ino != object->ino))
		return;
	object->count = (uint64_t)attributes.mq_curmsgs;
	object->known |= FIELD_BIT(FIELD_MESSAGES);
}

static void
add_queue(struct look *look, const char *name, struct object_list *list)
{
	CLEANUP_FREE char *path = mem_printf("/%s", name);
	struct object *object;
	struct statx status;

	if (file_status_read(look->dir, name, &status) ||
	    !S_ISREG(status.stx_mode))
		return;
	object = object_list_add(list, KIND_POSIX_MQ);
	object_list_set_path(list, object, path);
	file_status_fill(object, &status);
	count_messages(look, name, object);
}

static bool
is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

enum owner { OURS, FOREIGN, NOT_SURE };

static ino_t
find_inode(const struct look *look, const char *name)
{
	struct stat status;

	return fstatat(look->dir, name, &status, AT_SYMLINK_NOFOLLOW)
		       ? 0
		       : status.st_ino;
}

/* What does it say that the file system has a queue @name? */
static enum owner
ask_queue(struct look *look, const char *name)
{
	CLEANUP_FREE char *path = mem_printf("/%s", name);
	CLEANUP_FD int fd = -1;
	ino_t ino = find_inode(look, name);
	struct stat status;

	if (!ino || held_descriptor(look, ino) >= 0)
		return NOT_SURE;
	fd = mq_open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &status) == 0)
		return status.st_dev == look->dev ? OURS : FOREIGN;
	/* Was it there all the time, and yet not to be had by its name? */
	if (fd < 0 && errno == ENOENT && find_inode(look, name) == ino)
		return FOREIGN;
	return NOT_SURE;
}

/*
 * Whose queues does the mounted file system show? One that we may open tells.
 * Otherwise, in the namespace that the machine came up with, it is the usual
 * mount: those of other namespaces are made together with a mount namespace.
 */
static enum owner
find_owner(struct look *look, DIR *dir)
{
	struct snapshot_origin origin;
	enum owner owner = NOT_SURE;
	struct dirent *entry;

	while (owner == NOT_SURE && (entry = readdir(dir)))
		if (!is_dots(entry->d_name))
			owner = ask_queue(look, entry->d_name);
	rewinddir(dir);
	if (owner != NOT_SURE)
		return owner;
	origin_take(&origin);
	return origin.ipc_ns == ORIGIN_FIRST_IPC_NS ? OURS : NOT_SURE;
}

int
mqueue_open_private(void)
{
	return mounts_open_private("mqueue", MOUNT_ATTR_RDONLY);
}

/*
 * What was mounted while there was the right to, opened again for a position of
 * its own, or what is mounted now.
 */
static int
open_ours(const struct collect_settings *settings)
{
	if (settings->mqueue_dir)
		return openat(*settings->mqueue_dir, ".", DIRECTORY_FLAGS);
	return mqueue_open_private();
}

/* Fails with ENOENT when there is none. */
static int
open_mounted(void)
{
	int fd = open(MOUNT_POINT, DIRECTORY_FLAGS);
	struct statfs status;

	if (fd < 0 ||
	    (fstatfs(fd, &status) == 0 && status.f_type == MQUEUE_MAGIC))
		return fd;
	fd_close(&fd);
	errno = ENOENT;
	return -1;
}

static void
add_blind(struct snapshot *into, const char *why)
{
	snapshot_add_blind(into, KIND_BIT(KIND_POSIX_MQ), NULL, why);
}

/* @error: why there is no private mount. errno: why no other one is used. */
static void
explain(struct snapshot *into, int error)
{
	CLEANUP_FREE char *why = NULL;

	if (error == ENODEV)
		return; /* the kernel has no message queues: there are none */
	if (errno != ENOENT)
		why = mem_printf("opening " MOUNT_POINT ": %s",
				 strerror(errno));
	else if (error == EPERM || error == EACCES || error == ENOSYS)
		why = mem_strdup("mqueuefs is not mounted" REMEDY);
	else
		why = mem_printf("mounting mqueuefs: %s", strerror(error));
	add_blind(into, why);
}

static bool
is_usable(struct look *look, DIR *dir, struct snapshot *into)
{
	switch (find_owner(look, dir)) {
	case OURS:
		return true;
	case FOREIGN:
		add_blind(into, MOUNT_POINT
			  " is that of another IPC namespace" REMEDY);
		return false;
	case NOT_SURE:
		add_blind(into, "it cannot be told whether " MOUNT_POINT
				" is that of our IPC namespace" REMEDY);
		return false;
	}
	return false;
}

static void
read_queues(struct look *look, bool is_private, struct snapshot *into)
{
	DIR *dir = fdopendir(look->dir);
	struct dirent *entry;
	struct stat status;

	if (!dir || fstat(look->dir, &status)) {
		add_blind(into, strerror(errno));
		goto out;
	}
	look->dev = status.st_dev;
	if (is_private || is_usable(look, dir, into)) {
		while ((errno = 0, entry = readdir(dir)))
			if (!is_dots(entry->d_name))
				add_queue(look, entry->d_name, &into->objects);
		if (errno)
			add_blind(into, strerror(errno));
	}
out:
	if (dir)
		closedir(dir);
	else
		close(look->dir);
}

int
mqueue_collect(const struct collect_settings *settings, struct snapshot *into,
	       struct err *err)
{
	struct look look = {.dir = open_ours(settings)};
	bool is_private = look.dir >= 0;
	int error = errno;

	(void)err;
	if (!is_private)
		look.dir = open_mounted();
	if (look.dir < 0)
		explain(into, error);
	else
		read_queues(&look, is_private, into);
	free(look.held);
	return 0;
}
