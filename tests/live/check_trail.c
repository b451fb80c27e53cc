/* SPDX-License-Identifier: MIT */
/*
 * check_trail.c - live: what a trial may have made is removed by its trail, and
 * nothing else. All files are in the sandbox's own /dev/shm.
 */
#include <check.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/attr.h"
#include "harness/trail.h"
#include "leakcheck/identity.h"
#include "leakcheck/remove.h"
#include "leakcheck/sandbox.h"
#include "tests/support/objects.h"

Suite *trail_suite(void);

enum { MODE = 0600, BYTES = 4096, KEY = 42, GET = IPC_CREAT | MODE };

#define DIR "/dev/shm/"

static struct trail *trail;
static struct err err;

static void
setup(void)
{
	ck_assert_msg(!sandbox_enter(SANDBOX_OBJECTS, &err), "%s", err.text);
	trail = trail_new(&err);
	ck_assert_ptr_nonnull(trail);
}

static void
teardown(void)
{
	trail_free(trail);
}

static int
make_shm(const char *name)
{
	(void)name;
	return shmget(KEY, BYTES, GET);
}

static int
make_sem(const char *name)
{
	(void)name;
	return semget(KEY, 1, GET);
}

static int
make_msg(const char *name)
{
	(void)name;
	return msgget(KEY, GET);
}

static int
make_file(const char *path)
{
	return close(open(path, O_CREAT | O_EXCL | O_RDWR, MODE));
}

static int
make_mqueue(const char *name)
{
	return mq_close(mq_open(name, O_CREAT | O_EXCL | O_RDWR, MODE, NULL));
}

static int
make_fifo(const char *path)
{
	return mkfifo(path, MODE);
}

static int
make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int failed;

	strcpy(address.sun_path, path);
	failed = bind(fd, (struct sockaddr *)&address, sizeof(address));
	close(fd);
	return failed;
}

static const struct {
	int (*make)(const char *name);
	const char *name;
} makers[] = {
	[KIND_SYSV_SHM] = {make_shm, ""},
	[KIND_SYSV_SEM] = {make_sem, ""},
	[KIND_SYSV_MSG] = {make_msg, ""},
	[KIND_POSIX_SHM] = {make_file, DIR "file"},
	[KIND_POSIX_SEM] = {make_file, DIR "sem.s"},
	[KIND_POSIX_MQ] = {make_mqueue, "/q"},
	[KIND_FIFO] = {make_fifo, DIR "fifo"},
	[KIND_UNIX_SOCKET] = {make_socket, DIR "socket"},
};

static struct object
make(enum kind kind)
{
	int id = makers[kind].make(makers[kind].name);
	struct object object = {
		.kind = kind, .id = id, .path = makers[kind].name};

	ck_assert_int_ge(id, 0);
	if (kind_identity(kind) == BY_ID)
		object.path = NULL;
	ck_assert_int_eq(identity_take(&object, &err), IDENTITY_SAME);
	return object;
}

/* A call that is begun now by this process. */
static struct claim
claim_now(enum kind kind)
{
	struct claim claim = {.kind = kind,
			      .process = getpid(),
			      .user = geteuid(),
			      .key = kind_identity(kind) == BY_ID ? KEY : 0};

	claim_open(&claim);
	return claim;
}

static const struct object nothing;

static struct trail_record *
begin(const struct claim *claim, const struct object *before)
{
	return trail_add(trail, claim, before, makers[claim->kind].name);
}

START_TEST(what_a_call_has_made_goes_though_nobody_saw_its_end)
{
	const struct claim claim = claim_now((enum kind)_i);
	struct object object;

	ck_assert_ptr_nonnull(begin(&claim, &nothing));
	object = make(claim.kind);
	trail_sweep(trail, false);
	ck_assert(!is_there(&object));
}
END_TEST

START_TEST(what_was_there_before_the_call_stays)
{
	const struct claim claim = claim_now((enum kind)_i);
	const struct object object = make(claim.kind);

	ck_assert_ptr_nonnull(begin(&claim, &object));
	trail_sweep(trail, false);
	ck_assert(is_there(&object));
}
END_TEST

/* It is there only since, but not by this process or user. */
START_TEST(what_another_has_made_meanwhile_stays)
{
	struct claim claim = claim_now((enum kind)_i);
	struct object object;

	claim.process++;
	claim.user++;
	ck_assert_ptr_nonnull(begin(&claim, &nothing));
	object = make(claim.kind);
	trail_sweep(trail, false);
	ck_assert(is_there(&object));
}
END_TEST

START_TEST(what_is_older_than_the_call_stays)
{
	struct claim claim = claim_now((enum kind)_i);
	struct object object = make(claim.kind);

	claim.since_ns += INT64_C(2000000000);
	ck_assert_ptr_nonnull(begin(&claim, &nothing));
	trail_sweep(trail, false);
	ck_assert(is_there(&object));
}
END_TEST

START_TEST(what_was_seen_to_be_made_goes)
{
	const struct claim claim = claim_now((enum kind)_i);
	struct trail_record *record = begin(&claim, &nothing);
	const struct object object = make(claim.kind);

	trail_made(record, &object);
	trail_sweep(trail, false);
	ck_assert(!is_there(&object));
}
END_TEST

START_TEST(another_in_its_place_stays_when_it_is_swept)
{
	const struct claim claim = claim_now((enum kind)_i);
	struct trail_record *record = begin(&claim, &nothing);
	struct object object = make(claim.kind);
	struct object other;

	ck_assert_int_eq(remove_object(&object, &err), 0);
	other = make(claim.kind);
	/* As if the kernel had come round to the same identifier. */
	if (kind_identity(object.kind) == BY_ID) {
		object = other;
		object.key++;
	}
	trail_made(record, &object);
	trail_sweep(trail, false);
	ck_assert(is_there(&other));
}
END_TEST

/* Whoever has its name then. */
START_TEST(what_was_removed_is_not_swept)
{
	const struct claim claim = claim_now((enum kind)_i);
	struct trail_record *record = begin(&claim, &nothing);
	const struct object object = make(claim.kind);

	trail_made(record, &object);
	trail_drop(trail, record);
	trail_sweep(trail, false);
	ck_assert(is_there(&object));
}
END_TEST

START_TEST(a_look_that_failed_removes_nothing)
{
	const struct claim claim = claim_now((enum kind)_i);
	const struct object unseen = {.kind = claim.kind};
	struct trail_record *record = begin(&claim, &nothing);
	const struct object object = make(claim.kind);

	trail_made(record, &unseen);
	trail_sweep(trail, false);
	ck_assert(is_there(&object));
}
END_TEST

/* A set or queue that has no key may be anybody's; a segment tells. */
START_TEST(without_a_key_only_a_segment_is_claimed)
{
	struct claim sem = claim_now(KIND_SYSV_SEM);
	struct claim shm = claim_now(KIND_SYSV_SHM);
	struct object set, segment;

	sem.key = shm.key = IPC_PRIVATE;
	ck_assert_ptr_nonnull(begin(&sem, &nothing));
	ck_assert_ptr_nonnull(begin(&shm, &nothing));
	set = object_with_id(KIND_SYSV_SEM, semget(IPC_PRIVATE, 1, MODE));
	segment =
		object_with_id(KIND_SYSV_SHM, shmget(IPC_PRIVATE, BYTES, MODE));
	trail_sweep(trail, false);
	ck_assert(is_there(&set));
	ck_assert(!is_there(&segment));
}
END_TEST

START_TEST(another_kind_of_file_of_that_name_stays)
{
	const struct claim claim = claim_now(KIND_FIFO);

	ck_assert_ptr_nonnull(begin(&claim, &nothing));
	ck_assert_int_eq(mkdir(makers[KIND_FIFO].name, 0700), 0);
	trail_sweep(trail, false);
	ck_assert_int_eq(access(makers[KIND_FIFO].name, F_OK), 0);
}
END_TEST

/* The same name outside of the sandbox is a stranger's. */
START_TEST(a_sandboxed_trail_spares_what_was_covered)
{
	const struct claim claim = claim_now(KIND_FIFO);
	struct trail_record *record = begin(&claim, &nothing);
	const struct object object = make(KIND_FIFO);

	trail_made(record, &object);
	trail_sweep(trail, true);
	ck_assert(is_there(&object));
}
END_TEST

/* How many entries there are, the last of them in *entry. */
static size_t
count_entries(struct trail_entry *entry)
{
	size_t cursor = 0;
	size_t count = 0;

	while (trail_next(trail, &cursor, entry))
		count++;
	return count;
}

START_TEST(an_entry_leads_to_its_path_until_it_is_dropped)
{
	const struct claim fifo = claim_now(KIND_FIFO);
	const struct claim socket = claim_now(KIND_UNIX_SOCKET);
	struct trail_record *first = begin(&fifo, &nothing);
	struct trail_entry entry;

	ck_assert_ptr_nonnull(begin(&socket, &nothing));
	ck_assert_uint_eq(count_entries(&entry), 2);
	trail_drop(trail, first);
	ck_assert_uint_eq(count_entries(&entry), 1);
	ck_assert_int_eq(entry.kind, KIND_UNIX_SOCKET);
	ck_assert_str_eq(entry.path, DIR "socket");
	/* Its place is used again. */
	ck_assert_ptr_eq(begin(&fifo, &nothing), first);
	trail_clear(trail);
	ck_assert_uint_eq(count_entries(&entry), 0);
	ck_assert_ptr_eq(begin(&fifo, &nothing), first);
}
END_TEST

static struct trail_record *
add_path(const char *path)
{
	const struct claim claim = claim_now(KIND_FIFO);

	return trail_add(trail, &claim, &nothing, path);
}

START_TEST(a_full_trail_says_so)
{
	struct trail_record *record = NULL;
	struct trail_record *next;
	struct trail_entry entry;
	char path[4096];
	size_t added = 0;

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	while ((next = add_path(path))) {
		record = next;
		added++;
	}
	ck_assert_uint_gt(added, 1000);
	ck_assert_uint_eq(count_entries(&entry), added);
	trail_drop(trail, record);
	ck_assert_ptr_eq(add_path(path), record);
	ck_assert_ptr_null(add_path(path));
}
END_TEST

/* Only what fits in a path(7) comes here; but nothing is written past it. */
START_TEST(a_path_that_is_too_long_finds_no_room)
{
	char path[3 * 4096];

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	ck_assert_ptr_null(add_path(path));
}
END_TEST

Suite *
trail_suite(void)
{
	const TTest *const each_kind[] = {
		what_a_call_has_made_goes_though_nobody_saw_its_end,
		what_was_there_before_the_call_stays,
		what_another_has_made_meanwhile_stays,
		what_is_older_than_the_call_stays,
		what_was_seen_to_be_made_goes,
		another_in_its_place_stays_when_it_is_swept,
		what_was_removed_is_not_swept,
		a_look_that_failed_removes_nothing,
	};
	Suite *suite = suite_create("trail");
	TCase *tests = tcase_create("trail");

	tcase_add_checked_fixture(tests, setup, teardown);
	for (size_t i = 0; i < ARRAY_LEN(each_kind); i++)
		tcase_add_loop_test(tests, each_kind[i], 0, KIND_COUNT);
	tcase_add_test(tests, without_a_key_only_a_segment_is_claimed);
	tcase_add_test(tests, another_kind_of_file_of_that_name_stays);
	tcase_add_test(tests, a_sandboxed_trail_spares_what_was_covered);
	tcase_add_test(tests, an_entry_leads_to_its_path_until_it_is_dropped);
	tcase_add_test(tests, a_full_trail_says_so);
	tcase_add_test(tests, a_path_that_is_too_long_finds_no_room);
	suite_add_tcase(suite, tests);
	return suite;
}
