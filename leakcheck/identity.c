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

/* IDENTITY_SAME: *now is what has that number. */
static enum identity
look_at_id(enum kind kind, int id, struct object *now, struct err *err)
{
	if (look_by_id(kind, id, now))
		return IDENTITY_SAME;
	if (try_id(kind, id) < 0 && (errno == EINVAL || errno == EIDRM))
		return IDENTITY_GONE;
	err_set(err, 0,
		"the kernel does not tell whether it is still the "
		"same object");
	return IDENTITY_UNKNOWN;
}

enum identity
identity_of_sysv(const struct object *object, struct object *now,
		 struct err *err)
{
	enum identity identity = look_at_id(object->kind, object->id, now, err);

	if (identity == IDENTITY_SAME && !object_is_same(object, now))
		return IDENTITY_OTHER;
	return identity;
}

/* The file type of each kind that has a path. */
static const mode_t types[KIND_COUNT] = {
	[KIND_POSIX_SHM] = S_IFREG,    [KIND_POSIX_SEM] = S_IFREG,
	[KIND_POSIX_MQ] = S_IFREG,     [KIND_FIFO] = S_IFIFO,
	[KIND_UNIX_SOCKET] = S_IFSOCK,
};

enum identity
identity_take_file(struct object *object, const struct statx *status)
{
	if ((status->stx_mode & S_IFMT) != types[object->kind])
		return IDENTITY_OTHER;
	file_status_fill(object, status);
	return IDENTITY_SAME;
}

static bool
is_same_file(const struct object *object, const struct statx *status)
{
	struct object now = {.kind = object->kind, .path = object->path};

	return identity_take_file(&now, status) == IDENTITY_SAME &&
	       object_compare(object, &now) == 0;
}

/* Of a look that failed. */
static enum identity
judge_failure(struct err *err)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return IDENTITY_GONE;
	err_set(err, errno, "looking at it");
	return IDENTITY_UNKNOWN;
}

static enum identity
judge(int failed, const struct object *object, const struct statx *now,
      struct err *err)
{
	if (failed)
		return judge_failure(err);
	return is_same_file(object, now) ? IDENTITY_SAME : IDENTITY_OTHER;
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

/* IDENTITY_SAME: *status is that of the queue of that name. */
static enum identity
look_at_queue(const char *name, struct statx *status, struct err *err)
{
	CLEANUP_FD int fd = identity_open_queue(name);

	if (fd < 0 && errno == ENOENT)
		return IDENTITY_GONE;
	if (fd < 0) {
		err_set(err, errno, "opening it");
		return IDENTITY_UNKNOWN;
	}
	return file_status_read(fd, "", status) ? judge_failure(err)
						: IDENTITY_SAME;
}

enum identity
identity_of_queue(const struct object *object, struct statx *now,
		  struct err *err)
{
	enum identity identity = look_at_queue(object->path, now, err);

	return identity == IDENTITY_SAME ? judge(0, object, now, err)
					 : identity;
}

static enum identity
take_id(struct object *object, struct err *err)
{
	struct object now;
	enum identity identity =
		look_at_id(object->kind, object->id, &now, err);

	if (identity == IDENTITY_SAME)
		*object = now;
	return identity;
}

enum identity
identity_take(struct object *object, struct err *err)
{
	enum identity identity = IDENTITY_SAME;
	struct statx status;

	if (kind_identity(object->kind) == BY_ID)
		return take_id(object, err);
	if (object->kind == KIND_POSIX_MQ)
		identity = look_at_queue(object->path, &status, err);
	else if (file_status_read(AT_FDCWD, object->path, &status))
		identity = judge_failure(err);
	return identity == IDENTITY_SAME ? identity_take_file(object, &status)
					 : identity;
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
