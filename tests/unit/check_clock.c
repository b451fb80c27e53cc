/* SPDX-License-Identifier: MIT */
/* check_clock.c - unit: deadlines. */
#include <check.h>
#include <limits.h>

#include "base/attr.h"
#include "base/clock.h"

Suite *clock_suite(void);

/* The last two: as many milliseconds are more nanoseconds than there are. */
static const int64_t endless_ms[] = {-1, INT64_MIN, INT64_MAX / 1000000 + 1,
				     INT64_MAX};

START_TEST(what_never_comes_is_waited_for_without_end)
{
	int64_t deadline_ns = clock_deadline_ns(endless_ms[_i]);

	ck_assert_int_eq(deadline_ns, INT64_MAX);
	ck_assert_int_eq(clock_left_ms(deadline_ns), -1);
}
END_TEST

START_TEST(a_long_time_is_cut_to_what_poll_takes)
{
	int64_t century_ms = INT64_C(100) * 365 * 24 * 60 * 60 * 1000;

	ck_assert_int_eq(clock_left_ms(clock_deadline_ns(century_ms)), INT_MAX);
}
END_TEST

START_TEST(what_has_passed_leaves_nothing)
{
	ck_assert_int_eq(clock_left_ms(clock_deadline_ns(0)), 0);
	ck_assert_int_eq(clock_left_ms(clock_now_ns() - 1), 0);
}
END_TEST

START_TEST(what_is_left_is_rounded_up)
{
	int64_t hour_ms = INT64_C(60) * 60 * 1000;
	int left_ms = clock_left_ms(clock_deadline_ns(hour_ms));

	ck_assert_int_gt(left_ms, 0);
	ck_assert_int_le(left_ms, hour_ms);
}
END_TEST

Suite *
clock_suite(void)
{
	Suite *suite = suite_create("clock");
	TCase *tcase = tcase_create("deadlines");

	tcase_add_loop_test(tcase, what_never_comes_is_waited_for_without_end,
			    0, (int)ARRAY_LEN(endless_ms));
	tcase_add_test(tcase, a_long_time_is_cut_to_what_poll_takes);
	tcase_add_test(tcase, what_has_passed_leaves_nothing);
	tcase_add_test(tcase, what_is_left_is_rounded_up);
	suite_add_tcase(suite, tcase);
	return suite;
}
