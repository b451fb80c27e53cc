/* SPDX-License-Identifier: MIT */
/* remove.c - removing one object of any kind. */
#include "leakcheck/remove.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "leakcheck/identity.h"

/* What an errno value of the removing call says about the object. */
static enum removed
judge(int failed, struct err *err)
{
	if (!failed)
		return REMOVED_NOW;
	if (errno == ENOENT || errno == EINVAL || errno == EIDRM)
		return REMOVED_BEFORE;
	err_set(err, errno, "removing it");
	return REMOVED_NOT;
}

static enum removed
judge_identity(enum identity identity)
{
	return identity_is_gone(identity) ? REMOVED_BEFORE : REMOVED_NOT;
}

static int
remove_shm(int id)
{
	return shmctl(id, IPC_RMID, NULL);
}

static int
remove_sem(int id)
{
	return semctl(id, 0, IPC_RMID);
}

static int
remove_msg(int id)
{
	return msgctl(id, IPC_RMID, NULL);
}

/* Removing a segment that is attached only marks it: it is no longer leaked. */
static enum removed
remove_id(const struct object *object, struct err *err)
{
	static int (*const calls[])(int id) = {
		[KIND_SYSV_SHM] = remove_shm,
		[KIND_SYSV_SEM] = remove_sem,
		[KIND_SYSV_MSG] = remove_msg,
	};
	struct object now;
	enum identity identity = identity_of_sysv(object, &now, err);

	if (identity != IDENTITY_SAME)
		return judge_identity(identity);
	return judge(calls[object->kind](object->id), err);
}

/*
 * The directory is opened first, so that what is compared and what is unlinked
 * cannot be in different ones, whoever renames on the way there.
 */
static enum removed
remove_name(const struct object *object, struct err *err)
{
	const char *slash = strrchr(object->path, '/');
	const char *base = slash ? slash + 1 : object->path;
	CLEANUP_FREE char *parent =
		mem_printf("%.*s", (int)(base - object->path), object->path);
	CLEANUP_FD int directory =
		open(slash ? parent : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	enum identity identity;
	struct statx now;

	if (directory < 0 && (errno == ENOENT || errno == ENOTDIR))
		return REMOVED_BEFORE;
	if (directory < 0) {
		err_set(err, errno, "opening its directory");
		return REMOVED_NOT;
	}
	identity = identity_of_name(directory, base, object, &now, err);
	if (identity != IDENTITY_SAME)
		return judge_identity(identity);
	return judge(unlinkat(directory, base, 0), err);
}

static enum removed
remove_queue(const struct object *object, struct err *err)
{
	struct statx now;
	enum identity identity = identity_of_queue(object, &now, err);

	if (identity != IDENTITY_SAME)
		return judge_identity(identity);
	return judge(mq_unlink(object->path), err);
}

static enum removed (*const removers[])(const struct object *object,
					struct err *err) = {
	[KIND_SYSV_SHM] = remove_id,	[KIND_SYSV_SEM] = remove_id,
	[KIND_SYSV_MSG] = remove_id,	[KIND_POSIX_SHM] = remove_name,
	[KIND_POSIX_SEM] = remove_name, [KIND_POSIX_MQ] = remove_queue,
	[KIND_FIFO] = remove_name,	[KIND_UNIX_SOCKET] = remove_name,
};
static_assert(ARRAY_LEN(removers) == KIND_COUNT, "a row for each kind");

int
remove_object(const struct object *object, struct err *err)
{
	return removers[object->kind](object, err) == REMOVED_NOT ? -1 : 0;
}

static bool
is_touched(const struct object *seen, const struct object *now)
{
	return seen->ctime != now->ctime || seen->used_at != now->used_at ||
	       seen->left_at != now->left_at;
}

enum removed
remove_unused(struct inuse *inuse, const struct object *object,
	      enum use accepted, struct err *err)
{
	CLEANUP_BUF struct buf why = {0};
	enum identity identity;
	struct object now;
	enum use use;

	identity = identity_now(object, &now, err);
	if (identity != IDENTITY_SAME)
		return judge_identity(identity);
	if (is_touched(object, &now)) {
		err_set(err, 0, "it was used since it was looked at");
		return REMOVED_SPARED;
	}
	inuse_refresh(inuse);
	use = inuse_ask(inuse, object, &why);
	if (use > accepted) {
		err_set(err, 0, "%s", buf_text(&why));
		return REMOVED_SPARED;
	}
	return removers[object->kind](object, err);
}
