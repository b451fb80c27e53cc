/* SPDX-License-Identifier: MIT */
/*
 * check_mqueue.c - live: message queues are found through the right mqueuefs,
 * and looking at them changes nothing.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "leakcheck/mqueue.h"
#include "leakcheck/origin.h"
#include "tests/support/live.h"

Suite *mqueue_suite(void);

enum { QUEUES = KIND_BIT(KIND_POSIX_MQ), LONG_AGO = 1000 };

static mqd_t
make_queue(const char *name, mode_t mode)
{
	struct mq_attr small = {.mq_maxmsg = 2, .mq_msgsize = 8};
	mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, mode, &small);

	ck_assert_int_ge(queue, 0);
	return queue;
}

/* A /dev of our own with, perhaps, a mqueuefs of the present IPC namespace. */
static void
make_dev(const char *mqueue_type)
{
	ck_assert_int_eq(mount("none", "/dev", "tmpfs", 0, "mode=0755"), 0);
	if (!mqueue_type)
		return;
	ck_assert_int_eq(mkdir("/dev/mqueue", 0755), 0);
	ck_assert_int_eq(mount("none", "/dev/mqueue", mqueue_type, 0, NULL), 0);
}

static void
assert_blind(const char *why)
{
	struct snapshot *snapshot = live_look_for(QUEUES);
	const struct blind_spot *spot = live_find_blind(snapshot, NULL);

	ck_assert_uint_eq(snapshot->objects.count, 0);
	ck_assert_ptr_nonnull(spot);
	ck_assert_uint_eq(spot->kinds, QUEUES);
	ck_assert_msg(strstr(spot->why, why) != NULL, "%s", spot->why);
	snapshot_free(snapshot);
}

static void
assert_seen(const char *path)
{
	struct snapshot *snapshot = live_look_for(QUEUES);

	ck_assert_uint_eq(snapshot->blind_count, 0);
	ck_assert_uint_eq(snapshot->objects.count, path ? 1 : 0);
	if (path)
		ck_assert_ptr_nonnull(
			live_find_path(snapshot, KIND_POSIX_MQ, path));
	snapshot_free(snapshot);
}

static int
request_notification(mqd_t queue)
{
	const struct sigevent quiet = {.sigev_notify = SIGEV_NONE};

	return mq_notify(queue, &quiet);
}

/* With /proc to find our own descriptors, and without. */
START_TEST(our_notification_stays)
{
	struct snapshot *snapshot;
	const struct object *object;
	mqd_t queue;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	if (_i)
		ck_assert_int_eq(mount("none", "/proc", "tmpfs", 0, NULL), 0);
	queue = make_queue("/a", 0600);
	ck_assert_int_eq(mq_send(queue, "1", 1, 0), 0);
	ck_assert_int_eq(request_notification(queue), 0);
	snapshot = live_look_for(QUEUES);
	object = live_find_path(snapshot, KIND_POSIX_MQ, "/a");
	ck_assert_ptr_nonnull(object);
	ck_assert(object_knows(object, FIELD_MESSAGES));
	ck_assert_uint_eq(object->count, 1);
	snapshot_free(snapshot);
	ck_assert_int_eq(request_notification(queue), -1);
	ck_assert_int_eq(errno, EBUSY);
	/* What a naive look does to it, so that the above says something. */
	mq_close(mq_open("/a", O_RDONLY));
	ck_assert_int_eq(request_notification(queue), 0);
}
END_TEST

START_TEST(times_stay)
{
	const struct timespec old[] = {{.tv_sec = LONG_AGO},
				       {.tv_sec = LONG_AGO}};
	struct stat status;
	mqd_t queue;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	queue = make_queue("/a", 0600);
	ck_assert_int_eq(futimens(queue, old), 0);
	assert_seen("/a");
	ck_assert_int_eq(fstat(queue, &status), 0);
	ck_assert_int_eq(status.st_atime, LONG_AGO);
	ck_assert_int_eq(status.st_mtime, LONG_AGO);
}
END_TEST

START_TEST(hidden_name)
{
	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_queue("/.hidden", 0600);
	assert_seen("/.hidden");
}
END_TEST

START_TEST(queue_that_we_may_not_read)
{
	struct collect_settings settings = live_settings(QUEUES);
	struct snapshot *snapshot;
	const struct object *object;
	int dir;

	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	mq_close(make_queue("/a", 0000));
	dir = mqueue_open_private();
	ck_assert_int_ge(dir, 0);
	settings.mqueue_dir = &dir;
	live_drop_rights();
	/* Twice: the descriptor is used again and again. */
	for (int i = 0; i < 2; i++) {
		snapshot = live_look(&settings);
		ck_assert_uint_eq(snapshot->blind_count, 0);
		object = live_find_path(snapshot, KIND_POSIX_MQ, "/a");
		ck_assert_ptr_nonnull(object);
		ck_assert(object_knows(object, FIELD_MODE));
		ck_assert_uint_eq(object->mode, 0);
		ck_assert(!object_knows(object, FIELD_MESSAGES));
		snapshot_free(snapshot);
	}
}
END_TEST

START_TEST(not_mounted_and_no_right_to)
{
	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dev(_i ? "tmpfs" : NULL);
	make_queue("/a", 0600);
	assert_seen("/a");
	live_drop_rights();
	assert_blind("mqueuefs is not mounted (remedy: as root, mkdir");
}
END_TEST

START_TEST(mounted_for_us)
{
	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dev("mqueue");
	mq_close(make_queue("/a", 0644));
	live_drop_rights();
	assert_seen("/a");
}
END_TEST

/* Nothing says whose it is; there might be a queue that it does not show. */
START_TEST(mounted_for_nobody_knows_whom)
{
	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dev("mqueue");
	if (_i)
		ck_assert_int_eq(unshare(CLONE_NEWIPC), 0);
	live_drop_rights();
	assert_blind("it cannot be told whether /dev/mqueue");
}
END_TEST

START_TEST(mounted_for_others)
{
	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dev("mqueue");
	mq_close(make_queue("/theirs", 0644));
	ck_assert_int_eq(unshare(CLONE_NEWIPC), 0);
	mq_close(make_queue("/ours", 0644));
	/* Who may mount sees the right ones, and only those. */
	assert_seen("/ours");
	live_drop_rights();
	assert_blind("/dev/mqueue is that of another IPC namespace");
}
END_TEST

/* The same name in both: only the device tells. */
START_TEST(mounted_for_others_with_the_same_names)
{
	if (!live_enter(__func__, SANDBOX_OBJECTS))
		return;
	make_dev("mqueue");
	mq_close(make_queue("/a", 0644));
	ck_assert_int_eq(unshare(CLONE_NEWIPC), 0);
	mq_close(make_queue("/a", 0644));
	live_drop_rights();
	assert_blind("/dev/mqueue is that of another IPC namespace");
}
END_TEST

/* The usual mount of a machine, for an ordinary user. Makes no queue. */
START_TEST(mounted_in_the_first_namespace)
{
	struct snapshot_origin origin;
	struct snapshot *snapshot;

	origin_take(&origin);
	if (geteuid() != 0 || origin.ipc_ns != ORIGIN_FIRST_IPC_NS ||
	    unshare(CLONE_NEWNS)) {
		live_skip(__func__, "needs root in the first IPC namespace");
		return;
	}
	ck_assert_int_eq(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL),
			 0);
	make_dev("mqueue");
	live_drop_rights();
	snapshot = live_look_for(QUEUES);
	ck_assert_uint_eq(snapshot->blind_count, 0);
	snapshot_free(snapshot);
}
END_TEST

Suite *
mqueue_suite(void)
{
	Suite *suite = suite_create("mqueue");
	TCase *harmless = tcase_create("harmless");
	TCase *places = tcase_create("places");

	tcase_add_loop_test(harmless, our_notification_stays, 0, 2);
	tcase_add_test(harmless, times_stay);
	suite_add_tcase(suite, harmless);
	tcase_add_test(places, hidden_name);
	tcase_add_test(places, queue_that_we_may_not_read);
	tcase_add_loop_test(places, not_mounted_and_no_right_to, 0, 2);
	tcase_add_test(places, mounted_for_us);
	tcase_add_loop_test(places, mounted_for_nobody_knows_whom, 0, 2);
	tcase_add_test(places, mounted_for_others);
	tcase_add_test(places, mounted_for_others_with_the_same_names);
	tcase_add_test(places, mounted_in_the_first_namespace);
	suite_add_tcase(suite, places);
	return suite;
}
