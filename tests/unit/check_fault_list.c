/* SPDX-License-Identifier: MIT */
/* check_fault_list.c - unit: names and patterns of faults, by comma. */
#include <check.h>
#include <string.h>

#include "base/attr.h"
#include "model/fault_list.h"

Suite *fault_list_suite(void);

static const struct {
	const char *list;
	size_t length;
} firsts[] = {
	{"", 0},
	{",SIGTERM", 0},
	{"SIGTERM", 7},
	{"SIGTERM,exit", 7},
	{"ENOSPC,persistent", 17},
	{"ENOSPC,persistent,exit", 17},
	{"ENOSPC,persistently", 6},
	{"SIG*,persistent", 15},
};

START_TEST(a_comma_may_belong_to_a_name)
{
	ck_assert_uint_eq(fault_list_first(firsts[_i].list), firsts[_i].length);
}
END_TEST

static const struct {
	const char *name;
	const char *fault;
	enum fault_match match;
} matches[] = {
	{"SIGTERM", "SIGTERM", FAULT_BY_NAME},
	{"term", "SIGTERM", FAULT_BY_NAME},
	{"15", "SIGTERM", FAULT_BY_NAME},
	{"SIGTERM", "SIGINT", FAULT_NOT_MEANT},
	{"SIG*", "SIGINT", FAULT_BY_PATTERN},
	{"SIG*", "exit", FAULT_NOT_MEANT},
	{"*exit", "_exit", FAULT_BY_PATTERN},
	{"exit", "_exit", FAULT_NOT_MEANT},
	{"ENOSPC", "ENOSPC", FAULT_BY_NAME},
	{"ENOSPC", "ENOSPC,persistent", FAULT_BY_NAME},
	{"ENOSPC,persistent", "ENOSPC", FAULT_NOT_MEANT},
	{"*", "ENOSPC,persistent", FAULT_BY_PATTERN},
	{"nothing", "exit", FAULT_NOT_MEANT},
};

START_TEST(names_and_patterns_match)
{
	struct fault fault;
	struct err err;

	ck_assert_int_eq(fault_parse(matches[_i].fault, &fault, &err), 0);
	ck_assert_int_eq(fault_list_match(matches[_i].name, &fault),
			 matches[_i].match);
}
END_TEST

START_TEST(what_is_no_fault_is_refused)
{
	struct err err = {0};

	ck_assert_int_eq(fault_list_check("SIG*", &err), 0);
	ck_assert_int_eq(fault_list_check("HUP", &err), 0);
	ck_assert_int_eq(fault_list_check("sig*", &err), -1);
	ck_assert_str_eq(err.text, "there is no fault like 'sig*'");
	ck_assert_int_eq(fault_list_check("SIGTREM", &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "did you mean 'SIGTERM'?"));
	ck_assert_int_eq(fault_list_check("", &err), -1);
}
END_TEST

Suite *
fault_list_suite(void)
{
	Suite *suite = suite_create("fault_list");
	TCase *tests = tcase_create("fault_list");

	tcase_add_loop_test(tests, a_comma_may_belong_to_a_name, 0,
			    ARRAY_LEN(firsts));
	tcase_add_loop_test(tests, names_and_patterns_match, 0,
			    ARRAY_LEN(matches));
	tcase_add_test(tests, what_is_no_fault_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
