/* SPDX-License-Identifier: MIT */
/* sandbox.c - entering private namespaces. Its pid 1 is in sandbox_init.c. */
#include "leakcheck/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

/* Settings that forbid namespaces, and the value with which they do. */
static const struct obstacle {
	const char *file;
	const char *forbids;
	const char *sysctl;
	const char *remedy;
} obstacles[] = {
	{"/proc/sys/kernel/unprivileged_userns_clone", "0",
	 "kernel.unprivileged_userns_clone=0",
	 "sysctl kernel.unprivileged_userns_clone=1"},
	{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
	 "kernel.apparmor_restrict_unprivileged_userns=1",
	 "sysctl kernel.apparmor_restrict_unprivileged_userns=0"},
	{"/proc/sys/user/max_user_namespaces", "0",
	 "user.max_user_namespaces=0", "sysctl user.max_user_namespaces=10000"},
	{"/proc/sys/user/max_ipc_namespaces", "0", "user.max_ipc_namespaces=0",
	 "sysctl user.max_ipc_namespaces=10000"},
	{"/proc/sys/user/max_pid_namespaces", "0", "user.max_pid_namespaces=0",
	 "sysctl user.max_pid_namespaces=10000"},
	{"/proc/sys/user/max_mnt_namespaces", "0", "user.max_mnt_namespaces=0",
	 "sysctl user.max_mnt_namespaces=10000"},
};

static const struct obstacle *
find_obstacle(void)
{
	for (size_t i = 0; i < ARRAY_LEN(obstacles); i++) {
		CLEANUP_BUF struct buf value = {0};

		if (fd_read_file(AT_FDCWD, obstacles[i].file, &value) < 0)
			continue;
		if (value.length > 0 && value.data[value.length - 1] == '\n')
			value.data[value.length - 1] = '\0';
		if (!strcmp(buf_text(&value), obstacles[i].forbids))
			return &obstacles[i];
	}
	return NULL;
}

static int
explain_refusal(struct err *err, int code)
{
	const struct obstacle *obstacle = find_obstacle();

	if (obstacle)
		return err_set(err, 0,
			       "the kernel refuses private namespaces because "
			       "of %s (remedy: %s)",
			       obstacle->sysctl, obstacle->remedy);
	return err_set(err, code,
		       "the kernel refuses private namespaces (in a container: "
		       "allow unshare(2) and mount(2), or CAP_SYS_ADMIN)");
}

static int
write_proc(const char *path, const char *text, struct err *err)
{
	CLEANUP_FD int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || fd_write_all(fd, text, strlen(text)))
		return err_set(err, errno, "writing %s", path);
	return 0;
}

/* Map the user to itself. setgroups must be denied first, see
 * user_namespaces(7) "Defining user and group ID mappings". */
static int
map_ids(uid_t uid, gid_t gid, struct err *err)
{
	char map[64];

	if (write_proc("/proc/self/setgroups", "deny", err))
		return -1;
	snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	if (write_proc("/proc/self/uid_map", map, err))
		return -1;
	snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	return write_proc("/proc/self/gid_map", map, err);
}

/*
 * Root gets no user namespace even where it may make one: only its own id
 * would be mapped there, and commands that chown(2) or setuid(2) would fail.
 */
static int
unshare_all(int flags, struct err *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (uid != 0)
		flags |= CLONE_NEWUSER;
	if (unshare(flags))
		return explain_refusal(err, errno);
	return uid ? map_ids(uid, gid, err) : 0;
}

/* What an IPC namespace alone does not make private. */
static const struct cover {
	const char *directory;
	const char *type;
	const char *options;
} covers[] = {
	{"/dev/shm", "tmpfs", "mode=1777"},
	{"/dev/mqueue", "mqueue", NULL},
};

/* NULL when none is over it. */
static const struct cover *
find_cover(const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(covers); i++) {
		size_t length = strlen(covers[i].directory);

		if (strncmp(path, covers[i].directory, length) == 0 &&
		    (!path[length] || path[length] == '/'))
			return &covers[i];
	}
	return NULL;
}

bool
sandbox_covers(const char *path)
{
	return find_cover(path);
}

/*
 * A private file system over a directory, if the directory is there. Making
 * it would change the host's /dev, so a program must do without, as before.
 */
static int
put(const struct cover *cover, struct err *err)
{
	struct stat status;
	unsigned long flags = MS_NOSUID | MS_NODEV;

	if (stat(cover->directory, &status) || !S_ISDIR(status.st_mode))
		return 0;
	if (mount(cover->type, cover->directory, cover->type, flags,
		  cover->options))
		return err_set(err, errno, "mounting a private %s",
			       cover->directory);
	return 0;
}

/*
 * From a directory below what is covered, relative names still lead to what is
 * there: the host's.
 */
static int
check_cwd(struct err *err)
{
	CLEANUP_FREE char *cwd = getcwd(NULL, 0);
	const struct cover *cover = cwd ? find_cover(cwd) : NULL;

	if (!cover)
		return 0;
	/* Not its name: that may hold any bytes, and any number of them. */
	return err_set(err, 0,
		       "the working directory is in %s, which a sandbox covers "
		       "(remedy: start from another)",
		       cover->directory);
}

int
sandbox_enter(enum sandbox_parts parts, struct err *err)
{
	int flags = CLONE_NEWIPC | CLONE_NEWNS;

	if (parts == SANDBOX_PROCESSES)
		flags |= CLONE_NEWPID;
	if (check_cwd(err))
		return -1;
	if (unshare_all(flags, err))
		return -1;
	/* Or our mounts would show on the host: mount_namespaces(7). */
	if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL))
		return err_set(err, errno, "making the mounts private");
	for (size_t i = 0; i < ARRAY_LEN(covers); i++)
		if (put(&covers[i], err))
			return -1;
	return 0;
}

static const struct {
	const char *name;
	int flag;
} homes[SANDBOX_HOME_NAMESPACES] = {
	{"ipc", CLONE_NEWIPC},
	{"mnt", CLONE_NEWNS},
	{"pid_for_children", CLONE_NEWPID},
};

/* Where those are. To walk there once saves a fiftieth of a short run. */
static int
open_namespaces(void)
{
	return open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

bool
sandbox_home_save(struct sandbox_home *home)
{
	const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
	CLEANUP_FD int dir = -1;
	bool complete;

	*home = SANDBOX_HOME_NONE;
	if (geteuid() != 0)
		return false;
	dir = open_namespaces();
	home->root = open("/", flags);
	home->cwd = open(".", flags);
	complete = home->root >= 0 && home->cwd >= 0;
	for (size_t i = 0; i < ARRAY_LEN(homes); i++) {
		home->namespaces[i] =
			openat(dir, homes[i].name, O_RDONLY | O_CLOEXEC);
		complete &= home->namespaces[i] >= 0;
	}
	return complete;
}

/* Was this namespace never left? */
static bool
is_at_home(const struct sandbox_home *home, size_t i)
{
	CLEANUP_FD int dir = open_namespaces();
	struct stat then;
	struct stat now;

	return fstat(home->namespaces[i], &then) == 0 &&
	       fstatat(dir, homes[i].name, &now, 0) == 0 &&
	       then.st_ino == now.st_ino;
}

int
sandbox_home_return(struct sandbox_home *home, struct err *err)
{
	bool moved = false;

	for (size_t i = 0; i < ARRAY_LEN(homes); i++) {
		if (is_at_home(home, i))
			continue;
		moved = true;
		if (setns(home->namespaces[i], homes[i].flag))
			return err_set(err, errno, "leaving a sandbox");
	}
	/* Joining a mount namespace goes to its root, even from a chroot. */
	if (moved && (fchdir(home->root) || chroot(".") || fchdir(home->cwd)))
		return err_set(err, errno, "leaving a sandbox");
	return 0;
}

void
sandbox_home_free(struct sandbox_home *home)
{
	for (size_t i = 0; i < ARRAY_LEN(homes); i++)
		fd_close(&home->namespaces[i]);
	fd_close(&home->root);
	fd_close(&home->cwd);
}
