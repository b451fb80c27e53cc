/* SPDX-License-Identifier: MIT */
/*
 * check_inuse.c - live: whether segments, sets and queues are in use, with
 * processes that use them.
 */
#include <check.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/asking.h"
#include "tests/support/children.h"
#include "tests/support/objects.h"

Suite *inuse_suite(void);

enum { MODE = 0600, BYTES = 4096 };

/* System V shared memory. */

static int shm_id;

static void
make_shm(void *unused)
{
	(void)unused;
	/* The identifier goes over to the parent by way of the key. */
	if (shmget(42, BYTES, IPC_CREAT | IPC_EXCL | MODE) < 0)
		_exit(1);
}

static void
attach_shm(void *unused)
{
	(void)unused;
	if (shmat(shm_id, NULL, 0) == (void *)-1)
		_exit(1);
}

static void
attach_and_detach_shm(void *unused)
{
	void *address = shmat(shm_id, NULL, 0);

	(void)unused;
	if (address == (void *)-1 || shmdt(address))
		_exit(1);
}

static struct object
find_shm(void)
{
	shm_id = shmget(42, 0, 0);
	ck_assert_int_ge(shm_id, 0);
	return object_with_id(KIND_SYSV_SHM, shm_id);
}

static enum life
creator(const struct object *object)
{
	CLEANUP_INUSE struct inuse *inuse = inuse_new(PROCS_DEFAULT);

	buf_clear(&asking_why);
	return inuse_creator(inuse, object, &asking_why);
}

START_TEST(a_segment_of_the_dead_is_free)
{
	struct object shm;

	child_does(make_shm, NULL);
	shm = find_shm();
	CHECK_USE(&shm, USE_FREE);
	CHECK_SAYS("not attached");
	ck_assert_int_eq(creator(&shm), LIFE_DEAD);
	CHECK_SAYS("creator pid ");
	CHECK_SAYS(" is dead");
}
END_TEST

START_TEST(an_attached_segment_is_busy)
{
	struct object shm;
	pid_t pid;

	child_does(make_shm, NULL);
	shm = find_shm();
	pid = child_holds(attach_shm, NULL);
	CHECK_USE(&shm, USE_BUSY);
	CHECK_SAYS("attached 1 time");
	CHECK_NAMES(pid);
	/* Also when it goes with the last detach. */
	ck_assert_int_eq(shmctl(shm_id, IPC_RMID, NULL), 0);
	CHECK_USE(&shm, USE_BUSY);
	child_end(pid);
	CHECK_USE(&shm, USE_FREE);
	CHECK_SAYS("gone");
}
END_TEST

START_TEST(a_living_creator_may_be_about_to_attach)
{
	pid_t pid = child_holds(make_shm, NULL);
	struct object shm = find_shm();

	CHECK_USE(&shm, USE_IDLE);
	CHECK_NAMES(pid);
	ck_assert_int_eq(creator(&shm), LIFE_ALIVE);
	child_end(pid);
	CHECK_USE(&shm, USE_FREE);
}
END_TEST

START_TEST(a_living_last_user_may_attach_again)
{
	struct object shm;
	pid_t pid;

	child_does(make_shm, NULL);
	find_shm();
	pid = child_holds(attach_and_detach_shm, NULL);
	shm = find_shm();
	CHECK_USE(&shm, USE_IDLE);
	CHECK_NAMES(pid);
	ck_assert_int_eq(creator(&shm), LIFE_DEAD);
	child_end(pid);
	CHECK_USE(&shm, USE_FREE);
}
END_TEST

START_TEST(a_zombie_is_dead)
{
	pid_t pid = child_holds(make_shm, NULL);
	struct object shm = find_shm();
	siginfo_t info;

	kill(pid, SIGKILL);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(creator(&shm), LIFE_DEAD);
	CHECK_USE(&shm, USE_FREE);
	child_end(pid);
}
END_TEST

/* Semaphore sets. */

static int set_id;

union semun {
	int val;
};

static void
make_set(int count)
{
	set_id = semget(IPC_PRIVATE, count, IPC_CREAT | MODE);
	ck_assert_int_ge(set_id, 0);
}

/* SETVAL counts as an operation of the caller. */
static void
set_value(void *index)
{
	if (semctl(set_id, *(int *)index, SETVAL, (union semun) {.val = 0}))
		_exit(1);
}

static void
wait_for_value(void *index)
{
	struct sembuf operation = {(unsigned short)*(int *)index, -1, 0};

	semop(set_id, &operation, 1);
}

START_TEST(a_set_whose_last_user_lives_is_busy)
{
	struct object set;
	int index = 0;
	pid_t pid;

	make_set(1);
	pid = child_holds(set_value, &index);
	set = object_with_id(KIND_SYSV_SEM, set_id);
	CHECK_USE(&set, USE_BUSY);
	CHECK_SAYS("its last user ");
	CHECK_NAMES(pid);
	child_end(pid);
	CHECK_USE(&set, USE_IDLE);
	CHECK_SAYS(" is dead; the kernel does not keep earlier ones");
}
END_TEST

static void
take(void *index)
{
	struct sembuf operation = {(unsigned short)*(int *)index, -1, SEM_UNDO};

	if (semop(set_id, &operation, 1))
		_exit(1);
}

/* The last user alone is known: who holds a token need not be it. */
START_TEST(a_set_whose_last_user_is_dead_may_be_held)
{
	struct object set;
	int index = 0;
	pid_t pid;

	make_set(1);
	ck_assert_int_eq(semctl(set_id, 0, SETVAL, (union semun) {.val = 2}),
			 0);
	pid = child_holds(take, &index);
	child_does(take, &index);
	set = object_with_id(KIND_SYSV_SEM, set_id);
	CHECK_USE(&set, USE_IDLE);
	CHECK_SAYS(" is dead; the kernel does not keep earlier ones");
	child_end(pid);
}
END_TEST

/* As PostgreSQL has them: most semaphores were used last by those who died. */
START_TEST(one_living_user_of_many_semaphores_is_enough)
{
	struct object set;
	pid_t pid;
	int i;

	make_set(17);
	for (i = 0; i < 17; i++)
		child_does(set_value, &i);
	set = object_with_id(KIND_SYSV_SEM, set_id);
	CHECK_USE(&set, USE_IDLE);
	i = 16;
	pid = child_holds(set_value, &i);
	CHECK_USE(&set, USE_BUSY);
	CHECK_NAMES(pid);
	child_end(pid);
}
END_TEST

START_TEST(a_set_that_is_waited_for_is_busy)
{
	struct object set;
	int index = 1;
	pid_t pid;

	make_set(2);
	child_does(set_value, &index);
	/* Who waits has not operated: no pid tells of it. */
	pid = child_waits(wait_for_value, &index,
#ifdef SYS_semtimedop
			  SYS_semtimedop
#else
			  SYS_semop
#endif
	);
	set = object_with_id(KIND_SYSV_SEM, set_id);
	CHECK_USE(&set, USE_BUSY);
	CHECK_SAYS("1 process waits on its semaphore 1");
	child_end(pid);
}
END_TEST

START_TEST(a_set_that_was_never_used_is_not_free)
{
	struct object set;

	make_set(2);
	set = object_with_id(KIND_SYSV_SEM, set_id);
	/* In a container the number 0 may also be a process outside. */
	CHECK_USE(&set,
		  procs_numbers_all(asking_procs) ? USE_IDLE : USE_UNKNOWN);
}
END_TEST

START_TEST(a_set_that_may_not_be_read_is_unknown)
{
	struct object set;

	if (skip_unless_root("a_set_that_may_not_be_read_is_unknown"))
		return;
	make_set(1);
	set = object_with_id(KIND_SYSV_SEM, set_id);
	become_nobody();
	CHECK_USE(&set, USE_UNKNOWN);
	CHECK_SAYS("Permission denied");
}
END_TEST

/* System V message queues. */

static int queue_id;

struct message {
	long type;
	char text[1];
};

static void
make_queue(void)
{
	queue_id = msgget(IPC_PRIVATE, IPC_CREAT | MODE);
	ck_assert_int_ge(queue_id, 0);
}

static void
send_message(void *unused)
{
	struct message message = {.type = 1};

	(void)unused;
	if (msgsnd(queue_id, &message, 1, 0))
		_exit(1);
}

static void
receive_message(void *unused)
{
	struct message message;

	(void)unused;
	if (msgrcv(queue_id, &message, 1, 0, 0) < 0)
		_exit(1);
}

/* Who waits for it may be among those that cannot be looked at. */
static enum use
quiet_queue(void)
{
	return asking_sees_all() ? USE_IDLE : USE_UNKNOWN;
}

START_TEST(a_queue_whose_last_sender_lives_is_busy)
{
	struct object queue;
	pid_t pid;

	make_queue();
	pid = child_holds(send_message, NULL);
	queue = object_with_id(KIND_SYSV_MSG, queue_id);
	CHECK_USE(&queue, USE_BUSY);
	CHECK_SAYS("last sender");
	CHECK_NAMES(pid);
	/* A dead receiver does not change that. */
	child_does(receive_message, NULL);
	CHECK_USE(&queue, USE_BUSY);
	child_end(pid);
	CHECK_USE(&queue, quiet_queue());
	if (!asking_sees_all())
		return;
	CHECK_SAYS("the last sender pid ");
	CHECK_SAYS(", the last receiver pid ");
	CHECK_SAYS(" is dead; the kernel does not keep earlier ones");
}
END_TEST

START_TEST(a_queue_whose_last_receiver_lives_is_busy)
{
	struct object queue;
	pid_t pid;

	make_queue();
	child_does(send_message, NULL);
	pid = child_holds(receive_message, NULL);
	queue = object_with_id(KIND_SYSV_MSG, queue_id);
	CHECK_USE(&queue, USE_BUSY);
	CHECK_SAYS("last receiver");
	CHECK_NAMES(pid);
	child_end(pid);
}
END_TEST

/* Nothing in the queue itself tells of one that waits. */
START_TEST(a_queue_that_is_waited_for_is_busy)
{
	struct object queue;
	pid_t pid;

	make_queue();
	child_does(send_message, NULL);
	child_does(receive_message, NULL);
	pid = child_waits(receive_message, NULL, SYS_msgrcv);
	queue = object_with_id(KIND_SYSV_MSG, queue_id);
	CHECK_USE(&queue, USE_BUSY);
	CHECK_SAYS("waits to send or receive");
	CHECK_NAMES(pid);
	/* Not for another queue. */
	make_queue();
	queue = object_with_id(KIND_SYSV_MSG, queue_id);
	CHECK_USE(&queue, quiet_queue());
	child_end(pid);
}
END_TEST

/* The identifier of a queue in another IPC namespace is another queue. */
static void
wait_elsewhere(void *unused)
{
	(void)unused;
	if (unshare(CLONE_NEWIPC))
		_exit(1);
	if (msgget(IPC_PRIVATE, IPC_CREAT | MODE) != queue_id)
		_exit(1);
	receive_message(NULL);
}

START_TEST(who_waits_in_another_namespace_waits_for_another_queue)
{
	struct object queue;
	pid_t pid;

	make_queue();
	pid = child_waits(wait_elsewhere, NULL, SYS_msgrcv);
	queue = object_with_id(KIND_SYSV_MSG, queue_id);
	CHECK_USE(&queue, quiet_queue());
	if (asking_sees_all())
		CHECK_SAYS("no process has used it yet");
	child_end(pid);
}
END_TEST

/* A process of another user, say: what it waits for is not shown. */
START_TEST(who_waits_may_not_be_looked_at)
{
	struct msqid_ds status = {
		.msg_perm = {.uid = ASKING_NOBODY, .mode = MODE}};
	char remedy[64];
	struct object queue;
	pid_t pid;

	if (skip_unless_root("who_waits_may_not_be_looked_at"))
		return;
	make_queue();
	/* It ends with the test. */
	pid = child_waits(receive_message, NULL, SYS_msgrcv);
	ck_assert_int_eq(msgctl(queue_id, IPC_SET, &status), 0);
	/* That wakes who waits: its rights may be others now. */
	wait_for_call(pid, SYS_msgrcv);
	queue = object_with_id(KIND_SYSV_MSG, queue_id);
	CHECK_USE(&queue, USE_BUSY);
	become_nobody();
	CHECK_USE(&queue, USE_UNKNOWN);
	CHECK_SAYS("whether a process waits for it cannot be told: ");
	snprintf(remedy, sizeof(remedy),
		 "; ipcrm -q %d removes it all the same", queue_id);
	CHECK_SAYS(remedy);
}
END_TEST

START_TEST(no_queue_in_use_is_idle_when_descriptors_run_out)
{
	struct object queue;
	pid_t pid;

	make_queue();
	pid = child_waits(receive_message, NULL, SYS_msgrcv);
	queue = object_with_id(KIND_SYSV_MSG, queue_id);
	asking_with_few_descriptors(&queue, pid);
	child_end(pid);
}
END_TEST

START_TEST(a_queue_that_is_gone_is_free)
{
	struct object queue;

	make_queue();
	queue = object_with_id(KIND_SYSV_MSG, queue_id);
	ck_assert_int_eq(msgctl(queue_id, IPC_RMID, NULL), 0);
	CHECK_USE(&queue, USE_FREE);
	CHECK_SAYS("it is gone");
}
END_TEST

Suite *
inuse_suite(void)
{
	Suite *suite = suite_create("inuse");
	TCase *tests = asking_tcase(suite, "inuse");

	if (!tests)
		return suite;
	tcase_add_test(tests, a_segment_of_the_dead_is_free);
	tcase_add_test(tests, an_attached_segment_is_busy);
	tcase_add_test(tests, a_living_creator_may_be_about_to_attach);
	tcase_add_test(tests, a_living_last_user_may_attach_again);
	tcase_add_test(tests, a_zombie_is_dead);
	tcase_add_test(tests, a_set_whose_last_user_lives_is_busy);
	tcase_add_test(tests, a_set_whose_last_user_is_dead_may_be_held);
	tcase_add_test(tests, one_living_user_of_many_semaphores_is_enough);
	tcase_add_test(tests, a_set_that_is_waited_for_is_busy);
	tcase_add_test(tests, a_set_that_was_never_used_is_not_free);
	tcase_add_test(tests, a_set_that_may_not_be_read_is_unknown);
	tcase_add_test(tests, a_queue_whose_last_sender_lives_is_busy);
	tcase_add_test(tests, a_queue_whose_last_receiver_lives_is_busy);
	tcase_add_test(tests, a_queue_that_is_waited_for_is_busy);
	tcase_add_test(tests,
		       who_waits_in_another_namespace_waits_for_another_queue);
	tcase_add_test(tests, who_waits_may_not_be_looked_at);
	tcase_add_test(tests, no_queue_in_use_is_idle_when_descriptors_run_out);
	tcase_add_test(tests, a_queue_that_is_gone_is_free);
	return suite;
}
