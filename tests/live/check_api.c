/* SPDX-License-Identifier: MIT */
/*
 * check_api.c - live: the library, by its public interface only. What is made
 * here is made in a sandbox.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/fd.h"
#include "tests/support/api.h"
#include "tests/support/children.h"
#include "tests/support/live.h"

Suite *api_suite(void);

enum { TEXT_BYTES = 512 };

/* A call that must fail, for a reason that can be read. */
#define FAILS(call, says)                                                 \
	do {                                                              \
		api_error = (struct leakcheck_error) {0};                 \
		ck_assert(call);                                          \
		ck_assert_ptr_nonnull(strstr(api_error.message, (says))); \
	} while (0)

static const struct leakcheck_object *
find(const struct leakcheck_snapshot *snapshot, enum leakcheck_kind kind)
{
	const struct leakcheck_object *object;

	for (size_t i = 0;
	     (object = leakcheck_snapshot_object(snapshot, i)) != NULL; i++)
		if (leakcheck_object_kind(object) == kind)
			return object;
	return NULL;
}

static int64_t
number_of(const struct leakcheck_object *object, enum leakcheck_field field)
{
	int64_t number;

	ck_assert_msg(leakcheck_object_number(object, field, &number), "no %s",
		      leakcheck_field_name(field));
	return number;
}

static bool
has_number(const struct leakcheck_object *object, enum leakcheck_field field)
{
	int64_t number = -1;
	bool has = leakcheck_object_number(object, field, &number);

	ck_assert(has || number == -1);
	return has;
}

START_TEST(test_names)
{
	ck_assert_str_eq(leakcheck_version(), LEAKCHECK_VERSION);
	for (size_t i = 0; i < API_KINDS; i++)
		ck_assert_str_eq(leakcheck_kind_name((enum leakcheck_kind)i),
				 api_makers[i].name);
	ck_assert_ptr_null(leakcheck_kind_name((enum leakcheck_kind)API_KINDS));
	ck_assert_ptr_null(leakcheck_kind_name((enum leakcheck_kind) - 1));
	ck_assert_str_eq(leakcheck_field_name(LEAKCHECK_ID), "id");
	ck_assert_str_eq(leakcheck_field_name(LEAKCHECK_KEY), "key");
	ck_assert_str_eq(leakcheck_field_name(LEAKCHECK_BTIME), "btime_ns");
	ck_assert_ptr_null(leakcheck_field_name(
		(enum leakcheck_field)(LEAKCHECK_BTIME + 1)));
	ck_assert_ptr_null(leakcheck_field_name((enum leakcheck_field) - 1));
}
END_TEST

START_TEST(test_each_kind_is_seen)
{
	struct leakcheck_snapshot *snapshot;

	if (!live_enter("test_each_kind_is_seen", SANDBOX_OBJECTS))
		return;
	snapshot = api_take();
	ck_assert_uint_eq(leakcheck_snapshot_count(snapshot), 0);
	ck_assert_ptr_null(leakcheck_snapshot_object(snapshot, 0));
	ck_assert_ptr_null(leakcheck_snapshot_blind_spot(snapshot, 0));
	leakcheck_snapshot_free(snapshot);

	api_make_all();
	snapshot = api_take();
	ck_assert_uint_eq(leakcheck_snapshot_count(snapshot), API_KINDS);
	for (size_t i = 0; i < API_KINDS; i++) {
		const struct leakcheck_object *object =
			leakcheck_snapshot_object(snapshot, i);
		const char *path = leakcheck_object_path(object);

		ck_assert_uint_eq(leakcheck_object_kind(object), i);
		ck_assert_int_eq(number_of(object, LEAKCHECK_MODE), API_MODE);
		ck_assert_int_eq(number_of(object, LEAKCHECK_UID), geteuid());
		if (api_makers[i].path)
			ck_assert_str_eq(path, api_makers[i].path);
		else
			ck_assert_ptr_null(path);
		ck_assert(has_number(object, LEAKCHECK_ID) ==
			  !api_makers[i].path);
		ck_assert(has_number(object, LEAKCHECK_INO) ==
			  !!api_makers[i].path);
		ck_assert(!has_number(object, LEAKCHECK_PATH));
		ck_assert(!has_number(object, (enum leakcheck_field)999));
	}
	leakcheck_snapshot_free(snapshot);
}
END_TEST

START_TEST(test_fields_and_text)
{
	struct leakcheck_snapshot *snapshot;
	const struct leakcheck_object *object;
	char text[TEXT_BYTES];
	char expected[TEXT_BYTES];
	const uint16_t *values;
	size_t count = 99;
	size_t length;
	int id;

	if (!live_enter("test_fields_and_text", SANDBOX_OBJECTS))
		return;
	api_make_all();
	snapshot = api_take();
	object = find(snapshot, LEAKCHECK_SYSV_SHM);
	id = shmget(API_KEY, 0, 0);
	ck_assert_int_eq(number_of(object, LEAKCHECK_ID), id);
	ck_assert_int_eq(number_of(object, LEAKCHECK_KEY), API_KEY);
	ck_assert_int_eq(number_of(object, LEAKCHECK_BYTES), API_BYTES);
	ck_assert_int_eq(number_of(object, LEAKCHECK_NATTCH), 0);
	ck_assert_int_eq(number_of(object, LEAKCHECK_CPID), getpid());
	ck_assert_int_eq(number_of(object, LEAKCHECK_MARKED), 0);
	ck_assert_ptr_null(leakcheck_object_values(object, &count));
	ck_assert_uint_eq(count, 0);

	length = leakcheck_object_format(object, text, sizeof(text));
	snprintf(expected, sizeof(expected),
		 "sysv-shm %d (key 0x1234abcd, 5000 bytes, mode 0640, "
		 "nattch 0)",
		 id);
	ck_assert_str_eq(text, expected);
	ck_assert_uint_eq(length, strlen(expected));
	/* As snprintf(3): never past the end, always a final NUL. */
	memset(text, 'x', sizeof(text));
	ck_assert_uint_eq(leakcheck_object_format(object, text, 9), length);
	ck_assert_str_eq(text, "sysv-shm");
	ck_assert_int_eq(text[9], 'x');
	ck_assert_uint_eq(leakcheck_object_format(object, NULL, 0), length);
	ck_assert_uint_eq(leakcheck_object_format_field(object, LEAKCHECK_MODE,
							text, sizeof(text)),
			  4);
	ck_assert_str_eq(text, "0640");
	leakcheck_object_format_field(object, LEAKCHECK_PATH, text,
				      sizeof(text));
	ck_assert_str_eq(text, "");

	object = find(snapshot, LEAKCHECK_SYSV_SEM);
	values = leakcheck_object_values(object, &count);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(values[0] + values[1], 0);
	leakcheck_snapshot_free(snapshot);
}
END_TEST

START_TEST(test_options)
{
	struct leakcheck_options *options = leakcheck_options_new();
	struct leakcheck_snapshot *snapshot;

	if (!live_enter("test_options", SANDBOX_OBJECTS)) {
		leakcheck_options_free(options);
		return;
	}
	api_make_all();
	FAILS(leakcheck_options_set_kinds(options, 0, &api_error) < 0,
	      "no known");
	ck_assert_int_eq(api_error.code, EINVAL);
	FAILS(leakcheck_options_watch(options, "/nowhere", &api_error) < 0,
	      "/nowhere: No such file");
	ck_assert_int_eq(api_error.code, ENOENT);
	FAILS(leakcheck_options_watch(options, "/dev/null", &api_error) < 0,
	      "Not a directory");
	/* That the reason does not matter is no reason to crash. */
	ck_assert_int_eq(leakcheck_options_watch(options, "/nowhere", NULL),
			 -1);

	OK(leakcheck_options_set_kinds(
		options,
		LEAKCHECK_BIT(LEAKCHECK_FIFO) |
			LEAKCHECK_BIT(LEAKCHECK_SYSV_MSG),
		&api_error));
	OK(leakcheck_options_watch(options, "/dev/shm/.", &api_error));
	snapshot = leakcheck_snapshot_take(options, &api_error);
	HAVE(snapshot);
	ck_assert_uint_eq(leakcheck_snapshot_count(snapshot), 2);
	ck_assert_ptr_nonnull(find(snapshot, LEAKCHECK_FIFO));
	ck_assert_ptr_nonnull(find(snapshot, LEAKCHECK_SYSV_MSG));
	leakcheck_snapshot_free(snapshot);

	/* Watched instead of the default directories, not as well as. */
	OK(leakcheck_options_set_kinds(options, LEAKCHECK_ALL, &api_error));
	ck_assert_int_eq(mkdir(LIVE_DIR "/empty", 0700), 0);
	leakcheck_options_free(options);
	options = leakcheck_options_new();
	OK(leakcheck_options_watch(options, LIVE_DIR "/empty", &api_error));
	snapshot = leakcheck_snapshot_take(options, &api_error);
	HAVE(snapshot);
	ck_assert_ptr_null(find(snapshot, LEAKCHECK_FIFO));
	ck_assert_ptr_nonnull(find(snapshot, LEAKCHECK_POSIX_MQ));
	leakcheck_snapshot_free(snapshot);
	leakcheck_options_free(options);
	leakcheck_options_free(NULL);
}
END_TEST

/* /dev/shm is a default directory, too. */
START_TEST(test_defaults)
{
	struct leakcheck_snapshot *snapshot;

	if (!live_enter("test_defaults", SANDBOX_OBJECTS))
		return;
	api_make_all();
	snapshot = leakcheck_snapshot_take(NULL, &api_error);
	HAVE(snapshot);
	for (size_t i = 0; i < API_KINDS; i++)
		ck_assert_ptr_nonnull(find(snapshot, (enum leakcheck_kind)i));
	leakcheck_snapshot_free(snapshot);
	leakcheck_snapshot_free(NULL);
}
END_TEST

START_TEST(test_blind_spot_is_told)
{
	struct leakcheck_snapshot *snapshot;
	const struct leakcheck_blind_spot *spot;

	if (!live_enter("test_blind_spot_is_told", SANDBOX_OBJECTS))
		return;
	live_drop_rights();
	ck_assert_int_eq(mkdir(LIVE_DIR "/closed", 0), 0);
	snapshot = api_take();
	for (size_t i = 0;
	     (spot = leakcheck_snapshot_blind_spot(snapshot, i)) != NULL; i++)
		if (leakcheck_blind_spot_kinds(spot) &
		    LEAKCHECK_BIT(LEAKCHECK_FIFO))
			break;
	ck_assert_ptr_nonnull(spot);
	ck_assert_str_eq(leakcheck_blind_spot_path(spot), LIVE_DIR "/closed");
	ck_assert_ptr_nonnull(
		strstr(leakcheck_blind_spot_why(spot), "Permission denied"));
	leakcheck_snapshot_free(snapshot);
}
END_TEST

/* What lies at most three levels below a directory is looked at. */
START_TEST(test_blind_depth_is_told)
{
	static const char text[] = "fifo, unix-socket more than 3 levels "
				   "below " LIVE_DIR ": the search ends there";
	struct leakcheck_snapshot *snapshot;
	const struct leakcheck_blind_spot *spot;
	char line[400];
	size_t length;

	if (!live_enter("test_blind_depth_is_told", SANDBOX_OBJECTS))
		return;
	ck_assert_int_eq(mkdir(LIVE_DIR "/1", 0700), 0);
	ck_assert_int_eq(mkdir(LIVE_DIR "/1/2", 0700), 0);
	ck_assert_int_eq(mkdir(LIVE_DIR "/1/2/3", 0700), 0);
	ck_assert_int_eq(mkdir(LIVE_DIR "/1/2/3/4", 0700), 0);
	snapshot = api_take();
	spot = leakcheck_snapshot_blind_spot(snapshot, 0);
	ck_assert_ptr_nonnull(spot);
	length = leakcheck_blind_spot_format(spot, line, sizeof(line));
	ck_assert_int_eq(length, strlen(line));
	ck_assert_mem_eq(line, text, sizeof(text) - 1);
	ck_assert_int_eq(leakcheck_blind_spot_format(spot, line, 5), length);
	ck_assert_str_eq(line, "fifo");
	leakcheck_snapshot_free(snapshot);
}
END_TEST

/* Its snapshots are freed before it is read. */
static struct leakcheck_diff *
diff_since(struct leakcheck_snapshot *before)
{
	struct leakcheck_snapshot *after = api_take();
	struct leakcheck_diff *diff =
		leakcheck_diff_new(before, after, &api_error);

	HAVE(diff);
	leakcheck_snapshot_free(before);
	leakcheck_snapshot_free(after);
	return diff;
}

START_TEST(test_diff)
{
	struct leakcheck_snapshot *before;
	struct leakcheck_diff *diff;
	const struct leakcheck_entry *entry;
	int set;

	if (!live_enter("test_diff", SANDBOX_OBJECTS))
		return;
	api_make(LEAKCHECK_SYSV_MSG);
	api_make(LEAKCHECK_SYSV_SEM);
	set = semget(API_KEY, 0, 0);
	before = api_take();
	ck_assert_int_eq(msgctl(msgget(API_KEY, 0), IPC_RMID, NULL), 0);
	ck_assert_int_eq(semctl(set, 1, SETVAL, 7), 0);
	api_make(LEAKCHECK_SYSV_SHM);
	diff = diff_since(before);
	ck_assert_uint_eq(leakcheck_diff_count(diff), 3);

	entry = leakcheck_diff_entry(diff, 0);
	ck_assert_int_eq(leakcheck_entry_change(entry), LEAKCHECK_ADDED);
	ck_assert_ptr_null(leakcheck_entry_before(entry));
	ck_assert_int_eq(leakcheck_object_kind(leakcheck_entry_after(entry)),
			 LEAKCHECK_SYSV_SHM);

	entry = leakcheck_diff_entry(diff, 1);
	ck_assert_int_eq(leakcheck_entry_change(entry), LEAKCHECK_CHANGED);
	ck_assert(leakcheck_entry_is_changed(entry, LEAKCHECK_VALUES));
	ck_assert(!leakcheck_entry_is_changed(entry, LEAKCHECK_MODE));
	ck_assert(
		!leakcheck_entry_is_changed(entry, (enum leakcheck_field)999));
	ck_assert(leakcheck_object_is_same(leakcheck_entry_before(entry),
					   leakcheck_entry_after(entry)));

	entry = leakcheck_diff_entry(diff, 2);
	ck_assert_int_eq(leakcheck_entry_change(entry), LEAKCHECK_REMOVED);
	ck_assert_ptr_null(leakcheck_entry_after(entry));
	ck_assert(!leakcheck_object_is_same(
		leakcheck_entry_before(entry),
		leakcheck_entry_after(leakcheck_diff_entry(diff, 0))));

	ck_assert_ptr_null(leakcheck_diff_entry(diff, 3));
	leakcheck_diff_free(diff);
	leakcheck_diff_free(NULL);
}
END_TEST

START_TEST(test_snapshots_of_two_worlds)
{
	struct leakcheck_snapshot *before = NULL;
	struct leakcheck_snapshot *after;

	before = leakcheck_snapshot_take(NULL, &api_error);
	HAVE(before);
	if (live_enter("test_snapshots_of_two_worlds", SANDBOX_OBJECTS)) {
		after = api_take();
		FAILS(!leakcheck_diff_new(before, after, &api_error),
		      "cannot be compared");
		leakcheck_snapshot_free(after);
	}
	leakcheck_snapshot_free(before);
}
END_TEST

START_TEST(test_save_and_load)
{
	static const char path[] = LIVE_DIR "/snapshot";
	struct leakcheck_snapshot *before;
	struct leakcheck_snapshot *loaded;
	CLEANUP_FD int fd = -1;

	if (!live_enter("test_save_and_load", SANDBOX_OBJECTS))
		return;
	api_make_all();
	before = api_take();
	OK(leakcheck_snapshot_save(before, path, &api_error));
	loaded = leakcheck_snapshot_load(path, &api_error);
	HAVE(loaded);
	ck_assert_uint_eq(leakcheck_snapshot_count(loaded), API_KINDS);
	for (size_t i = 0; i < API_KINDS; i++) {
		char one[TEXT_BYTES];
		char other[TEXT_BYTES];

		leakcheck_object_format(leakcheck_snapshot_object(before, i),
					one, sizeof(one));
		leakcheck_object_format(leakcheck_snapshot_object(loaded, i),
					other, sizeof(other));
		ck_assert_str_eq(one, other);
	}
	leakcheck_snapshot_free(loaded);

	FAILS(leakcheck_snapshot_save(before, "/nowhere/x", &api_error) < 0,
	      "/nowhere/x");
	FAILS(!leakcheck_snapshot_load("/nowhere/x", &api_error), "/nowhere/x");
	fd = open(path, O_WRONLY);
	ck_assert_int_eq(ftruncate(fd, lseek(fd, 0, SEEK_END) - 4), 0);
	FAILS(!leakcheck_snapshot_load(path, &api_error), path);
	leakcheck_snapshot_free(before);
}
END_TEST

/* Threads that take, compare and share at the same time. */
static struct leakcheck_snapshot *shared;
static atomic_int failures;

static void *
use_shared(void *unused)
{
	(void)unused;
	for (int i = 0; i < 20; i++) {
		struct leakcheck_snapshot *own =
			leakcheck_snapshot_take(NULL, NULL);
		struct leakcheck_diff *diff =
			leakcheck_diff_new(shared, own, NULL);

		leakcheck_snapshot_free(own);
		failures += leakcheck_diff_count(diff) != 0;
		leakcheck_diff_free(diff);
	}
	return NULL;
}

START_TEST(test_threads)
{
	pthread_t threads[4];

	if (!live_enter("test_threads", SANDBOX_OBJECTS))
		return;
	/* What is in /tmp is not of this test. */
	ck_assert_int_eq(mount("tmpfs", "/tmp", "tmpfs", 0, NULL), 0);
	api_make_all();
	shared = leakcheck_snapshot_take(NULL, &api_error);
	HAVE(shared);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		ck_assert_int_eq(
			pthread_create(&threads[i], NULL, use_shared, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(failures, 0);
	leakcheck_snapshot_free(shared);
}
END_TEST

/* Isolation. */

static ino_t
namespace_of(const char *path)
{
	struct stat status;

	ck_assert_int_eq(stat(path, &status), 0);
	return status.st_ino;
}

START_TEST(test_trying_changes_nothing)
{
	ino_t ipc = namespace_of("/proc/self/ns/ipc");
	ino_t user = namespace_of("/proc/self/ns/user");

	if (!api_can_isolate("test_trying_changes_nothing"))
		return;
	ck_assert_uint_eq(namespace_of("/proc/self/ns/ipc"), ipc);
	ck_assert_uint_eq(namespace_of("/proc/self/ns/user"), user);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

/* An ordinary user stays one: no way around the permissions of a file. */
START_TEST(test_isolated_user_gets_no_rights)
{
	struct leakcheck_options *options;
	CLEANUP_FD int dir = -1;
	CLEANUP_FD int fd = -1;

	if (!live_enter("test_isolated_user_gets_no_rights", SANDBOX_OBJECTS))
		return;
	api_become_user();
	if (!api_can_isolate("test_isolated_user_gets_no_rights"))
		return;
	dir = open(LIVE_DIR, O_RDONLY | O_DIRECTORY);
	fd = openat(dir, "secret", O_CREAT | O_WRONLY, 0);
	ck_assert_int_ge(fd, 0);
	options = api_options();
	api_isolate(options);
	ck_assert_int_eq(openat(dir, "secret", O_RDONLY), -1);
	ck_assert_int_eq(errno, EACCES);
	ck_assert_int_eq(unshare(CLONE_NEWIPC), -1);
	ck_assert_int_eq(errno, EPERM);
	leakcheck_options_free(options);
}
END_TEST

/*
 * A user with some capabilities, as a service has: nothing is to be added or
 * lost.
 */
static void
become_user_with_rights(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};

	sets[0].permitted = 1u << CAP_CHOWN | 1u << CAP_KILL;
	sets[0].effective = 1u << CAP_KILL;
	sets[0].inheritable = 1u << CAP_CHOWN;
	ck_assert_int_eq(prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN), 0);
	ck_assert_int_eq(prctl(PR_CAPBSET_DROP, CAP_SYS_PTRACE), 0);
	ck_assert_int_eq(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(setresuid(65534, 65534, 65534), 0);
	ck_assert_int_eq(syscall(SYS_capset, &header, sets), 0);
	ck_assert_int_eq(
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0),
		0);
	prctl(PR_SET_DUMPABLE, 1);
}

START_TEST(test_isolated_user_keeps_its_rights)
{
	struct leakcheck_options *options;

	if (!live_enter("test_isolated_user_keeps_its_rights", SANDBOX_OBJECTS))
		return;
	become_user_with_rights();
	if (!api_can_isolate("test_isolated_user_keeps_its_rights"))
		return;
	options = api_options();
	api_isolate(options);
	leakcheck_options_free(options);
}
END_TEST

/* Every kind is seen without a right, in what was empty before. */
static void
check_isolated(bool with_rights)
{
	struct leakcheck_options *options = api_options();
	struct leakcheck_snapshot *snapshot;

	if (!with_rights)
		api_become_user();
	api_isolate(options);
	ck_assert_int_eq(mkdir(LIVE_DIR, 0777), 0);
	snapshot = leakcheck_snapshot_take(options, &api_error);
	HAVE(snapshot);
	ck_assert_uint_eq(leakcheck_snapshot_count(snapshot), 0);
	ck_assert_ptr_null(leakcheck_snapshot_blind_spot(snapshot, 0));
	leakcheck_snapshot_free(snapshot);
	api_make_all();
	/* More than once: the directory of queues is not used up. */
	for (int i = 0; i < 3; i++) {
		snapshot = leakcheck_snapshot_take(options, &api_error);
		HAVE(snapshot);
		ck_assert_uint_eq(leakcheck_snapshot_count(snapshot),
				  API_KINDS);
		leakcheck_snapshot_free(snapshot);
	}
	leakcheck_options_free(options);
}

static void
leak_isolated(void *with_rights)
{
	check_isolated(with_rights != NULL);
}

START_TEST(test_isolated_objects_are_private)
{
	struct leakcheck_snapshot *before;
	struct leakcheck_diff *diff;

	if (!live_enter("test_isolated_objects_are_private", SANDBOX_OBJECTS) ||
	    !api_can_isolate("test_isolated_objects_are_private"))
		return;
	before = api_take();
	child_does(leak_isolated, before); /* any pointer: with rights */
	child_does(leak_isolated, NULL);
	diff = diff_since(before);
	ck_assert_uint_eq(leakcheck_diff_count(diff), 0);
	leakcheck_diff_free(diff);
}
END_TEST

static void *
wait_for_end(void *mutex)
{
	pthread_mutex_lock(mutex);
	pthread_mutex_unlock(mutex);
	return NULL;
}

START_TEST(test_threads_cannot_be_isolated)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct leakcheck_options *options = leakcheck_options_new();
	ino_t ipc = namespace_of("/proc/self/ns/ipc");
	pthread_t thread;

	pthread_mutex_lock(&mutex);
	pthread_create(&thread, NULL, wait_for_end, &mutex);
	FAILS(leakcheck_isolate(options, &api_error) < 0, "2 threads");
	ck_assert_uint_eq(namespace_of("/proc/self/ns/ipc"), ipc);
	pthread_mutex_unlock(&mutex);
	pthread_join(thread, NULL);
	leakcheck_options_free(options);
}
END_TEST

Suite *
api_suite(void)
{
	Suite *suite = suite_create("api");
	TCase *looks = tcase_create("looks");
	TCase *isolation = tcase_create("isolation");

	tcase_add_test(looks, test_names);
	tcase_add_test(looks, test_each_kind_is_seen);
	tcase_add_test(looks, test_fields_and_text);
	tcase_add_test(looks, test_options);
	tcase_add_test(looks, test_defaults);
	tcase_add_test(looks, test_blind_spot_is_told);
	tcase_add_test(looks, test_blind_depth_is_told);
	tcase_add_test(looks, test_diff);
	tcase_add_test(looks, test_snapshots_of_two_worlds);
	tcase_add_test(looks, test_save_and_load);
	tcase_add_test(looks, test_threads);
	suite_add_tcase(suite, looks);
	tcase_add_test(isolation, test_trying_changes_nothing);
	tcase_add_test(isolation, test_isolated_user_gets_no_rights);
	tcase_add_test(isolation, test_isolated_user_keeps_its_rights);
	tcase_add_test(isolation, test_isolated_objects_are_private);
	tcase_add_test(isolation, test_threads_cannot_be_isolated);
	suite_add_tcase(suite, isolation);
	return suite;
}
