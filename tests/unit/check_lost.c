/* SPDX-License-Identifier: MIT */
/* check_lost.c - unit: objects of calls whose end nobody saw. */
#include <check.h>
#include <string.h>
#include <sys/ipc.h>

#include "harness/lost.h"
#include "model/caution.h"

Suite *lost_suite(void);

enum { PID = 100, START = 1000, END = 1005, USER = 7, KEY = 0x1234 };

#define NS_PER_S INT64_C(1000000000)

static struct lost lost;

static void
teardown(void)
{
	lost_free(&lost);
}

static struct lost_call
call(enum kind kind, uint32_t key, uint64_t stack)
{
	return (struct lost_call) {.claim = {.kind = kind,
					     .key = key,
					     .process = PID,
					     .user = USER,
					     .since_ns = START * NS_PER_S + 1,
					     .closed_ns = END * NS_PER_S + 1},
				   .number = (int)lost.count,
				   .stack = stack};
}

static void
add(enum kind kind, uint32_t key, uint64_t stack)
{
	const struct lost_call one = call(kind, key, stack);

	lost_add(&lost, &one);
}

/* Made by @creator; only segments tell that. */
static const struct lost_call *
find(enum kind kind, uint32_t key, pid_t creator, int64_t ctime, bool alone)
{
	const struct object object = {
		.kind = kind,
		.known = FIELD_BIT(FIELD_CUID) |
			 (kind == KIND_SYSV_SHM ? FIELD_BIT(FIELD_CPID) : 0),
		.key = key,
		.cuid = USER,
		.cpid = creator,
		.ctime = ctime};

	return lost_find(&lost, &object, alone);
}

START_TEST(a_segment_is_known_by_its_creator)
{
	add(KIND_SYSV_SEM, IPC_PRIVATE, 1);
	add(KIND_SYSV_SHM, IPC_PRIVATE, 2);
	ck_assert_ptr_eq(find(KIND_SYSV_SHM, IPC_PRIVATE, PID, START, false),
			 &lost.calls[1]);
	ck_assert_ptr_null(
		find(KIND_SYSV_SHM, IPC_PRIVATE, PID + 1, START, true));
	ck_assert_ptr_null(find(KIND_SYSV_SHM, KEY, PID, START, true));
	ck_assert_ptr_null(find(KIND_SYSV_MSG, IPC_PRIVATE, PID, START, true));
}
END_TEST

/* A process number that is used again. */
START_TEST(what_is_older_or_newer_than_the_call_is_not_its)
{
	add(KIND_SYSV_SHM, IPC_PRIVATE, 1);
	ck_assert_ptr_null(
		find(KIND_SYSV_SHM, IPC_PRIVATE, PID, START - 1, true));
	ck_assert_ptr_nonnull(find(KIND_SYSV_SHM, IPC_PRIVATE, PID, END, true));
	ck_assert_ptr_null(
		find(KIND_SYSV_SHM, IPC_PRIVATE, PID, END + 1, true));
}
END_TEST

START_TEST(a_set_without_a_key_may_be_anybodys)
{
	add(KIND_SYSV_SEM, IPC_PRIVATE, 1);
	add(KIND_SYSV_SEM, KEY, 2);
	ck_assert_ptr_nonnull(find(KIND_SYSV_SEM, IPC_PRIVATE, 0, START, true));
	ck_assert_ptr_null(find(KIND_SYSV_SEM, IPC_PRIVATE, 0, START, false));
	ck_assert_ptr_nonnull(find(KIND_SYSV_SEM, KEY, 0, START, false));
	ck_assert(lost_is_unsure(&lost));
	lost_clear(&lost);
	add(KIND_SYSV_SHM, IPC_PRIVATE, 1);
	add(KIND_SYSV_MSG, KEY, 1);
	ck_assert(!lost_is_unsure(&lost));
}
END_TEST

/* A file as claim.h has it, of @user and born then. */
static bool
fits(const struct claim *claim, uid_t user, int64_t born_ns)
{
	const struct object object = {.kind = KIND_FIFO,
				      .known = FIELD_BIT(FIELD_UID) |
					       FIELD_BIT(FIELD_BTIME),
				      .path = "/tmp/f",
				      .uid = user,
				      .btime_ns = born_ns};

	return claim_fits(claim, &object, false);
}

START_TEST(a_path_is_claimed_by_its_user_and_its_birth)
{
	struct claim claim = {
		.kind = KIND_FIFO, .user = USER, .since_ns = START};

	ck_assert(fits(&claim, USER, START));
	ck_assert(fits(&claim, USER, END + 1));
	ck_assert(!fits(&claim, USER, START - 1));
	ck_assert(!fits(&claim, USER + 1, START));
	claim.closed_ns = END;
	ck_assert(fits(&claim, USER, END));
	ck_assert(!fits(&claim, USER, END + 1));
	claim.user = CLAIM_ANY_USER;
	ck_assert(fits(&claim, USER + 1, START));
	claim.kind = KIND_UNIX_SOCKET;
	ck_assert(!fits(&claim, USER, START));
}
END_TEST

START_TEST(of_calls_at_two_places_it_is_not_known_which)
{
	for (int i = 0; i < 20; i++)
		add(KIND_SYSV_MSG, IPC_PRIVATE, 1);
	ck_assert_ptr_nonnull(find(KIND_SYSV_MSG, IPC_PRIVATE, 0, START, true));
	add(KIND_SYSV_MSG, IPC_PRIVATE, 2);
	ck_assert_ptr_null(find(KIND_SYSV_MSG, IPC_PRIVATE, 0, START, true));
	lost_clear(&lost);
	ck_assert_ptr_null(find(KIND_SYSV_MSG, IPC_PRIVATE, 0, START, true));
}
END_TEST

START_TEST(cautions_are_told_one_by_one)
{
	const char *texts[CAUTION_COUNT];
	const unsigned set = CAUTION_BIT(_i) | CAUTION_BIT(0);
	const size_t count = caution_texts(set, texts);

	ck_assert_uint_eq(count, _i ? 2 : 1);
	ck_assert_ptr_eq(texts[count - 1], caution_tells((enum caution)_i));
	ck_assert_int_eq(strncmp(texts[0], "the program ", 12), 0);
	ck_assert_uint_eq(caution_texts(0, texts), 0);
}
END_TEST

Suite *
lost_suite(void)
{
	Suite *suite = suite_create("lost");
	TCase *tests = tcase_create("lost");

	tcase_add_checked_fixture(tests, NULL, teardown);
	tcase_add_test(tests, a_segment_is_known_by_its_creator);
	tcase_add_test(tests, what_is_older_or_newer_than_the_call_is_not_its);
	tcase_add_test(tests, a_set_without_a_key_may_be_anybodys);
	tcase_add_test(tests, a_path_is_claimed_by_its_user_and_its_birth);
	tcase_add_test(tests, of_calls_at_two_places_it_is_not_known_which);
	tcase_add_loop_test(tests, cautions_are_told_one_by_one, 0,
			    CAUTION_COUNT);
	suite_add_tcase(suite, tests);
	return suite;
}
