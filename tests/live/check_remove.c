/* SPDX-License-Identifier: MIT */
/*
 * check_remove.c - live: removing one object of each kind, and nothing else.
 * All files are in the sandbox's own /dev/shm.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "leakcheck/remove.h"
#include "leakcheck/isolate.h"
#include "leakcheck/sandbox.h"
#include "tests/support/children.h"
#include "tests/support/objects.h"

Suite *remove_suite(void);

enum { MODE = 0600, BYTES = 4096, NOBODY = 65534, GET = IPC_CREAT | MODE };

#define DIR "/dev/shm/"

static struct inuse *inuse;
static struct err err;

static void
setup(void)
{
	umask(0);
	ck_assert_msg(!sandbox_enter(SANDBOX_OBJECTS, &err), "%s", err.text);
	inuse = inuse_new(PROCS_DEFAULT);
	err.text[0] = '\0';
}

static void
teardown(void)
{
	inuse_free(inuse);
}

static int
make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	return fd;
}

/* Each makes one object, by a process that then is dead where that counts. */

static void
get_shm(void *unused)
{
	(void)unused;
	if (shmget(42, BYTES, GET) < 0)
		_exit(1);
}

static struct object
a_shm(void)
{
	child_does(get_shm, NULL);
	return object_with_id(KIND_SYSV_SHM, shmget(42, 0, 0));
}

static void
get_sem(void *unused)
{
	int id = semget(42, 1, GET);

	(void)unused;
	if (id < 0 || semctl(id, 0, SETVAL, 1))
		_exit(1);
}

static struct object
a_sem(void)
{
	child_does(get_sem, NULL);
	return object_with_id(KIND_SYSV_SEM, semget(42, 0, 0));
}

static void
get_msg(void *unused)
{
	struct {
		long type;
		char text[1];
	} message = {.type = 1};

	(void)unused;
	if (msgsnd(msgget(42, GET), &message, 1, 0))
		_exit(1);
}

static struct object
a_msg(void)
{
	child_does(get_msg, NULL);
	return object_with_id(KIND_SYSV_MSG, msgget(42, 0));
}

static struct object
a_file(void)
{
	close(open(DIR "file", O_CREAT | O_RDWR, MODE));
	return object_at(KIND_POSIX_SHM, DIR "file");
}

static struct object
a_semaphore(void)
{
	close(open(DIR "sem.s", O_CREAT | O_RDWR, MODE));
	return object_at(KIND_POSIX_SEM, DIR "sem.s");
}

static struct object
an_mqueue(void)
{
	mq_close(mq_open("/q", O_CREAT | O_RDWR, MODE, NULL));
	return object_at(KIND_POSIX_MQ, "/q");
}

static struct object
a_fifo(void)
{
	ck_assert_int_eq(mkfifo(DIR "fifo", MODE), 0);
	return object_at(KIND_FIFO, DIR "fifo");
}

static struct object
a_socket(void)
{
	close(make_socket(DIR "socket"));
	return object_at(KIND_UNIX_SOCKET, DIR "socket");
}

static struct object (*const makers[])(void) = {
	a_shm, a_sem, a_msg, a_file, a_semaphore, an_mqueue, a_fifo, a_socket,
};

START_TEST(each_kind_is_removed_once)
{
	struct object object = makers[_i]();

	ck_assert_int_eq(object.kind, _i);
	ck_assert_msg(!remove_object(&object, &err), "%s", err.text);
	ck_assert(!is_there(&object));
	/* Gone already is as good. */
	ck_assert_int_eq(remove_object(&object, &err), 0);
	ck_assert_int_eq(remove_unused(inuse, &object, USE_FREE, &err),
			 REMOVED_BEFORE);
}
END_TEST

/* Of two kinds that is not known where not all processes can be seen. */
START_TEST(each_unused_kind_is_removed)
{
	struct object object = makers[_i]();
	static const enum use best[KIND_COUNT] = {
		[KIND_SYSV_SEM] = USE_IDLE,
		[KIND_SYSV_MSG] = USE_UNKNOWN,
		[KIND_FIFO] = USE_UNKNOWN,
	};
	enum use accepted = best[object.kind];
	enum removed removed = remove_unused(inuse, &object, accepted, &err);

	ck_assert_msg(removed == REMOVED_NOW, "%d: %s", removed, err.text);
	ck_assert(!is_there(&object));
}
END_TEST

START_TEST(another_in_its_place_stays)
{
	struct object object = makers[_i]();
	struct object other;

	ck_assert_int_eq(remove_object(&object, &err), 0);
	other = makers[_i]();
	/* As if the kernel had come round to the same identifier. */
	if (kind_identity(object.kind) == BY_ID) {
		object = other;
		object.key++;
	}
	ck_assert_int_eq(remove_object(&object, &err), 0);
	ck_assert(is_there(&other));
	ck_assert_int_eq(remove_unused(inuse, &object, USE_UNKNOWN, &err),
			 REMOVED_BEFORE);
	ck_assert(is_there(&other));
}
END_TEST

START_TEST(a_foreign_object_is_refused)
{
	struct object object = makers[_i]();
	int status;
	pid_t pid;

	if (geteuid() != 0) {
		printf("SKIP a_foreign_object_is_refused: must be root to "
		       "become another user\n");
		return;
	}
	/* As /dev/shm is everywhere. */
	ck_assert_int_eq(chmod("/dev/shm", 01777), 0);
	pid = fork();
	if (pid == 0) {
		if (setresgid(NOBODY, NOBODY, NOBODY) ||
		    setresuid(NOBODY, NOBODY, NOBODY))
			_exit(1);
		if (remove_object(&object, &err) != -1)
			_exit(2);
		/* EPERM, and for a message queue EACCES. */
		if (!strstr(err.text, "Operation not permitted") &&
		    !strstr(err.text, "Permission denied"))
			_exit(3);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert(is_there(&object));
}
END_TEST

/* What is used between the look and the removal is spared. */

static void
attach(void *unused)
{
	(void)unused;
	if (shmat(shmget(42, 0, 0), NULL, 0) == (void *)-1)
		_exit(1);
}

static void
open_the_file(void *unused)
{
	(void)unused;
	if (open(DIR "file", O_RDONLY) < 0)
		_exit(1);
}

static void
open_the_mqueue(void *unused)
{
	(void)unused;
	if (mq_open("/q", O_RDONLY) < 0)
		_exit(1);
}

static void
open_the_fifo(void *unused)
{
	(void)unused;
	if (open(DIR "fifo", O_RDWR) < 0)
		_exit(1);
}

static const struct {
	struct object (*make)(void);
	child_work *use;
} uses[] = {
	{a_shm, attach},
	{a_sem, get_sem},
	{a_msg, get_msg},
	{a_file, open_the_file},
	{an_mqueue, open_the_mqueue},
	{a_fifo, open_the_fifo},
};

START_TEST(what_came_into_use_is_spared)
{
	struct object object = uses[_i].make();
	pid_t pid = child_holds(uses[_i].use, NULL);

	ck_assert_int_eq(remove_unused(inuse, &object, USE_IDLE, &err),
			 REMOVED_SPARED);
	ck_assert_str_ne(err.text, "");
	ck_assert(is_there(&object));
	/* Not asked for, it is removed all the same. */
	ck_assert_int_eq(remove_object(&object, &err), 0);
	child_end(pid);
	ck_assert(!is_there(&object));
}
END_TEST

/* The process that used it is dead again, but it is not as old as it was. */
START_TEST(what_was_used_meanwhile_is_spared)
{
	struct object object = a_shm();
	struct object before = object;

	before.used_at -= 10;
	before.ctime -= 10;
	ck_assert_int_eq(remove_unused(inuse, &before, USE_UNKNOWN, &err),
			 REMOVED_SPARED);
	ck_assert_ptr_nonnull(strstr(err.text, "used since"));
	ck_assert_int_eq(remove_unused(inuse, &object, USE_FREE, &err),
			 REMOVED_NOW);
}
END_TEST

START_TEST(a_live_socket_is_spared)
{
	int fd = make_socket(DIR "socket");
	struct object object = object_at(KIND_UNIX_SOCKET, DIR "socket");

	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(remove_unused(inuse, &object, USE_IDLE, &err),
			 REMOVED_SPARED);
	close(fd);
	ck_assert_int_eq(remove_unused(inuse, &object, USE_IDLE, &err),
			 REMOVED_NOW);
}
END_TEST

/* Idle is what the caller accepts, or not. */
START_TEST(what_is_idle_needs_consent)
{
	int id = shmget(IPC_PRIVATE, BYTES, GET);
	struct object object = object_with_id(KIND_SYSV_SHM, id);

	ck_assert_int_eq(remove_unused(inuse, &object, USE_FREE, &err),
			 REMOVED_SPARED);
	ck_assert_ptr_nonnull(strstr(err.text, "its creator"));
	ck_assert_int_eq(remove_unused(inuse, &object, USE_IDLE, &err),
			 REMOVED_NOW);
}
END_TEST

/*
 * Somebody puts a link in the place of the directory, so that the path leads
 * to what is another's.
 */
START_TEST(a_path_that_was_bent_removes_nothing)
{
	struct object object;

	ck_assert_int_eq(mkdir(DIR "mine", 0700), 0);
	ck_assert_int_eq(mkdir(DIR "yours", 0700), 0);
	ck_assert_int_eq(mkfifo(DIR "mine/f", MODE), 0);
	ck_assert_int_eq(mkfifo(DIR "yours/f", MODE), 0);
	object = object_at(KIND_FIFO, DIR "mine/f");
	ck_assert_int_eq(rename(DIR "mine", DIR "moved"), 0);
	ck_assert_int_eq(symlink("yours", DIR "mine"), 0);
	ck_assert_int_eq(remove_object(&object, &err), 0);
	ck_assert_int_eq(access(DIR "yours/f", F_OK), 0);
	/* Nor is a link removed that has the object's name. */
	ck_assert_int_eq(unlink(DIR "mine"), 0);
	ck_assert_int_eq(mkdir(DIR "mine", 0700), 0);
	ck_assert_int_eq(symlink("../moved/f", DIR "mine/f"), 0);
	ck_assert_int_eq(remove_object(&object, &err), 0);
	ck_assert_int_eq(access(DIR "mine/f", F_OK), 0);
	ck_assert_int_eq(access(DIR "moved/f", F_OK), 0);
}
END_TEST

START_TEST(any_name_can_be_removed)
{
	static const char *const names[] = {DIR "new\nline", DIR "\033[31m",
					    DIR "\xff\xfe", DIR " ", DIR "-rf"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct object object;

		ck_assert_int_eq(mkfifo(names[i], MODE), 0);
		object = object_at(KIND_FIFO, names[i]);
		ck_assert_int_eq(remove_object(&object, &err), 0);
		ck_assert(!is_there(&object));
	}
}
END_TEST

/* Another kind of file than it was seen to be. */
START_TEST(what_changed_its_type_stays)
{
	struct object object = a_fifo();

	object.kind = KIND_UNIX_SOCKET;
	ck_assert_int_eq(remove_object(&object, &err), 0);
	ck_assert_int_eq(access(DIR "fifo", F_OK), 0);
}
END_TEST

Suite *
remove_suite(void)
{
	Suite *suite = suite_create("remove");
	TCase *tests = tcase_create("remove");
	struct err refused;

	suite_add_tcase(suite, tests);
	if (isolate_probe(&refused)) {
		printf("SKIP remove: %s\n", refused.text);
		return suite;
	}
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, each_kind_is_removed_once, 0, KIND_COUNT);
	tcase_add_loop_test(tests, each_unused_kind_is_removed, 0, KIND_COUNT);
	tcase_add_loop_test(tests, another_in_its_place_stays, 0, KIND_COUNT);
	tcase_add_loop_test(tests, a_foreign_object_is_refused, 0, KIND_COUNT);
	tcase_add_loop_test(tests, what_came_into_use_is_spared, 0,
			    ARRAY_LEN(uses));
	tcase_add_test(tests, what_was_used_meanwhile_is_spared);
	tcase_add_test(tests, a_live_socket_is_spared);
	tcase_add_test(tests, what_is_idle_needs_consent);
	tcase_add_test(tests, a_path_that_was_bent_removes_nothing);
	tcase_add_test(tests, any_name_can_be_removed);
	tcase_add_test(tests, what_changed_its_type_stays);
	return suite;
}
