/* SPDX-License-Identifier: MIT */
/* identity.c - is it still the object that was seen? */
#include "leakcheck/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "base/attr.h"
#include "base/fd.h"
#include "leakcheck/file_status.h"
#include "leakcheck/sysv.h"

/*
 * An identifier is a sequence number and an index below one of these, the
 * second with "ipcmni_extend" on the kernel's command line.
 */
static const int index_limits[] = {1 << 15, 1 << 24};

static bool
look_by_id(enum kind kind, int id, struct object *now)
{
	for (size_t i = 0; i < ARRAY_LEN(index_limits); i++) {
		*now = (struct object) {.kind = kind};
		if (sysv_at_index(kind, id % index_limits[i], now) &&
		    now->id == id)
			return true;
	}
	return false;
}

/* With IPC_STAT, which needs the right to read but is as old as the kernel. */
static int
try_id(enum kind kind, int id)
{
	struct shmid_ds segment;
	struct semid_ds set;
	struct msqid_ds queue;

	if (kind == KIND_SYSV_SHM)
		return shmctl(id, IPC_STAT, &segment);
	if (kind == KIND_SYSV_SEM)
		return semctl(id, 0, IPC_STAT, &set);
	return msgctl(id, IPC_STAT, &queue);
}

enum identity
identity_of_sysv(const struct object *object, struct object *now,
		 struct err *err)
{
	if (look_by_id(object->kind, object->id, now))
		return object_is_same(object, now) ? IDENTITY_SAME
						   : IDENTITY_OTHER;
	if (try_id(object->kind, object->id) < 0 &&
	    (errno == EINVAL || errno == EIDRM))
		return IDENTITY_GONE;
	err_set(err, 0,
		"the kernel does not tell whether it is still the "
		"same object");
	return IDENTITY_UNKNOWN;
}

/* The file type of each kind that has a path. */
static const mode_t types[KIND_COUNT] = {
	[KIND_POSIX_SHM] = S_IFREG,    [KIND_POSIX_SEM] = S_IFREG,
	[KIND_POSIX_MQ] = S_IFREG,     [KIND_FIFO] = S_IFIFO,
	[KIND_UNIX_SOCKET] = S_IFSOCK,
};

static bool
is_same_file(const struct object *object, const struct statx *status)
{
	struct object now = {.kind = object->kind, .path = object->path};

	file_status_fill(&now, status);
	return (status->stx_mode & S_IFMT) == types[object->kind] &&
	       object_compare(object, &now) == 0;
}

static enum identity
judge(int failed, const struct object *object, const struct statx *now,
      struct err *err)
{
	if (!failed)
		return is_same_file(object, now) ? IDENTITY_SAME
						 : IDENTITY_OTHER;
	if (errno == ENOENT || errno == ENOTDIR)
		return IDENTITY_GONE;
	err_set(err, errno, "looking at it");
	return IDENTITY_UNKNOWN;
}

enum identity
identity_of_name(int dirfd, const char *name, const struct object *object,
		 struct statx *now, struct err *err)
{
	return judge(file_status_read(dirfd, name, now), object, now, err);
}

enum identity
identity_of_fd(int fd, const struct object *object, struct statx *now,
	       struct err *err)
{
	int failed = statx(fd, "", AT_EMPTY_PATH,
			   STATX_BASIC_STATS | STATX_BTIME, now);

	return judge(failed, object, now, err);
}

/* The right to write is enough; who has neither cannot tell. */
int
identity_open_queue(const char *name)
{
	int fd = mq_open(name, O_RDONLY | O_NONBLOCK);

	return fd < 0 && errno == EACCES ? mq_open(name, O_WRONLY | O_NONBLOCK)
					 : fd;
}

enum identity
identity_of_queue(const struct object *object, struct statx *now,
		  struct err *err)
{
	CLEANUP_FD int fd = identity_open_queue(object->path);

	if (fd < 0 && errno == ENOENT)
		return IDENTITY_GONE;
	if (fd < 0) {
		err_set(err, errno, "opening it");
		return IDENTITY_UNKNOWN;
	}
	return identity_of_fd(fd, object, now, err);
}

enum identity
identity_now(const struct object *object, struct object *now, struct err *err)
{
	struct statx status = {0};
	enum identity identity;

	if (kind_identity(object->kind) == BY_ID)
		return identity_of_sysv(object, now, err);
	identity = object->kind == KIND_POSIX_MQ
			   ? identity_of_queue(object, &status, err)
			   : identity_of_name(AT_FDCWD, object->path, object,
					      &status, err);
	*now = (struct object) {.kind = object->kind, .path = object->path};
	file_status_fill(now, &status);
	return identity;
}
