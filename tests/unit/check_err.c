/* SPDX-License-Identifier: MIT */
/* check_err.c - unit: errors are filled, wrapped and cut off safely. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/err.h"

Suite *err_suite(void);

static char long_text[2000];

static void
setup(void)
{
	memset(long_text, 'x', sizeof(long_text) - 1);
}

START_TEST(set_appends_the_reason)
{
	struct err err;

	ck_assert_int_eq(err_set(&err, ENOENT, "reading %s", "/a"), -1);
	ck_assert_int_eq(err.code, ENOENT);
	ck_assert_str_eq(err.text, "reading /a: No such file or directory");
}
END_TEST

START_TEST(set_without_a_code_appends_nothing)
{
	struct err err = {.code = ENOENT};

	err_set(&err, 0, "wrong %d", 7);
	ck_assert_int_eq(err.code, 0);
	ck_assert_str_eq(err.text, "wrong 7");
}
END_TEST

START_TEST(wrap_comes_before_and_keeps_the_code)
{
	struct err err;

	err_set(&err, EACCES, "opening /a");
	ck_assert_int_eq(err_wrap(&err, "taking %s", "a snapshot"), -1);
	ck_assert_int_eq(err.code, EACCES);
	ck_assert_str_eq(err.text,
			 "taking a snapshot: opening /a: Permission denied");
}
END_TEST

START_TEST(what_is_too_long_is_cut_off)
{
	struct err err;

	err_set(&err, ENOENT, "%s", long_text);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	err_wrap(&err, "%s", "start");
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	ck_assert_int_eq(strncmp(err.text, "start: xxx", 10), 0);
	err_wrap(&err, "%s", long_text);
	ck_assert_uint_eq(strlen(err.text), sizeof(err.text) - 1);
	ck_assert_ptr_null(strstr(err.text, "start"));
}
END_TEST

Suite *
err_suite(void)
{
	Suite *suite = suite_create("err");
	TCase *tests = tcase_create("err");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, set_appends_the_reason);
	tcase_add_test(tests, set_without_a_code_appends_nothing);
	tcase_add_test(tests, wrap_comes_before_and_keeps_the_code);
	tcase_add_test(tests, what_is_too_long_is_cut_off);
	suite_add_tcase(suite, tests);
	return suite;
}
