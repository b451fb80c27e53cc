/* SPDX-License-Identifier: MIT */
/* inuse.c - is an object in use? The table of kinds, and System V. */
#include "leakcheck/inuse.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>

#include "base/mem.h"
#include "leakcheck/holders.h"
#include "leakcheck/identity.h"
#include "leakcheck/inuse_paths.h"

/* So long a look at /proc is taken for the present. */
enum { MOMENT_MS = 100 };

struct inuse {
	struct procs *procs;
	struct holders *holders;
};

/* One look at a System V object; @now is fresh. */
typedef enum use
sysv_check(struct inuse *inuse, const struct object *now, struct buf *why);

const char *
use_name(enum use use)
{
	static const char *const names[] = {
		[USE_FREE] = "free",
		[USE_IDLE] = "idle",
		[USE_BUSY] = "busy",
		[USE_UNKNOWN] = "unknown",
	};

	static_assert(ARRAY_LEN(names) == USE_COUNT, "a name for each");
	return names[use];
}

struct inuse *
inuse_new(int proc_dir)
{
	struct inuse *inuse = mem_alloc(sizeof(*inuse));

	inuse->procs = procs_open(proc_dir);
	inuse->holders = holders_new(inuse->procs);
	return inuse;
}

void
inuse_free(struct inuse *inuse)
{
	if (!inuse)
		return;
	holders_free(inuse->holders);
	procs_free(inuse->procs);
	free(inuse);
}

void
inuse_free_ptr(struct inuse **inuse)
{
	inuse_free(*inuse);
	*inuse = NULL;
}

void
inuse_refresh(struct inuse *inuse)
{
	holders_refresh(inuse->holders, MOMENT_MS);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Append "its last user pid 77 (cat) is alive". */
static void
add_life(const struct inuse *inuse, const char *who, pid_t pid, enum life life,
	 struct buf *why)
{
	buf_add_text(why, who);
	buf_add_text(why, " ");
	if (life == LIFE_DEAD)
		buf_printf(why, "pid %d is dead", pid);
	else if (life == LIFE_UNKNOWN)
		buf_add_text(why, "is not known");
	else
		procs_add_name(inuse->procs, pid, why);
	if (life == LIFE_ALIVE)
		buf_add_text(why, " is alive");
}

/* A change of owner or mode moves ctime, so the creator is no younger. */
static enum life
creator_of(const struct inuse *inuse, const struct object *shm)
{
	return procs_life(inuse->procs, shm->cpid, shm->ctime);
}

static enum use
check_shm(struct inuse *inuse, const struct object *now, struct buf *why)
{
	enum life creator = creator_of(inuse, now);
	enum life last = procs_life(inuse->procs, now->lpid,
				    later(now->used_at, now->left_at));

	if (now->count > 0) {
		buf_printf(why, "attached %" PRIu64 " time%s", now->count,
			   now->count == 1 ? "" : "s");
		if (last == LIFE_ALIVE) {
			buf_add_text(why, ", last user ");
			procs_add_name(inuse->procs, now->lpid, why);
		}
		return USE_BUSY;
	}
	buf_add_text(why, "not attached");
	if (creator != LIFE_DEAD)
		add_life(inuse, ", but its creator", now->cpid, creator, why);
	else if (last == LIFE_ALIVE)
		add_life(inuse, ", but its last user", now->lpid, last, why);
	return creator != LIFE_DEAD || last == LIFE_ALIVE ? USE_IDLE : USE_FREE;
}

/* What one semaphore tells. */
struct semaphore {
	int waiting;
	pid_t pid; /* the last to operate on it, 0: none or not known */
};

/* Returns 0, or -1 with errno set. */
static int
read_semaphore(int id, int index, struct semaphore *semaphore)
{
	int decreasing = semctl(id, index, GETNCNT);
	int for_zero = semctl(id, index, GETZCNT);

	semaphore->waiting = decreasing + for_zero;
	semaphore->pid = semctl(id, index, GETPID);
	return decreasing < 0 || for_zero < 0 || semaphore->pid < 0 ? -1 : 0;
}

static enum use
say_unreadable_set(struct buf *why)
{
	if (errno == EINVAL || errno == EIDRM) {
		buf_add_text(why, "it is gone");
		return USE_FREE;
	}
	buf_printf(why, "its semaphores cannot be looked at: %s",
		   strerror(errno));
	return USE_UNKNOWN;
}

static const char only_the_last[] = "; the kernel does not keep earlier ones";

/*
 * Nobody is seen to use the set. @dead: the last to operate on one of its
 * semaphores, 0: none; @silent: semaphores that tell nobody.
 */
static enum use
judge_quiet_set(const struct inuse *inuse, const struct object *now, pid_t dead,
		uint64_t silent, struct buf *why)
{
	/* Elsewhere 0 may also stand for a living process outside. */
	if (silent > 0 && !procs_numbers_all(inuse->procs)) {
		buf_printf(why,
			   "who operated last on %" PRIu64 " of its "
			   "semaphores is not known in this pid namespace",
			   silent);
		return USE_UNKNOWN;
	}
	if (silent == now->count) {
		buf_add_text(why, "no process has operated on it yet");
		return USE_IDLE;
	}
	add_life(inuse, "its last user", dead, LIFE_DEAD, why);
	buf_add_text(why, only_the_last);
	return USE_IDLE;
}

static enum use
check_sem(struct inuse *inuse, const struct object *now, struct buf *why)
{
	/* SETVAL and SETALL count as operations and move ctime only. */
	int64_t last = later(now->used_at, now->ctime);
	uint64_t silent = 0;
	pid_t dead = 0;

	for (uint64_t i = 0; i < now->count; i++) {
		struct semaphore semaphore;
		enum life life;

		if (read_semaphore(now->id, (int)i, &semaphore))
			return say_unreadable_set(why);
		if (semaphore.waiting > 0) {
			buf_printf(why, "%d process%s on its semaphore %d",
				   semaphore.waiting,
				   semaphore.waiting == 1 ? " waits"
							  : "es wait",
				   (int)i);
			return USE_BUSY;
		}
		life = procs_life(inuse->procs, semaphore.pid, last);
		if (life == LIFE_ALIVE) {
			add_life(inuse, "its last user", semaphore.pid, life,
				 why);
			return USE_BUSY;
		}
		silent += life == LIFE_UNKNOWN;
		dead = life == LIFE_DEAD ? semaphore.pid : dead;
	}
	return judge_quiet_set(inuse, now, dead, silent, why);
}

/* Who used a queue, and when. */
struct user {
	const char *who;
	pid_t pid;
	int64_t acted_at; /* 0: there was none yet */
};

/* Append those whose life is @life. Returns whether there are any. */
static bool
add_users(const struct inuse *inuse, const struct user *users, size_t count,
	  enum life life, struct buf *why)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (users[i].acted_at == 0 ||
		    procs_life(inuse->procs, users[i].pid, users[i].acted_at) !=
			    life)
			continue;
		if (any)
			buf_add_text(why, ", ");
		add_life(inuse, users[i].who, users[i].pid, life, why);
		any = true;
	}
	return any;
}

static enum use
check_msg(struct inuse *inuse, const struct object *now, struct buf *why)
{
	const struct user users[] = {
		{"the last sender", now->lpid, now->used_at},
		{"the last receiver", now->lrpid, now->left_at},
	};
	const struct holder *holder;
	bool used;

	if (add_users(inuse, users, ARRAY_LEN(users), LIFE_ALIVE, why))
		return USE_BUSY;
	holder = holders_of_queue(inuse->holders, now);
	if (holder) {
		holders_add_holder(inuse->holders, holder, why);
		return holder->number == HOLDER_SOME ? USE_UNKNOWN : USE_BUSY;
	}
	if (add_users(inuse, users, ARRAY_LEN(users), LIFE_UNKNOWN, why))
		return USE_UNKNOWN;
	/* A server that waits may do so for days, and leaves no trace. */
	if (!holders_sees_all(inuse->holders, "waits for it", why)) {
		buf_printf(why, "; ipcrm -q %d removes it all the same",
			   now->id);
		return USE_UNKNOWN;
	}
	used = add_users(inuse, users, ARRAY_LEN(users), LIFE_DEAD, why);
	buf_add_text(why, used ? only_the_last : "no process has used it yet");
	return USE_IDLE;
}

static const struct {
	sysv_check *sysv;
	use_check *path;
} checks[] = {
	[KIND_SYSV_SHM] = {.sysv = check_shm},
	[KIND_SYSV_SEM] = {.sysv = check_sem},
	[KIND_SYSV_MSG] = {.sysv = check_msg},
	[KIND_POSIX_SHM] = {.path = inuse_of_file},
	[KIND_POSIX_SEM] = {.path = inuse_of_file},
	[KIND_POSIX_MQ] = {.path = inuse_of_mqueue},
	[KIND_FIFO] = {.path = inuse_of_fifo},
	[KIND_UNIX_SOCKET] = {.path = inuse_of_socket},
};
static_assert(ARRAY_LEN(checks) == KIND_COUNT, "a row for each kind");

static enum use
ask_sysv(struct inuse *inuse, const struct object *object, struct buf *why)
{
	struct object now;
	struct err err;

	switch (identity_of_sysv(object, &now, &err)) {
	case IDENTITY_SAME:
		return checks[object->kind].sysv(inuse, &now, why);
	case IDENTITY_GONE:
	case IDENTITY_OTHER:
		buf_add_text(why, "it is gone");
		return USE_FREE;
	case IDENTITY_UNKNOWN:
		break;
	}
	buf_add_text(why, err.text);
	return USE_UNKNOWN;
}

enum use
inuse_ask(struct inuse *inuse, const struct object *object, struct buf *why)
{
	if (checks[object->kind].sysv)
		return ask_sysv(inuse, object, why);
	return checks[object->kind].path(inuse->holders, object, why);
}

enum life
inuse_creator(struct inuse *inuse, const struct object *object, struct buf *why)
{
	enum life life;

	if (object->kind != KIND_SYSV_SHM)
		return LIFE_UNKNOWN;
	life = creator_of(inuse, object);
	add_life(inuse, life == LIFE_UNKNOWN ? "its creator" : "creator",
		 object->cpid, life, why);
	return life;
}
