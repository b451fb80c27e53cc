/* SPDX-License-Identifier: MIT */
/*
 * sysv.c - System V segments, semaphore sets and message queues.
 *
 * The kernel keeps the objects of a kind by index. IPC_INFO returns the highest
 * index in use; *_STAT_ANY (since Linux 4.17) tells what is at an index,
 * whether or not we may read it, and returns its identifier. Where a kernel or
 * a filter of system calls does not know *_STAT_ANY there is /proc/sysvipc.
 */
#include "leakcheck/sysv.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "leakcheck/collector.h"
#include "leakcheck/sysv_proc.h"

#ifndef SHM_STAT_ANY
#define SHM_STAT_ANY 15
#endif
#ifndef SEM_STAT_ANY
#define SEM_STAT_ANY 20
#endif
#ifndef MSG_STAT_ANY
#define MSG_STAT_ANY 13
#endif

enum { USUAL_SEMAPHORES = 64 };

/* With "ipcmni_extend" indices go up to 2^24, though few of them be in use. */
enum { MOST_RESERVED = 1 << 16 };

union semun { /* semctl(2) leaves it to the caller */
	void *buf;
	unsigned short *array;
};

union status {
	struct shmid_ds shm;
	struct semid_ds sem;
	struct msqid_ds msg;
};

union info {
	struct shminfo shm_limits; /* IPC_INFO */
	struct shm_info shm;	   /* SHM_INFO */
	struct seminfo sem;	   /* IPC_INFO, SEM_INFO */
	struct msginfo msg;	   /* IPC_INFO, MSG_INFO */
};

static void
fill_common(struct object *object, const struct ipc_perm *perm, uint32_t known)
{
	object->key = (uint32_t)perm->__key;
	object->mode = perm->mode & SYSV_PERMISSION_BITS;
	object->uid = perm->uid;
	object->gid = perm->gid;
	object->cuid = perm->cuid;
	object->cgid = perm->cgid;
	object->known = known | FIELD_BIT(FIELD_ID) | FIELD_BIT(FIELD_KEY) |
			FIELD_BIT(FIELD_MODE) | FIELD_BIT(FIELD_UID) |
			FIELD_BIT(FIELD_GID) | FIELD_BIT(FIELD_CUID) |
			FIELD_BIT(FIELD_CGID);
}

static pid_t
take_pid(struct object *object, enum field field, pid_t pid)
{
	if (pid)
		object->known |= FIELD_BIT(field);
	return pid;
}

static time_t
take_time(struct object *object, enum field field, time_t seconds)
{
	if (seconds)
		object->known |= FIELD_BIT(field);
	return seconds;
}

static void
fill_shm(struct object *object, const union status *status)
{
	const struct shmid_ds *shm = &status->shm;

	fill_common(object, &shm->shm_perm,
		    FIELD_BIT(FIELD_BYTES) | FIELD_BIT(FIELD_NATTCH) |
			    FIELD_BIT(FIELD_MARKED));
	object->bytes = shm->shm_segsz;
	object->count = shm->shm_nattch;
	object->marked = shm->shm_perm.mode & SHM_DEST;
	object->cpid = take_pid(object, FIELD_CPID, shm->shm_cpid);
	object->lpid = take_pid(object, FIELD_LPID, shm->shm_lpid);
	object->ctime = take_time(object, FIELD_CTIME, shm->shm_ctime);
	object->used_at = take_time(object, FIELD_ATIME, shm->shm_atime);
	object->left_at = take_time(object, FIELD_DTIME, shm->shm_dtime);
}

/*
 * The last user is known for each semaphore (GETPID) but not for the set, and
 * a call for each would tell no more than who of several came by.
 */
static void
fill_sem(struct object *object, const union status *status)
{
	const struct semid_ds *sem = &status->sem;

	fill_common(object, &sem->sem_perm, FIELD_BIT(FIELD_NSEMS));
	object->count = sem->sem_nsems;
	object->ctime = take_time(object, FIELD_CTIME, sem->sem_ctime);
	object->used_at = take_time(object, FIELD_OTIME, sem->sem_otime);
}

static void
fill_msg(struct object *object, const union status *status)
{
	const struct msqid_ds *msg = &status->msg;

	fill_common(object, &msg->msg_perm,
		    FIELD_BIT(FIELD_BYTES) | FIELD_BIT(FIELD_MESSAGES));
	object->bytes = msg->__msg_cbytes;
	object->count = msg->msg_qnum;
	object->lpid = take_pid(object, FIELD_LSPID, msg->msg_lspid);
	object->lrpid = take_pid(object, FIELD_LRPID, msg->msg_lrpid);
	object->ctime = take_time(object, FIELD_CTIME, msg->msg_ctime);
	object->used_at = take_time(object, FIELD_STIME, msg->msg_stime);
	object->left_at = take_time(object, FIELD_RTIME, msg->msg_rtime);
}

static int
control_shm(int id, int command, void *into)
{
	return shmctl(id, command, into);
}

static int
control_sem(int id, int command, void *into)
{
	return semctl(id, 0, command, (union semun) {.buf = into});
}

static int
control_msg(int id, int command, void *into)
{
	return msgctl(id, command, into);
}

static int
get_shm(key_t key)
{
	return shmget(key, 0, 0);
}

static int
get_sem(key_t key)
{
	return semget(key, 0, 0);
}

static int
get_msg(key_t key)
{
	return msgget(key, 0);
}

static const struct row {
	const char *call;
	int (*control)(int id, int command, void *into);
	int (*get)(key_t key); /* no creation, no permission needed */
	void (*fill)(struct object *object, const union status *status);
	int stat_any;
	int usage;	     /* command that counts the objects ... */
	size_t usage_offset; /* ... into this int of union info */
} rows[] = {
	[KIND_SYSV_SHM] = {"shmctl", control_shm, get_shm, fill_shm,
			   SHM_STAT_ANY, SHM_INFO,
			   offsetof(union info, shm.used_ids)},
	[KIND_SYSV_SEM] = {"semctl", control_sem, get_sem, fill_sem,
			   SEM_STAT_ANY, SEM_INFO,
			   offsetof(union info, sem.semusz)},
	[KIND_SYSV_MSG] = {"msgctl", control_msg, get_msg, fill_msg,
			   MSG_STAT_ANY, MSG_INFO,
			   offsetof(union info, msg.msgpool)},
};
static_assert(KIND_SYSV == KIND_BIT(ARRAY_LEN(rows)) - 1,
	      "the System V kinds come first, and each has a row");

/* IPC_INFO and not SHM_INFO, which visits every page of every segment. */
int
sysv_max_index(enum kind kind)
{
	union info info;

	return rows[kind].control(0, IPC_INFO, &info);
}

/*
 * Zeroed, although the kernel fills it: valgrind does not know *_STAT_ANY, and
 * would blame whoever uses libleakcheck for what it takes for uninitialised.
 */
bool
sysv_at_index(enum kind kind, int index, struct object *object)
{
	const struct row *row = &rows[kind];
	union status status;
	int id;

	memset(&status, 0, sizeof(status));
	id = row->control(index, row->stat_any, &status);
	if (id < 0)
		return false;
	row->fill(object, &status);
	object->id = id;
	return true;
}

bool
sysv_has_key(enum kind kind, uint32_t key)
{
	return key != IPC_PRIVATE &&
	       (rows[kind].get((key_t)key) >= 0 || errno != ENOENT);
}

/* No objects, for sure? */
static bool
is_empty(const struct row *row)
{
	union info info;
	int used;

	if (row->control(0, row->usage, &info) < 0)
		return false;
	memcpy(&used, (const char *)&info + row->usage_offset, sizeof(used));
	return used == 0;
}

/*
 * Returns false when *_STAT_ANY does not tell all there is: some index is
 * refused, or no index is known though there are objects. (An unknown command
 * and an unused index are both EINVAL.)
 *
 * The highest index is asked for once. An object keeps its index all its life,
 * so what lives from the first look to the last is at or below it; what is
 * made meanwhile at a higher one is younger than the snapshot.
 */
static bool
look_at_all(enum kind kind, struct object_list *list)
{
	int max = sysv_max_index(kind);
	size_t first = list->count;

	if (max < 0)
		return false;
	object_list_reserve(
		list, (size_t)(max < MOST_RESERVED ? max : MOST_RESERVED) + 1);
	for (int index = 0; index <= max; index++) {
		struct object *object = object_list_add(list, kind);

		if (sysv_at_index(kind, index, object))
			continue;
		list->count--;
		if (errno != EINVAL && errno != EIDRM)
			return false;
	}
	return list->count > first || is_empty(&rows[kind]);
}

/*
 * The values of a set, if we may read them. If it has vanished since, it was
 * alive when it was looked at, and its values stay unknown. Its identifier
 * cannot mean a larger set by now: all others of its index come first.
 */
static void
read_values(struct object_list *list, struct object *set)
{
	unsigned short usual[USUAL_SEMAPHORES];
	size_t bytes = set->count * sizeof(usual[0]);
	CLEANUP_FREE unsigned short *many = NULL;
	unsigned short *values = usual;
	uint16_t *copy;

	if (set->count > ARRAY_LEN(usual))
		values = many = mem_alloc(bytes);
	if (semctl(set->id, 0, GETALL, (union semun) {.array = values}) < 0)
		return;
	copy = arena_alloc(&list->arena, bytes);
	memcpy(copy, values, bytes);
	set->values = copy;
	set->known |= FIELD_BIT(FIELD_VALUES);
}

static void
collect_kind(enum kind kind, bool from_proc, struct snapshot *into)
{
	struct object_list *list = &into->objects;
	size_t first = list->count;
	struct err err;

	if (from_proc || !look_at_all(kind, list)) {
		list->count = first;
		if (sysv_proc_read(kind, list, &err)) {
			CLEANUP_FREE char *why = mem_printf(
				"%s(2) does not tell, nor does /proc (%s)",
				rows[kind].call, err.text);

			list->count = first;
			snapshot_add_blind(into, KIND_BIT(kind), NULL, why);
		}
	}
	for (size_t i = first; kind == KIND_SYSV_SEM && i < list->count; i++)
		read_values(list, &list->items[i]);
}

int
sysv_collect(const struct collect_settings *settings, struct snapshot *into,
	     struct err *err)
{
	(void)err;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum kind kind = (enum kind)i;

		if (settings->kinds & KIND_BIT(kind))
			collect_kind(kind, settings->sysv_from_proc, into);
	}
	return 0;
}
