/* SPDX-License-Identifier: MIT */
/* check_fault.c - unit: names of faults, the default set, what is demanded. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/attr.h"
#include "model/calls.h"
#include "model/fault.h"

Suite *fault_suite(void);

static struct err err;
static struct buf text;

static void
setup(void)
{
	err = (struct err) {0};
	text = (struct buf) {0};
}

static void
teardown(void)
{
	buf_free(&text);
}

static const char *
shown(const struct fault *fault)
{
	buf_clear(&text);
	fault_format(fault, &text);
	return buf_text(&text);
}

static struct fault
parsed(const char *name)
{
	struct fault fault;

	ck_assert_msg(fault_parse(name, &fault, &err) == 0, "%s", err.text);
	return fault;
}

static const struct {
	const char *typed;
	struct fault fault;
	const char *shown;
} names[] = {
	{"exit", {FAULT_EXIT, EXIT_FAILURE, false}, "exit"},
	{"_exit", {FAULT_EXIT_AT_ONCE, EXIT_FAILURE, false}, "_exit"},
	{"SIGTERM", {FAULT_SIGNAL, SIGTERM, false}, "SIGTERM"},
	{"TERM", {FAULT_SIGNAL, SIGTERM, false}, "SIGTERM"},
	{"sigterm", {FAULT_SIGNAL, SIGTERM, false}, "SIGTERM"},
	{"term", {FAULT_SIGNAL, SIGTERM, false}, "SIGTERM"},
	{"15", {FAULT_SIGNAL, 15, false}, "SIGTERM"},
	{"9", {FAULT_SIGNAL, 9, false}, "SIGKILL"},
	{"SIGUSR1", {FAULT_SIGNAL, SIGUSR1, false}, "SIGUSR1"},
	{"QUIT", {FAULT_SIGNAL, SIGQUIT, false}, "SIGQUIT"},
	{"SIGIOT", {FAULT_SIGNAL, SIGABRT, false}, "SIGABRT"},
	{"SIGPOLL", {FAULT_SIGNAL, SIGIO, false}, "SIGIO"},
	{"SIGCLD", {FAULT_SIGNAL, SIGCHLD, false}, "SIGCHLD"},
	{"SIGRTMIN", {FAULT_SIGNAL, 34, false}, "SIGRTMIN"},
	{"SIGRTMIN+3", {FAULT_SIGNAL, 37, false}, "SIGRTMIN+3"},
	{"rtmin+30", {FAULT_SIGNAL, 64, false}, "SIGRTMIN+30"},
	{"64", {FAULT_SIGNAL, 64, false}, "SIGRTMIN+30"},
	{"ENOSPC", {FAULT_ERROR, ENOSPC, false}, "ENOSPC"},
	{"enospc", {FAULT_ERROR, ENOSPC, false}, "ENOSPC"},
	{"EWOULDBLOCK", {FAULT_ERROR, EAGAIN, false}, "EAGAIN"},
	{"EOPNOTSUPP", {FAULT_ERROR, EOPNOTSUPP, false}, NULL},
	{"ENOTSUP", {FAULT_ERROR, EOPNOTSUPP, false}, NULL},
	{"ENOMEM,persistent", {FAULT_ERROR, ENOMEM, true}, "ENOMEM,persistent"},
};

START_TEST(names_are_understood)
{
	struct fault fault = parsed(names[_i].typed);

	ck_assert(fault_equal(&fault, &names[_i].fault));
	if (names[_i].shown)
		ck_assert_str_eq(shown(&fault), names[_i].shown);
}
END_TEST

static const struct {
	const char *typed;
	const char *told;
} wrong[] = {
	{"", "no fault ''"},
	{"SIGTREM", "did you mean 'SIGTERM'"},
	{"TREM", "did you mean 'TERM'"},
	{"ENOSPCE", "did you mean 'ENOSPC'"},
	{"exti", "did you mean 'exit'"},
	{"SIG", "no fault 'SIG'"},
	{"SIGSIGTERM", "no fault"},
	{"0", "no fault '0'"},
	{"32", "no fault '32'"},
	{"33", "no fault '33'"},
	{"65", "no fault '65'"},
	{"015", "no fault '015'"},
	{"-9", "no fault '-9'"},
	{"+9", "no fault '+9'"},
	{" 9", "no fault ' 9'"},
	{"99999999999999999999", "no fault"},
	{"SIGRTMIN+31", "no fault"},
	{"SIGRTMIN+", "no fault"},
	{"SIGTERM,persistent", "no fault"},
	{"exit,persistent", "no fault"},
	{",persistent", "no fault ',persistent'"},
	{"ENOSPC,", "no fault"},
	{"ENOSPC,persistent,persistent", "no fault"},
	{"a frightfully long name that no table can ever have", "SIGTERM"},
	{"\x1b[31m\xff", "no fault '\\x1b[31m\\xff'"},
};

START_TEST(what_is_no_fault_is_told)
{
	struct fault fault = {FAULT_SIGNAL, 1, false};
	struct fault kept = fault;

	ck_assert_int_eq(fault_parse(wrong[_i].typed, &fault, &err), -1);
	ck_assert_msg(strstr(err.text, wrong[_i].told), "%s: %s",
		      wrong[_i].typed, err.text);
	ck_assert(fault_equal(&fault, &kept));
}
END_TEST

/* The kernel's own two of the C library, 32 and 33, have no name. */
START_TEST(every_signal_has_a_name)
{
	size_t named = 0;

	for (int number = 1; number <= SIGRTMAX; number++) {
		const char *name = fault_signal_name(number);

		if (!name)
			continue;
		ck_assert_int_eq(parsed(name).class, FAULT_SIGNAL);
		ck_assert_int_eq(parsed(name).number, number);
		named++;
	}
	ck_assert_uint_eq(named, 62);
	ck_assert_ptr_null(fault_signal_name(0));
	ck_assert_ptr_null(fault_signal_name(-1));
	ck_assert_ptr_null(fault_signal_name(SIGRTMAX + 1));
}
END_TEST

START_TEST(the_names_are_those_of_the_library)
{
	for (int number = 1; number < SIGRTMIN; number++) {
		const char *name = fault_signal_name(number);
		const char *other = sigabbrev_np(number);

		ck_assert_int_eq(!name, !other);
		if (name && number != SIGIO) /* there called SIGPOLL */
			ck_assert_str_eq(name + 3, other);
	}
}
END_TEST

START_TEST(every_error_has_a_name)
{
	for (int number = 1; number < 200; number++) {
		const char *name = fault_error_name(number);

		if (!name)
			continue;
		ck_assert_int_eq(parsed(name).class, FAULT_ERROR);
		ck_assert_int_eq(parsed(name).number, number);
	}
	ck_assert_str_eq(fault_error_name(ENOSPC), "ENOSPC");
	ck_assert_ptr_null(fault_error_name(0));
	ck_assert_ptr_null(fault_error_name(-1));
	ck_assert_ptr_null(fault_error_name(100000));
}
END_TEST

START_TEST(equal_means_all_members)
{
	struct fault one = {FAULT_ERROR, ENOSPC, false};
	struct fault others[] = {{FAULT_SIGNAL, ENOSPC, false},
				 {FAULT_ERROR, ENOMEM, false},
				 {FAULT_ERROR, ENOSPC, true}};

	ck_assert(fault_equal(&one, &one));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		ck_assert(!fault_equal(&one, &others[i]));
}
END_TEST

START_TEST(the_default_set_in_order)
{
	static const char *const expected[] = {"exit",	 "SIGINT",  "SIGTERM",
					       "SIGHUP", "SIGSEGV", "SIGABRT",
					       "SIGKILL"};
	const struct fault *faults;

	ck_assert_uint_eq(fault_defaults(&faults), ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		ck_assert_str_eq(shown(&faults[i]), expected[i]);
}
END_TEST

START_TEST(what_is_demanded)
{
	static const char *const must[] = {"exit",    "SIGINT",
					   "SIGTERM", "SIGHUP",
					   "ENOSPC",  "EINTR,persistent"};
	static const char *const may[] = {"_exit",     "SIGSEGV", "SIGABRT",
					  "SIGKILL",   "SIGUSR1", "SIGQUIT",
					  "SIGRTMIN+1"};

	for (size_t i = 0; i < ARRAY_LEN(must); i++) {
		struct fault fault = parsed(must[i]);

		ck_assert_int_eq(fault_policy(&fault), POLICY_MUST_CLEAN);
	}
	for (size_t i = 0; i < ARRAY_LEN(may); i++) {
		struct fault fault = parsed(may[i]);

		ck_assert_int_eq(fault_policy(&fault), POLICY_MAY_LEAK);
	}
}
END_TEST

START_TEST(policies_have_names)
{
	enum policy policy;

	ck_assert(policy_parse("must-clean", &policy));
	ck_assert_int_eq(policy, POLICY_MUST_CLEAN);
	ck_assert(policy_parse(policy_name(POLICY_MAY_LEAK), &policy));
	ck_assert_int_eq(policy, POLICY_MAY_LEAK);
	ck_assert(!policy_parse("must_clean", &policy));
}
END_TEST

START_TEST(errors_come_from_the_catalogue)
{
	const int *numbers;

	ck_assert_uint_eq(fault_errors(call_find(SYS_shmget), &numbers), 2);
	ck_assert_int_eq(numbers[0], ENOSPC);
	ck_assert_uint_eq(fault_errors(call_find(SYS_exit_group), &numbers), 0);
}
END_TEST

Suite *
fault_suite(void)
{
	Suite *suite = suite_create("fault");
	TCase *tests = tcase_create("fault");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, names_are_understood, 0, ARRAY_LEN(names));
	tcase_add_loop_test(tests, what_is_no_fault_is_told, 0,
			    ARRAY_LEN(wrong));
	tcase_add_test(tests, every_signal_has_a_name);
	tcase_add_test(tests, the_names_are_those_of_the_library);
	tcase_add_test(tests, every_error_has_a_name);
	tcase_add_test(tests, equal_means_all_members);
	tcase_add_test(tests, the_default_set_in_order);
	tcase_add_test(tests, what_is_demanded);
	tcase_add_test(tests, policies_have_names);
	tcase_add_test(tests, errors_come_from_the_catalogue);
	suite_add_tcase(suite, tests);
	return suite;
}
