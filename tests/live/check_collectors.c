/* SPDX-License-Identifier: MIT */
/*
 * check_collectors.c - live: each kind of object is seen as it is, as long as
 * it is there, whoever looks.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <seccomp.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "leakcheck/diff.h"
#include "tests/support/live.h"

Suite *collectors_suite(void);

enum { KEY = 0x1234abcd, MODE = 0640, SHM_BYTES = 5000, REFUSALS = 5 };

union semun {
	int val;
	unsigned short *array;
};

static int64_t started_at;

static void
setup(void)
{
	started_at = time(NULL);
}

/* In this run of the test. time(2) may be a tick behind other clocks. */
static void
assert_recent(int64_t seconds)
{
	ck_assert_int_ge(seconds, started_at);
	ck_assert_int_le(seconds, time(NULL) + 1);
}

static void
assert_owned(const struct object *object)
{
	ck_assert_uint_eq(object->uid, geteuid());
	ck_assert_uint_eq(object->gid, getegid());
	ck_assert_uint_eq(object->mode, MODE);
	assert_recent(object->ctime);
}

static void
assert_owned_sysv(const struct object *object)
{
	assert_owned(object);
	ck_assert_uint_eq(object->cuid, geteuid());
	ck_assert_uint_eq(object->cgid, getegid());
	ck_assert_uint_eq(object->key, KEY);
}

static void
assert_known(const struct object *object, uint32_t known)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		enum field field = (enum field)i;

		ck_assert_msg(!(known & FIELD_BIT(field)) ==
				      !object_knows(object, field),
			      "%s is %sknown", object_field_name(field),
			      object_knows(object, field) ? "" : "not ");
	}
}

#define SYSV_FIELDS                                                            \
	(FIELD_BIT(FIELD_ID) | FIELD_BIT(FIELD_KEY) | FIELD_BIT(FIELD_MODE) |  \
	 FIELD_BIT(FIELD_UID) | FIELD_BIT(FIELD_GID) | FIELD_BIT(FIELD_CUID) | \
	 FIELD_BIT(FIELD_CGID) | FIELD_BIT(FIELD_CTIME))
#define SHM_FIELDS                                                        \
	(SYSV_FIELDS | FIELD_BIT(FIELD_BYTES) | FIELD_BIT(FIELD_NATTCH) | \
	 FIELD_BIT(FIELD_MARKED) | FIELD_BIT(FIELD_CPID))
#define SEM_FIELDS \
	(SYSV_FIELDS | FIELD_BIT(FIELD_NSEMS) | FIELD_BIT(FIELD_VALUES))
#define MSG_FIELDS \
	(SYSV_FIELDS | FIELD_BIT(FIELD_BYTES) | FIELD_BIT(FIELD_MESSAGES))

START_TEST(segment)
{
	struct snapshot *snapshot;
	const struct object *object;
	void *memory;
	int id;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	id = shmget(KEY, SHM_BYTES, IPC_CREAT | IPC_EXCL | MODE);
	ck_assert_int_ge(id, 0);
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	object = live_find_id(snapshot, KIND_SYSV_SHM, id);
	ck_assert_ptr_nonnull(object);
	assert_known(object, SHM_FIELDS);
	assert_owned_sysv(object);
	ck_assert_uint_eq(object->bytes, SHM_BYTES);
	ck_assert_uint_eq(object->count, 0);
	ck_assert_int_eq(object->cpid, getpid());
	snapshot_free(snapshot);

	memory = shmat(id, NULL, 0);
	ck_assert_ptr_ne(memory, (void *)-1);
	snapshot = live_look_for(KIND_ALL);
	object = live_find_id(snapshot, KIND_SYSV_SHM, id);
	assert_known(object, SHM_FIELDS | FIELD_BIT(FIELD_LPID) |
				     FIELD_BIT(FIELD_ATIME));
	ck_assert_uint_eq(object->count, 1);
	ck_assert_int_eq(object->lpid, getpid());
	assert_recent(object->used_at);
	snapshot_free(snapshot);

	ck_assert_int_eq(shmdt(memory), 0);
	snapshot = live_look_for(KIND_ALL);
	object = live_find_id(snapshot, KIND_SYSV_SHM, id);
	ck_assert(object_knows(object, FIELD_DTIME));
	ck_assert_uint_eq(object->count, 0);
	assert_recent(object->left_at);
	snapshot_free(snapshot);
}
END_TEST

START_TEST(marked_segment)
{
	struct snapshot *snapshot;
	const struct object *object;
	int id;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	id = shmget(IPC_PRIVATE, SHM_BYTES, IPC_CREAT | MODE);
	ck_assert_ptr_ne(shmat(id, NULL, 0), (void *)-1);
	snapshot = live_look_for(KIND_SYSV);
	ck_assert(!live_find_id(snapshot, KIND_SYSV_SHM, id)->marked);
	snapshot_free(snapshot);

	ck_assert_int_eq(shmctl(id, IPC_RMID, NULL), 0);
	snapshot = live_look_for(KIND_SYSV);
	object = live_find_id(snapshot, KIND_SYSV_SHM, id);
	ck_assert_ptr_nonnull(object);
	ck_assert(object->marked);
	ck_assert_uint_eq(object->mode, MODE);
	ck_assert_uint_eq(object->count, 1);
	snapshot_free(snapshot);
}
END_TEST

START_TEST(semaphore_set)
{
	unsigned short values[] = {1, 2, 32767};
	struct sembuf down = {.sem_num = 1, .sem_op = -1};
	struct snapshot *snapshot;
	const struct object *object;
	int id;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	id = semget(KEY, 3, IPC_CREAT | IPC_EXCL | MODE);
	ck_assert_int_ge(id, 0);
	ck_assert_int_eq(semctl(id, 0, SETALL, (union semun) {.array = values}),
			 0);
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	object = live_find_id(snapshot, KIND_SYSV_SEM, id);
	ck_assert_ptr_nonnull(object);
	assert_known(object, SEM_FIELDS);
	assert_owned_sysv(object);
	ck_assert_uint_eq(object->count, 3);
	ck_assert_mem_eq(object->values, values, sizeof(values));
	snapshot_free(snapshot);

	ck_assert_int_eq(semop(id, &down, 1), 0);
	snapshot = live_look_for(KIND_ALL);
	object = live_find_id(snapshot, KIND_SYSV_SEM, id);
	assert_known(object, SEM_FIELDS | FIELD_BIT(FIELD_OTIME));
	assert_recent(object->used_at);
	ck_assert_uint_eq(object->values[1], 1);
	snapshot_free(snapshot);
}
END_TEST

/* More semaphores than usual take another way through the collector. */
START_TEST(large_semaphore_set)
{
	enum { COUNT = 1000 };
	struct snapshot *snapshot;
	const struct object *object;
	int id;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	id = semget(KEY, COUNT, IPC_CREAT | MODE);
	for (int i = 0; i < COUNT; i++)
		ck_assert_int_eq(
			semctl(id, i, SETVAL, (union semun) {.val = i}), 0);
	snapshot = live_look_for(KIND_SYSV);
	object = live_find_id(snapshot, KIND_SYSV_SEM, id);
	ck_assert_uint_eq(object->count, COUNT);
	for (int i = 0; i < COUNT; i++)
		ck_assert_uint_eq(object->values[i], i);
	snapshot_free(snapshot);
}
END_TEST

START_TEST(message_queue)
{
	struct {
		long type;
		char text[8];
	} message = {1, "12345"};
	struct snapshot *snapshot;
	const struct object *object;
	int id;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	id = msgget(KEY, IPC_CREAT | IPC_EXCL | MODE);
	ck_assert_int_ge(id, 0);
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	object = live_find_id(snapshot, KIND_SYSV_MSG, id);
	ck_assert_ptr_nonnull(object);
	assert_known(object, MSG_FIELDS);
	assert_owned_sysv(object);
	ck_assert_uint_eq(object->count, 0);
	snapshot_free(snapshot);

	ck_assert_int_eq(msgsnd(id, &message, 5, 0), 0);
	ck_assert_int_eq(msgsnd(id, &message, 3, 0), 0);
	ck_assert_int_eq(msgsnd(id, &message, 4, 0), 0);
	ck_assert_int_eq(msgrcv(id, &message, 8, 0, 0), 5);
	snapshot = live_look_for(KIND_ALL);
	object = live_find_id(snapshot, KIND_SYSV_MSG, id);
	assert_known(object, MSG_FIELDS | FIELD_BIT(FIELD_LSPID) |
				     FIELD_BIT(FIELD_LRPID) |
				     FIELD_BIT(FIELD_STIME) |
				     FIELD_BIT(FIELD_RTIME));
	ck_assert_uint_eq(object->count, 2);
	ck_assert_uint_eq(object->bytes, 7);
	ck_assert_int_eq(object->lpid, getpid());
	ck_assert_int_eq(object->lrpid, getpid());
	assert_recent(object->used_at);
	assert_recent(object->left_at);
	snapshot_free(snapshot);
}
END_TEST

#define FILE_FIELDS                                                            \
	(FIELD_BIT(FIELD_PATH) | FIELD_BIT(FIELD_DEV) | FIELD_BIT(FIELD_INO) | \
	 FIELD_BIT(FIELD_MODE) | FIELD_BIT(FIELD_UID) | FIELD_BIT(FIELD_GID) | \
	 FIELD_BIT(FIELD_CTIME) | FIELD_BIT(FIELD_MTIME))

/* Birth times are where the file system keeps them. */
static void
assert_file(const struct object *object, uint32_t known)
{
	struct stat status;

	ck_assert_ptr_nonnull(object);
	assert_known(object, FILE_FIELDS | known |
				     (object->known & FIELD_BIT(FIELD_BTIME)));
	assert_owned(object);
	assert_recent(object->used_at);
	if (object_knows(object, FIELD_BTIME))
		assert_recent(object->btime_ns / 1000000000);
	if (object->kind == KIND_POSIX_MQ)
		return;
	ck_assert_int_eq(lstat(object->path, &status), 0);
	ck_assert_uint_eq(object->dev, status.st_dev);
	ck_assert_uint_eq(object->ino, status.st_ino);
}

START_TEST(shared_memory)
{
	struct snapshot *snapshot;
	const struct object *object;
	int fd;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	fd = shm_open("/a", O_CREAT | O_EXCL | O_RDWR, MODE);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, SHM_BYTES), 0);
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	object = live_find_path(snapshot, KIND_POSIX_SHM, "/dev/shm/a");
	assert_file(object, FIELD_BIT(FIELD_BYTES));
	ck_assert_uint_eq(object->bytes, SHM_BYTES);
	snapshot_free(snapshot);
}
END_TEST

static void
make_file(const char *path, size_t bytes)
{
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, MODE);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, (off_t)bytes), 0);
	close(fd);
}

START_TEST(named_semaphore)
{
	struct snapshot *snapshot;
	sem_t *sem;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	sem = sem_open("/a", O_CREAT | O_EXCL, MODE, 1);
	ck_assert_ptr_ne(sem, SEM_FAILED);
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	assert_file(live_find_path(snapshot, KIND_POSIX_SEM, "/dev/shm/sem.a"),
		    FIELD_BIT(FIELD_BYTES));
	snapshot_free(snapshot);
}
END_TEST

/* What sem_open(3) has made when it is killed, and what only looks like it. */
START_TEST(what_is_a_semaphore)
{
	static const struct {
		const char *path;
		size_t bytes;
		enum kind kind;
	} cases[] = {
		{"/dev/shm/sem.Ab3xYz", sizeof(sem_t), KIND_POSIX_SEM},
		{"/dev/shm/sem.Ab3xY0", 0, KIND_POSIX_SEM},
		{"/dev/shm/sem.of32bit", 16, KIND_POSIX_SEM},
		{"/dev/shm/sem.empty", 0, KIND_POSIX_SHM},
		{"/dev/shm/sem.data", 4096, KIND_POSIX_SHM},
		{"/dev/shm/xsem.a", sizeof(sem_t), KIND_POSIX_SHM},
		{"/dev/shm/watched/sem.a", sizeof(sem_t), KIND_POSIX_SHM},
	};
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		make_file(cases[i].path, cases[i].bytes);
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, ARRAY_LEN(cases));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ck_assert_msg(live_find_path(snapshot, cases[i].kind,
					     cases[i].path) != NULL,
			      "%s", cases[i].path);
	snapshot_free(snapshot);
}
END_TEST

START_TEST(posix_queue)
{
	struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 8};
	struct snapshot *snapshot;
	const struct object *object;
	mqd_t queue;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	queue = mq_open("/a", O_CREAT | O_EXCL | O_RDWR, MODE, &attributes);
	ck_assert_int_ge(queue, 0);
	ck_assert_int_eq(mq_send(queue, "1", 1, 0), 0);
	ck_assert_int_eq(mq_send(queue, "2", 1, 0), 0);
	ck_assert_int_eq(mq_close(queue), 0);
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	object = live_find_path(snapshot, KIND_POSIX_MQ, "/a");
	assert_file(object, FIELD_BIT(FIELD_MESSAGES));
	ck_assert_uint_eq(object->count, 2);
	snapshot_free(snapshot);
}
END_TEST

static void
make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	close(fd);
}

START_TEST(fifo_and_socket)
{
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	ck_assert_int_eq(mkfifo(LIVE_DIR "/fifo", MODE), 0);
	make_socket(LIVE_DIR "/socket");
	ck_assert_int_eq(chmod(LIVE_DIR "/socket", MODE), 0);
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, 2);
	assert_file(live_find_path(snapshot, KIND_FIFO, LIVE_DIR "/fifo"), 0);
	assert_file(
		live_find_path(snapshot, KIND_UNIX_SOCKET, LIVE_DIR "/socket"),
		0);
	snapshot_free(snapshot);
}
END_TEST

/* One object of each kind: how it comes and how it goes. */

static int sysv_id;

static void
make_shm_id(void)
{
	sysv_id = shmget(KEY, SHM_BYTES, IPC_CREAT | IPC_EXCL | MODE);
	ck_assert_int_ge(sysv_id, 0);
}

static void
remove_shm_id(void)
{
	ck_assert_int_eq(shmctl(sysv_id, IPC_RMID, NULL), 0);
}

static void
make_sem_id(void)
{
	sysv_id = semget(KEY, 2, IPC_CREAT | IPC_EXCL | MODE);
	ck_assert_int_ge(sysv_id, 0);
}

static void
remove_sem_id(void)
{
	ck_assert_int_eq(semctl(sysv_id, 0, IPC_RMID), 0);
}

static void
make_msg_id(void)
{
	sysv_id = msgget(KEY, IPC_CREAT | IPC_EXCL | MODE);
	ck_assert_int_ge(sysv_id, 0);
}

static void
remove_msg_id(void)
{
	ck_assert_int_eq(msgctl(sysv_id, IPC_RMID, NULL), 0);
}

static void
make_posix_shm(void)
{
	int fd = shm_open("/leak", O_CREAT | O_EXCL | O_RDWR, MODE);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void
remove_posix_shm(void)
{
	ck_assert_int_eq(shm_unlink("/leak"), 0);
}

static void
make_posix_sem(void)
{
	sem_t *sem = sem_open("/leak", O_CREAT | O_EXCL, MODE, 0);

	ck_assert_ptr_ne(sem, SEM_FAILED);
	sem_close(sem);
}

static void
remove_posix_sem(void)
{
	ck_assert_int_eq(sem_unlink("/leak"), 0);
}

static void
make_posix_mq(void)
{
	struct mq_attr small = {.mq_maxmsg = 1, .mq_msgsize = 1};
	mqd_t queue = mq_open("/leak", O_CREAT | O_EXCL | O_RDWR, MODE, &small);

	ck_assert_int_ge(queue, 0);
	mq_close(queue);
}

static void
remove_posix_mq(void)
{
	ck_assert_int_eq(mq_unlink("/leak"), 0);
}

static void
make_fifo(void)
{
	ck_assert_int_eq(mkfifo(LIVE_DIR "/fifo", MODE), 0);
}

static void
remove_fifo(void)
{
	ck_assert_int_eq(unlink(LIVE_DIR "/fifo"), 0);
}

static void
make_unix_socket(void)
{
	make_socket(LIVE_DIR "/socket");
}

static void
remove_unix_socket(void)
{
	ck_assert_int_eq(unlink(LIVE_DIR "/socket"), 0);
}

static const struct {
	void (*make)(void);
	void (*remove)(void);
} makers[KIND_COUNT] = {
	[KIND_SYSV_SHM] = {make_shm_id, remove_shm_id},
	[KIND_SYSV_SEM] = {make_sem_id, remove_sem_id},
	[KIND_SYSV_MSG] = {make_msg_id, remove_msg_id},
	[KIND_POSIX_SHM] = {make_posix_shm, remove_posix_shm},
	[KIND_POSIX_SEM] = {make_posix_sem, remove_posix_sem},
	[KIND_POSIX_MQ] = {make_posix_mq, remove_posix_mq},
	[KIND_FIFO] = {make_fifo, remove_fifo},
	[KIND_UNIX_SOCKET] = {make_unix_socket, remove_unix_socket},
};

static void
count_classes(const struct snapshot *before, const struct snapshot *after,
	      size_t added, size_t removed)
{
	struct diff diff;
	struct err err;

	ck_assert_int_eq(diff_make(&diff, before, after, &err), 0);
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], added);
	ck_assert_uint_eq(diff.counts[DIFF_REMOVED], removed);
	ck_assert_uint_eq(diff.count, added + removed);
	diff_free(&diff);
}

/* The test that must fail: what is left is reported, of every kind. */
START_TEST(left_object_is_added)
{
	enum kind kind = (enum kind)_i;
	struct snapshot *before;
	struct snapshot *left;
	struct snapshot *after;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	before = live_look_for(KIND_ALL);
	ck_assert_uint_eq(before->objects.count, 0);
	ck_assert_uint_eq(before->blind_count, 0);
	makers[kind].make();
	left = live_look_for(KIND_ALL);
	ck_assert_uint_eq(left->objects.count, 1);
	ck_assert_int_eq(left->objects.items[0].kind, kind);
	count_classes(before, left, 1, 0);
	makers[kind].remove();
	after = live_look_for(KIND_ALL);
	ck_assert_uint_eq(after->objects.count, 0);
	count_classes(left, after, 0, 1);
	count_classes(before, after, 0, 0);
	snapshot_free(before);
	snapshot_free(left);
	snapshot_free(after);
}
END_TEST

/* Another object of the same name is not the one that was there. */
START_TEST(replaced_object_is_another)
{
	enum kind kind = (enum kind)_i;
	struct snapshot *before;
	struct snapshot *after;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	makers[kind].make();
	before = live_look_for(KIND_ALL);
	makers[kind].remove();
	makers[kind].make();
	after = live_look_for(KIND_ALL);
	count_classes(before, after, 1, 1);
	snapshot_free(before);
	snapshot_free(after);
}
END_TEST

START_TEST(only_the_kinds_asked_for)
{
	enum kind kind = (enum kind)_i;
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	for (int i = 0; i < KIND_COUNT; i++)
		makers[i].make();
	snapshot = live_look_for(KIND_BIT(kind));
	ck_assert_uint_eq(snapshot->kinds, KIND_BIT(kind));
	ck_assert_uint_eq(snapshot->objects.count, 1);
	ck_assert_int_eq(snapshot->objects.items[0].kind, kind);
	snapshot_free(snapshot);
}
END_TEST

/* What nobody may read is there nevertheless. */
START_TEST(no_permission)
{
	struct snapshot *snapshot;
	struct collect_settings settings = live_settings(KIND_SYSV);
	int shm;
	int sem;
	int msg;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	shm = shmget(KEY, SHM_BYTES, IPC_CREAT);
	sem = semget(KEY, 2, IPC_CREAT);
	msg = msgget(KEY, IPC_CREAT);
	live_drop_rights();
	settings.sysv_from_proc = _i;
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->objects.count, 3);
	ck_assert_uint_eq(snapshot->blind_count, 0);
	ck_assert_ptr_nonnull(live_find_id(snapshot, KIND_SYSV_SHM, shm));
	ck_assert_ptr_nonnull(live_find_id(snapshot, KIND_SYSV_MSG, msg));
	assert_known(live_find_id(snapshot, KIND_SYSV_SEM, sem),
		     SEM_FIELDS & ~FIELD_BIT(FIELD_VALUES));
	snapshot_free(snapshot);
}
END_TEST

/* Some of everything that a line of /proc/sysvipc can say. */
static void
make_sysv_variety(void)
{
	struct {
		long type;
		char text[8];
	} message = {1, "12345"};
	struct sembuf up = {.sem_op = 1};
	int id;

	for (int i = 0; i < 40; i++) {
		id = shmget(IPC_PRIVATE, (size_t)(i + 1) * 1000,
			    0600 | (i & 077));
		ck_assert_int_ge(id, 0);
		if (i % 3 == 0)
			ck_assert_ptr_ne(shmat(id, NULL, 0), (void *)-1);
		if (i % 4 == 0)
			ck_assert_int_eq(shmctl(id, IPC_RMID, NULL), 0);
	}
	/* A key whose sign bit is set is a negative number there. */
	ck_assert_int_ge(shmget((key_t)0xfffffff0, 1, IPC_CREAT | 0600), 0);
	for (int i = 0; i < 40; i++) {
		id = semget(KEY + i, i + 1, IPC_CREAT | (i & 0777) | 0400);
		ck_assert_int_ge(id, 0);
		if (i % 2)
			semop(id, &up, 1);
	}
	for (int i = 0; i < 40; i++) {
		id = msgget(KEY + i, IPC_CREAT | 0600);
		ck_assert_int_ge(id, 0);
		if (i % 2)
			ck_assert_int_eq(msgsnd(id, &message, 5, 0), 0);
		if (i % 4 == 1)
			ck_assert_int_eq(msgrcv(id, &message, 8, 0, 0), 5);
		if (i % 5 == 0)
			ck_assert_int_eq(msgctl(id, IPC_RMID, NULL), 0);
	}
}

START_TEST(both_ways_tell_the_same)
{
	struct collect_settings settings = live_settings(KIND_SYSV);
	struct snapshot *by_calls;
	struct snapshot *by_proc;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_sysv_variety();
	by_calls = live_look(&settings);
	ck_assert_uint_ge(by_calls->objects.count, 100);
	settings.sysv_from_proc = true;
	by_proc = live_look(&settings);
	live_assert_same(by_calls, by_proc);
	snapshot_free(by_calls);
	snapshot_free(by_proc);
}
END_TEST

enum refused { STAT_ANY, STAT_ANY_OF_ONE, STAT_ANY_AND_INFO, EVERYTHING };

/* A filter of system calls that answers for the kernel. */
static void
refuse(enum refused what, int error)
{
	static const struct {
		int call;
		unsigned argument; /* that is the command */
		scmp_datum_t stat_any;
		scmp_datum_t info;
	} calls[] = {
		{SCMP_SYS(shmctl), 1, SHM_STAT_ANY, SHM_INFO},
		{SCMP_SYS(semctl), 2, SEM_STAT_ANY, SEM_INFO},
		{SCMP_SYS(msgctl), 1, MSG_STAT_ANY, MSG_INFO},
	};
	const uint32_t action = SCMP_ACT_ERRNO((uint32_t)error);
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	ck_assert_ptr_nonnull(filter);
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		unsigned argument = calls[i].argument;
		const struct scmp_arg_cmp is[] = {
			{argument, SCMP_CMP_EQ, calls[i].stat_any, 0},
			{0, SCMP_CMP_EQ, 1, 0},
			{argument, SCMP_CMP_EQ, calls[i].info, 0},
		};
		unsigned count = what == STAT_ANY_OF_ONE ? 2
				 : what == EVERYTHING	 ? 0
							 : 1;

		ck_assert_int_eq(seccomp_rule_add_array(filter, action,
							calls[i].call, count,
							is),
				 0);
		if (what == STAT_ANY_AND_INFO)
			ck_assert_int_eq(seccomp_rule_add_array(filter, action,
								calls[i].call,
								1, &is[2]),
					 0);
	}
	ck_assert_int_eq(seccomp_load(filter), 0);
	seccomp_release(filter);
}

/*
 * Kernels before 4.17 say EINVAL to an unknown command, as they do to an
 * unused index; filters say other things.
 */
START_TEST(without_stat_any)
{
	static const struct {
		enum refused what;
		int error;
	} cases[] = {
		{STAT_ANY, EINVAL},	   {STAT_ANY, ENOSYS},
		{STAT_ANY, EPERM},	   {STAT_ANY_AND_INFO, EINVAL},
		{STAT_ANY_OF_ONE, EACCES}, /* as a security module may do */
	};
	struct snapshot *before;
	struct snapshot *after;

	ck_assert_uint_eq(ARRAY_LEN(cases), REFUSALS);
	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_sysv_variety();
	before = live_look_for(KIND_SYSV);
	refuse(cases[_i].what, cases[_i].error);
	ck_assert_int_eq(shmctl(1, SHM_STAT_ANY, &(struct shmid_ds) {0}), -1);
	after = live_look_for(KIND_SYSV);
	live_assert_same(before, after);
	ck_assert_uint_eq(after->blind_count, 0);
	snapshot_free(before);
	snapshot_free(after);
}
END_TEST

START_TEST(without_the_calls)
{
	struct snapshot *before;
	struct snapshot *after;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_shm_id();
	make_sem_id();
	make_msg_id();
	before = live_look_for(KIND_SYSV);
	refuse(EVERYTHING, _i ? EINVAL : ENOSYS);
	after = live_look_for(KIND_SYSV);
	ck_assert_uint_eq(after->blind_count, 0);
	ck_assert_uint_eq(after->objects.count, 3);
	count_classes(before, after, 0, 0);
	snapshot_free(before);
	snapshot_free(after);
}
END_TEST

/* Nothing was seen, and that is said of each kind. */
START_TEST(neither_calls_nor_proc)
{
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_shm_id();
	ck_assert_int_eq(mount("none", "/proc", "tmpfs", 0, NULL), 0);
	refuse(EVERYTHING, EPERM);
	snapshot = live_look_for(KIND_SYSV);
	ck_assert_uint_eq(snapshot->objects.count, 0);
	ck_assert_uint_eq(snapshot->blind_count, 3);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(snapshot->blind[i].kinds, KIND_BIT(i));
		ck_assert_ptr_null(snapshot->blind[i].path);
		ck_assert_ptr_nonnull(
			strstr(snapshot->blind[i].why, "/proc/sysvipc/"));
	}
	snapshot_free(snapshot);
}
END_TEST

static bool
is_kernel_since(int major, int minor)
{
	struct utsname kernel;
	int is_major;
	int is_minor;

	ck_assert_int_eq(uname(&kernel), 0);
	ck_assert_int_eq(sscanf(kernel.release, "%d.%d", &is_major, &is_minor),
			 2);
	return is_major > major || (is_major == major && is_minor >= minor);
}

/*
 * Who has made a sandbox sees the /proc of a pid namespace that it is not in:
 * its namespaces are known nevertheless, and pids are not mistaken.
 */
START_TEST(where_proc_is_anothers)
{
	CLEANUP_SANDBOX_INIT struct sandbox_init init = SANDBOX_INIT_NONE;
	struct collect_settings settings = live_settings(KIND_SYSV);
	struct snapshot *before;
	struct snapshot *after;
	struct err err;

	if (!live_enter(__func__, SANDBOX_PROCESSES))
		return;
	make_shm_id();
	before = live_look(&settings);
	ck_assert_int_eq(before->objects.items[0].cpid, getpid());
	ck_assert_msg(sandbox_init_start(&init, &err) == 0, "%s", err.text);
	ck_assert_int_ne(access("/proc/self", F_OK), 0);
	after = live_look(&settings);
	live_assert_same(before, after);
	if (is_kernel_since(6, 11) || after->origin.ipc_ns)
		ck_assert_uint_eq(after->origin.ipc_ns, before->origin.ipc_ns);
	if (is_kernel_since(6, 11) || after->origin.mnt_ns)
		ck_assert_uint_eq(after->origin.mnt_ns, before->origin.mnt_ns);
	ck_assert_str_eq(after->origin.boot_id, before->origin.boot_id);
	snapshot_free(after);

	settings.sysv_from_proc = true;
	after = live_look(&settings);
	ck_assert_uint_eq(after->objects.count, 1);
	ck_assert(!object_knows(&after->objects.items[0], FIELD_CPID));
	count_classes(before, after, 0, 0);
	snapshot_free(before);
	snapshot_free(after);
}
END_TEST

static int
compare_ints(const void *a, const void *b)
{
	return (*(const int *)a > *(const int *)b) -
	       (*(const int *)a < *(const int *)b);
}

/* An index that is used again belongs to another identifier. */
START_TEST(identifier_is_not_the_index)
{
	enum { ROUNDS = 1000, FIRST_SEQUENCE = 32768 };
	enum kind kind = (enum kind)_i;
	struct collect_settings settings = live_settings(KIND_SYSV);
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	for (int i = 0; i < ROUNDS; i++) {
		makers[kind].make();
		if (sysv_id >= FIRST_SEQUENCE)
			break;
		makers[kind].remove();
	}
	ck_assert_int_ge(sysv_id, FIRST_SEQUENCE);
	for (int from_proc = 0; from_proc < 2; from_proc++) {
		settings.sysv_from_proc = from_proc;
		snapshot = live_look(&settings);
		ck_assert_uint_eq(snapshot->objects.count, 1);
		ck_assert_int_eq(snapshot->objects.items[0].id, sysv_id);
		snapshot_free(snapshot);
	}
}
END_TEST

/* The limits of a kernel as it comes: no settings need to be raised. */
START_TEST(thirty_two_thousand)
{
	static const int counts[] = {4096, 13952, 13952};
	static int ids[3][16384];
	struct snapshot *snapshot;
	size_t next = 0;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	for (int i = 0; i < counts[KIND_SYSV_SHM]; i++)
		ids[0][i] = shmget(IPC_PRIVATE, 1, IPC_CREAT | MODE);
	for (int i = 0; i < counts[KIND_SYSV_SEM]; i++)
		ids[1][i] = semget(IPC_PRIVATE, 1, IPC_CREAT | MODE);
	for (int i = 0; i < counts[KIND_SYSV_MSG]; i++)
		ids[2][i] = msgget(IPC_PRIVATE, IPC_CREAT | MODE);
	/* Holes, and identifiers that do not follow the order of creation. */
	for (int i = 0; i < counts[KIND_SYSV_SHM]; i += 7) {
		ck_assert_int_eq(shmctl(ids[0][i], IPC_RMID, NULL), 0);
		ids[0][i] = shmget(IPC_PRIVATE, 1, IPC_CREAT | MODE);
	}
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, 32000);
	for (int kind = 0; kind < 3; kind++) {
		qsort(ids[kind], (size_t)counts[kind], sizeof(int),
		      compare_ints);
		ck_assert_int_ge(ids[kind][0], 0);
		for (int i = 0; i < counts[kind]; i++, next++) {
			ck_assert_int_eq(snapshot->objects.items[next].kind,
					 kind);
			ck_assert_int_eq(snapshot->objects.items[next].id,
					 ids[kind][i]);
		}
	}
	snapshot_free(snapshot);
}
END_TEST

/* The life of a busy program, until it is killed. */
static void NORETURN
come_and_go(void)
{
	struct mq_attr small = {.mq_maxmsg = 1, .mq_msgsize = 1};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned i = 0;; i++) {
		int shm = shmget(IPC_PRIVATE, 1, IPC_CREAT | MODE);
		int sem = semget(IPC_PRIVATE, 1 + (int)(i % 100),
				 IPC_CREAT | MODE);
		int msg = msgget(IPC_PRIVATE, IPC_CREAT | MODE);

		close(shm_open("/busy", O_CREAT | O_RDWR, MODE));
		sem_close(sem_open("/busy", O_CREAT, MODE, 0));
		mq_close(mq_open("/busy", O_CREAT | O_RDWR, MODE, &small));
		mkdir(LIVE_DIR "/busy", 0700);
		mkfifo(LIVE_DIR "/busy/fifo", MODE);
		unlink(LIVE_DIR "/busy/fifo");
		rmdir(LIVE_DIR "/busy");
		mq_unlink("/busy");
		sem_unlink("/busy");
		shm_unlink("/busy");
		msgctl(msg, IPC_RMID, NULL);
		semctl(sem, 0, IPC_RMID);
		shmctl(shm, IPC_RMID, NULL);
	}
}

/*
 * What stays is in every look, whatever else comes and goes meanwhile; and to
 * be sure that it did, some of it must have been met.
 */
START_TEST(while_others_come_and_go)
{
	enum { LOOKS = 200, MEETINGS = 100 };
	size_t met = 0;
	struct collect_settings settings = live_settings(KIND_ALL);
	struct snapshot *first;
	pid_t busy[2];

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	for (int i = 0; i < KIND_COUNT; i++)
		makers[i].make();
	first = live_look(&settings);
	for (size_t i = 0; i < ARRAY_LEN(busy); i++) {
		busy[i] = fork();
		ck_assert_int_ge(busy[i], 0);
		if (busy[i] == 0)
			come_and_go();
	}
	for (int i = 0; i < LOOKS || met < MEETINGS; i++) {
		struct snapshot *snapshot;
		struct diff diff;
		struct err err;

		settings.sysv_from_proc = i % 2;
		snapshot = live_look(&settings);
		ck_assert_uint_eq(snapshot->blind_count, 0);
		ck_assert_int_eq(diff_make(&diff, first, snapshot, &err), 0);
		ck_assert_uint_eq(diff.counts[DIFF_REMOVED], 0);
		ck_assert_uint_eq(diff.counts[DIFF_CHANGED], 0);
		met += diff.counts[DIFF_ADDED];
		diff_free(&diff);
		snapshot_free(snapshot);
	}
	for (size_t i = 0; i < ARRAY_LEN(busy); i++) {
		kill(busy[i], SIGKILL);
		ck_assert_int_eq(waitpid(busy[i], NULL, 0), busy[i]);
	}
	snapshot_free(first);
}
END_TEST

START_TEST(below_shm_directories)
{
	struct collect_settings settings = live_settings(KIND_ALL);
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	ck_assert_int_eq(mkdir("/dev/shm/jack-0", 0700), 0);
	ck_assert_int_eq(mkdir("/dev/shm/jack-0/default", 0700), 0);
	make_file("/dev/shm/jack-0/default/registry", 100);
	ck_assert_int_eq(symlink("/etc", "/dev/shm/link"), 0);
	snapshot = live_look_for(KIND_ALL);
	ck_assert_uint_eq(snapshot->objects.count, 1);
	ck_assert_ptr_nonnull(live_find_path(
		snapshot, KIND_POSIX_SHM, "/dev/shm/jack-0/default/registry"));
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);

	/* The directory itself may be one, as /dev/shm once was. */
	ck_assert_int_eq(symlink("/dev/shm/jack-0", LIVE_DIR "/link"), 0);
	settings.shm_dir = LIVE_DIR "/link";
	snapshot = live_look(&settings);
	ck_assert_ptr_nonnull(live_find_path(
		snapshot, KIND_POSIX_SHM, LIVE_DIR "/link/default/registry"));
	snapshot_free(snapshot);
}
END_TEST

START_TEST(shm_directory_is_missing_or_closed)
{
	const unsigned kinds =
		KIND_BIT(KIND_POSIX_SHM) | KIND_BIT(KIND_POSIX_SEM);
	struct collect_settings settings = live_settings(kinds);
	struct snapshot *snapshot;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	/* No directory, no objects: that is known. */
	settings.shm_dir = LIVE_DIR "/none";
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->objects.count, 0);
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);

	make_file(LIVE_DIR "/file", 0);
	settings.shm_dir = LIVE_DIR "/file";
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->blind_count, 1);
	ck_assert_str_eq(snapshot->blind[0].why, "Not a directory");
	snapshot_free(snapshot);

	ck_assert_int_eq(mkdir(LIVE_DIR "/closed", 0), 0);
	make_file(LIVE_DIR "/closed/hidden", 1);
	live_drop_rights();
	settings.shm_dir = LIVE_DIR "/closed";
	snapshot = live_look(&settings);
	ck_assert_uint_eq(snapshot->blind_count, 1);
	ck_assert_uint_eq(snapshot->blind[0].kinds, kinds);
	ck_assert_str_eq(snapshot->blind[0].path, LIVE_DIR "/closed");
	ck_assert_str_eq(snapshot->blind[0].why, "Permission denied");
	snapshot_free(snapshot);
}
END_TEST

START_TEST(origin)
{
	struct snapshot *ours;
	struct snapshot *theirs;
	struct stat ipc;
	struct stat mounts;

	theirs = live_look_for(KIND_BIT(KIND_SYSV_SHM));
	if (!live_enter(__func__, SANDBOX_OBJECTS))
		goto out;
	ours = live_look_for(KIND_BIT(KIND_SYSV_SHM));
	ck_assert_int_eq(stat("/proc/self/ns/ipc", &ipc), 0);
	ck_assert_int_eq(stat("/proc/self/ns/mnt", &mounts), 0);
	ck_assert_uint_eq(ours->origin.ipc_ns, ipc.st_ino);
	ck_assert_uint_eq(ours->origin.mnt_ns, mounts.st_ino);
	ck_assert_uint_eq(strlen(ours->origin.boot_id), 36);
	assert_recent(ours->origin.taken_at_ns / 1000000000);
	ck_assert_uint_ne(ours->origin.ipc_ns, theirs->origin.ipc_ns);
	ck_assert_uint_ne(ours->origin.mnt_ns, theirs->origin.mnt_ns);
	ck_assert_str_eq(ours->origin.boot_id, theirs->origin.boot_id);
	snapshot_free(ours);
out:
	snapshot_free(theirs);
}
END_TEST

/* It is unknown then, and so no reason to refuse a comparison. */
START_TEST(origin_may_be_left_out)
{
	struct collect_settings settings = live_settings(KIND_ALL);
	const struct snapshot_origin unknown = {0};
	struct snapshot *with;
	struct snapshot *without;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	makers[KIND_SYSV_SHM].make();
	with = live_look(&settings);
	settings.no_origin = true;
	without = live_look(&settings);
	ck_assert_mem_eq(&without->origin, &unknown, sizeof(unknown));
	ck_assert_uint_eq(without->objects.count, 1);
	count_classes(with, without, 0, 0);
	snapshot_free(with);
	snapshot_free(without);
}
END_TEST

Suite *
collectors_suite(void)
{
	Suite *suite = suite_create("collectors");
	TCase *seen = tcase_create("seen");
	TCase *limits = tcase_create("limits");

	tcase_add_checked_fixture(seen, setup, NULL);
	tcase_add_test(seen, segment);
	tcase_add_test(seen, marked_segment);
	tcase_add_test(seen, semaphore_set);
	tcase_add_test(seen, large_semaphore_set);
	tcase_add_test(seen, message_queue);
	tcase_add_test(seen, shared_memory);
	tcase_add_test(seen, named_semaphore);
	tcase_add_test(seen, what_is_a_semaphore);
	tcase_add_test(seen, posix_queue);
	tcase_add_test(seen, fifo_and_socket);
	tcase_add_loop_test(seen, left_object_is_added, 0, KIND_COUNT);
	tcase_add_loop_test(seen, replaced_object_is_another, 0, KIND_COUNT);
	tcase_add_loop_test(seen, only_the_kinds_asked_for, 0, KIND_COUNT);
	tcase_add_test(seen, origin);
	tcase_add_test(seen, origin_may_be_left_out);
	suite_add_tcase(suite, seen);
	tcase_add_checked_fixture(limits, setup, NULL);
	tcase_set_timeout(limits, 60);
	tcase_add_loop_test(limits, no_permission, 0, 2);
	tcase_add_test(limits, both_ways_tell_the_same);
	tcase_add_loop_test(limits, without_stat_any, 0, REFUSALS);
	tcase_add_loop_test(limits, without_the_calls, 0, 2);
	tcase_add_test(limits, neither_calls_nor_proc);
	tcase_add_test(limits, where_proc_is_anothers);
	tcase_add_loop_test(limits, identifier_is_not_the_index, 0, 3);
	tcase_add_test(limits, thirty_two_thousand);
	tcase_add_test(limits, while_others_come_and_go);
	tcase_add_test(limits, below_shm_directories);
	tcase_add_test(limits, shm_directory_is_missing_or_closed);
	suite_add_tcase(suite, limits);
	return suite;
}
