/* SPDX-License-Identifier: MIT */
/* check_end.c - unit: how a process ended, in words. */
#include <check.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/attr.h"
#include "model/end.h"

Suite *end_suite(void);

/* 32 and 33 are the C library's own and have no name. */
static const struct {
	int status, signal;
	const char *text, *code;
} rows[] = {
	{0, 0, "exited with 0", "exit:0"},
	{255, 0, "exited with 255", "exit:255"},
	{0, SIGTERM, "was ended by SIGTERM", "signal:SIGTERM"},
	{0, 33, "was ended by signal 33", "signal:33"},
};

START_TEST(an_end_is_told)
{
	int status = W_EXITCODE(rows[_i].status, rows[_i].signal);
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf code = {0};

	end_add_text(&text, status);
	end_add_code(&code, status);
	ck_assert_str_eq(buf_text(&text), rows[_i].text);
	ck_assert_str_eq(buf_text(&code), rows[_i].code);
}
END_TEST

START_TEST(a_real_time_signal_has_a_name)
{
	CLEANUP_BUF struct buf text = {0};

	end_add_text(&text, W_EXITCODE(0, SIGRTMIN + 6));
	ck_assert_str_eq(buf_text(&text), "was ended by SIGRTMIN+6");
}
END_TEST

Suite *
end_suite(void)
{
	Suite *suite = suite_create("end");
	TCase *tcase = tcase_create("end");

	tcase_add_loop_test(tcase, an_end_is_told, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tcase, a_real_time_signal_has_a_name);
	suite_add_tcase(suite, tcase);
	return suite;
}
