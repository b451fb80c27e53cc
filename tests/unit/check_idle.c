/* SPDX-License-Identifier: MIT */
/* check_idle.c - unit: when a program counts as waiting for something to do. */
#include <check.h>

#include "harness/idle.h"

Suite *idle_suite(void);

enum { ENOUGH = 1000 };

START_TEST(needs_all_asleep_for_long_enough)
{
	struct idle idle = {0};

	ck_assert(!idle_note(&idle, 5000, true, 7, ENOUGH));
	ck_assert(!idle_note(&idle, 5999, true, 7, ENOUGH));
	ck_assert(!idle_note(&idle, 6010, false, 7, ENOUGH));
	ck_assert(!idle_note(&idle, 6020, true, 7, ENOUGH));
	ck_assert(!idle_note(&idle, 7019, true, 7, ENOUGH));
	ck_assert(idle_note(&idle, 7020, true, 7, ENOUGH));
}
END_TEST

/* It was asleep whenever it was looked at, and is not idle. */
START_TEST(sees_work_between_looks)
{
	struct idle idle = {0};

	ck_assert(!idle_note(&idle, 0, true, 0, ENOUGH));
	ck_assert(!idle_note(&idle, 900, true, 91, ENOUGH));
	ck_assert(!idle_note(&idle, 1800, true, 91, ENOUGH));
	ck_assert(idle_note(&idle, 1900, true, 91, ENOUGH));
}
END_TEST

START_TEST(allows_for_timers)
{
	struct idle idle = {0};

	ck_assert(!idle_note(&idle, 0, true, 500, ENOUGH));
	for (int64_t now = 100; now < ENOUGH; now += 100)
		ck_assert(!idle_note(&idle, now, true, 500 + (uint64_t)now / 10,
				     ENOUGH));
	ck_assert(idle_note(&idle, ENOUGH, true, 600, ENOUGH));
}
END_TEST

START_TEST(takes_the_end_of_a_thread_for_work)
{
	struct idle idle = {0};

	ck_assert(!idle_note(&idle, 0, true, 500, ENOUGH));
	ck_assert(!idle_note(&idle, ENOUGH, true, 400, ENOUGH));
	ck_assert(idle_note(&idle, 2 * ENOUGH, true, 400, ENOUGH));
}
END_TEST

Suite *
idle_suite(void)
{
	const TTest *const tests[] = {
		needs_all_asleep_for_long_enough,
		sees_work_between_looks,
		allows_for_timers,
		takes_the_end_of_a_thread_for_work,
	};
	Suite *suite = suite_create("idle");
	TCase *tcase = tcase_create("idle");

	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}
