/* SPDX-License-Identifier: MIT */
/*
 * inuse_paths.c - is what has a path in use? Each kind by the question that
 * the kernel answers for all namespaces and that nobody notices:
 *
 *   files, queues   fcntl(F_SETLEASE, F_WRLCK) is refused with EAGAIN while
 *                   the file is open or mapped anywhere but here
 *   sockets         connect(2) with a socket of the wrong type finds whether
 *                   one is bound and goes no further
 *   FIFOs           there is no such question, so /proc is searched
 */
#include "leakcheck/inuse_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "leakcheck/identity.h"

static enum use
say(enum use use, struct buf *why, const char *text)
{
	buf_add_text(why, text);
	return use;
}

/*
 * File systems that only this machine can have mounted. What others can reach
 * (NFS, 9p, FUSE) may be in use there, and our kernel knows nothing of it: the
 * agents of a home directory, for example. statfs(2).
 */
static bool
is_local(const char *path)
{
	static const long types[] = {
		TMPFS_MAGIC,
		RAMFS_MAGIC,
		EXT4_SUPER_MAGIC,
		XFS_SUPER_MAGIC,
		BTRFS_SUPER_MAGIC,
		F2FS_SUPER_MAGIC,
		REISERFS_SUPER_MAGIC,
		NILFS_SUPER_MAGIC,
		OVERLAYFS_SUPER_MAGIC,
		0x2fc12fc1 /* zfs */,
		0xca451a4e /* bcachefs */,
		0x3153464a /* jfs */,
	};
	struct statfs system;

	if (statfs(path, &system))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if ((uint32_t)system.f_type == (uint32_t)types[i])
			return true;
	return false;
}

static enum use
say_not_local(struct buf *why)
{
	return say(USE_UNKNOWN, why,
		   "its file system may be in use by other machines, too");
}

/* What its identity alone decides. */
static enum use
say_not_there(enum identity identity, const struct err *err, struct buf *why)
{
	if (identity_is_gone(identity))
		return say(USE_FREE, why, "it is gone");
	return say(USE_UNKNOWN, why, err->text);
}

/*
 * A lease wants its holder to be the file's owner or to have CAP_LEASE. Root
 * of a container has not, but may take the owner's place: setfsuid(2).
 */
static int
set_lease(int fd, uid_t owner)
{
	int code = fcntl(fd, F_SETLEASE, F_WRLCK) ? errno : 0;

	if (code != EACCES)
		return code;
	setfsuid(owner);
	code = fcntl(fd, F_SETLEASE, F_WRLCK) ? errno : 0;
	setfsuid(geteuid());
	return code;
}

/*
 * Is @fd the only open file of its inode? Returns 0 if so, EAGAIN if not, or
 * another errno value when that cannot be asked. fcntl(2), "Leases".
 *
 * Who opens the file while we have the lease, for a microsecond, waits until we
 * give it back, and with O_NONBLOCK is refused; those that have it open already
 * do not notice. SIGIO tells us of the former and would end us.
 */
static int
try_lease(int fd, uid_t owner)
{
	const struct timespec at_once = {0};
	sigset_t told;
	sigset_t before;
	int code;

	sigemptyset(&told);
	sigaddset(&told, SIGIO);
	sigprocmask(SIG_BLOCK, &told, &before);
	code = set_lease(fd, owner);
	if (code == 0)
		fcntl(fd, F_SETLEASE, F_UNLCK);
	while (sigtimedwait(&told, NULL, &at_once) == SIGIO)
		;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return code;
}

/*
 * Say what a lease on *fd tells, and who it is that has the file open. Closes
 * *fd, or that would be us.
 */
static enum use
judge_lease(struct holders *holders, int *fd, const struct object *object,
	    struct buf *why)
{
	int code = try_lease(*fd, object->uid);
	const struct holder *holder;

	fd_close(fd);
	if (code == 0)
		return say(USE_FREE, why, "no process has it open");
	holder = holders_of_file(holders, object);
	if (holder) {
		holders_add_holder(holders, holder, why);
		return USE_BUSY;
	}
	if (code == EAGAIN)
		return say(USE_BUSY, why,
			   "open in a process that cannot be seen");
	buf_printf(why,
		   "whether a process has it open cannot be told: "
		   "F_SETLEASE: %s",
		   strerror(code));
	return USE_UNKNOWN;
}

enum use
inuse_of_file(struct holders *holders, const struct object *object,
	      struct buf *why)
{
	const int flags = O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC;
	CLEANUP_FD int fd = -1;
	enum identity identity;
	struct statx now;
	struct err err;

	/* Looked at before it is opened: opening a FIFO would be noticed. */
	identity = identity_of_name(AT_FDCWD, object->path, object, &now, &err);
	if (identity == IDENTITY_SAME) {
		fd = open(object->path, O_RDONLY | flags);
		if (fd < 0 && errno == EACCES)
			fd = open(object->path, O_WRONLY | flags);
		if (fd < 0 && errno == EWOULDBLOCK)
			return say(USE_BUSY, why, "leased by a process");
		if (fd < 0) {
			buf_printf(why, "it cannot be looked at: %s",
				   strerror(errno));
			return USE_UNKNOWN;
		}
		identity = identity_of_fd(fd, object, &now, &err);
	}
	if (identity != IDENTITY_SAME)
		return say_not_there(identity, &err, why);
	if (!is_local(object->path))
		return say_not_local(why);
	return judge_lease(holders, &fd, object, why);
}

enum use
inuse_of_mqueue(struct holders *holders, const struct object *object,
		struct buf *why)
{
	CLEANUP_FD int fd = identity_open_queue(object->path);
	enum identity identity;
	struct statx now;
	struct err err;

	if (fd < 0 && errno == ENOENT)
		return say(USE_FREE, why, "it is gone");
	if (fd < 0) {
		buf_printf(why, "it cannot be looked at: %s", strerror(errno));
		return USE_UNKNOWN;
	}
	identity = identity_of_fd(fd, object, &now, &err);
	if (identity != IDENTITY_SAME)
		return say_not_there(identity, &err, why);
	return judge_lease(holders, &fd, object, why);
}

static bool
is_same_time(const struct statx_timestamp *a, const struct statx_timestamp *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Was it used since it was made? Writing moves the time of change. */
static enum use
judge_unopened_fifo(const struct statx *now, struct buf *why)
{
	buf_add_text(why, "no process has it open");
	if (!(now->stx_mask & STATX_BTIME))
		return say(USE_IDLE, why,
			   ", but whether it was ever used is not known");
	if (is_same_time(&now->stx_btime, &now->stx_mtime))
		return say(USE_IDLE, why,
			   ", but nothing was written to it yet");
	return USE_FREE;
}

enum use
inuse_of_fifo(struct holders *holders, const struct object *object,
	      struct buf *why)
{
	const struct holder *holder;
	enum identity identity;
	struct statx now;
	struct err err;

	identity = identity_of_name(AT_FDCWD, object->path, object, &now, &err);
	if (identity != IDENTITY_SAME)
		return say_not_there(identity, &err, why);
	holder = holders_of_fifo(holders, object,
				 !is_same_time(&now.stx_ctime, &now.stx_mtime));
	if (holder) {
		holders_add_holder(holders, holder, why);
		return holder->number == HOLDER_SOME ? USE_UNKNOWN : USE_BUSY;
	}
	if (!is_local(object->path))
		return say_not_local(why);
	if (!holders_sees_all(holders, "has it open", why))
		return say(USE_UNKNOWN, why, "; rm removes it all the same");
	return judge_unopened_fifo(&now, why);
}

/*
 * Connect to the socket file that is open as @file with O_PATH, or, where
 * /proc does not show our descriptors, to its path. Returns 0 or an errno
 * value: EPROTOTYPE when a socket of another type is bound to it, ECONNREFUSED
 * when none is. connect(2), unix(7).
 */
static int
try_connect(int probe, int file, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct sockaddr *generic = (const struct sockaddr *)&address;

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d",
		 file);
	if (connect(probe, generic, sizeof(address)) == 0)
		return 0;
	if (errno != ENOENT && errno != ENOTDIR)
		return errno;
	if (strlen(path) >= sizeof(address.sun_path))
		return ENAMETOOLONG;
	strcpy(address.sun_path, path);
	return connect(probe, generic, sizeof(address)) ? errno : 0;
}

/*
 * A datagram socket cannot be connected to a stream or sequenced-packet
 * server, and the server's queue is not touched. To a datagram server it can,
 * but nothing is sent then. (Not found: a socket that was bound through an
 * overlay, when asked through one of the overlay's layers.)
 */
static int
probe_socket(int file, const char *path)
{
	CLEANUP_FD int probe = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return probe < 0 ? errno : try_connect(probe, file, path);
}

enum use
inuse_of_socket(struct holders *holders, const struct object *object,
		struct buf *why)
{
	CLEANUP_FD int file =
		open(object->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	enum identity identity;
	struct statx now;
	struct err err;
	int code;

	(void)holders;
	if (file < 0 && (errno == ENOENT || errno == ENOTDIR))
		return say(USE_FREE, why, "it is gone");
	if (file < 0) {
		buf_printf(why, "it cannot be looked at: %s", strerror(errno));
		return USE_UNKNOWN;
	}
	identity = identity_of_fd(file, object, &now, &err);
	if (identity != IDENTITY_SAME)
		return say_not_there(identity, &err, why);
	code = probe_socket(file, object->path);
	/* EPERM: a datagram server that is connected to another socket. */
	if (code == 0 || code == EPROTOTYPE || code == EPERM)
		return say(USE_BUSY, why, "a socket is bound to it");
	if (!is_local(object->path))
		return say_not_local(why);
	if (code == ECONNREFUSED)
		return say(USE_FREE, why, "no socket is bound to it");
	buf_printf(why, "whether a socket is bound to it cannot be told: %s",
		   strerror(code));
	return USE_UNKNOWN;
}
