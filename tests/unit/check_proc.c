/* SPDX-License-Identifier: MIT */
/* check_proc.c - unit: what files of /proc say, and what says nothing. */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/fd.h"
#include "base/proc.h"

Suite *proc_suite(void);

#define MANY_7S "7777777777777777777777777777777777777777777777777777777777"

static const struct {
	const char *text;
	const char *label;
	const char *found; /* NULL: nothing */
} lines[] = {
	{"Name:\tx\nPPid:\t7\n", "PPid:", "\t7\n"},
	{"PPid:\t7\n", "PPid:", "\t7\n"},
	{"PPid:\t7", "PPid:", "\t7"},
	{"a\nPPid:", "PPid:", ""},
	{"\n\nPPid:\n", "PPid:", "\n"},
	{"cpu 1\nbtime 5\n", "btime ", "5\n"},
	/* The first of two; a name may hold anything but a newline here. */
	{"PPid:\t7\nPPid:\t8\n", "PPid:", "\t7\nPPid:\t8\n"},
	{"Name:\tPPid:\t3\nPPid:\t7\n", "PPid:", "\t7\n"},
	{"Name:\tPPid:\t3\n", "PPid:", NULL},
	{"xPPid:\t7\n", "PPid:", NULL},
	{"PPid\t7\n", "PPid:", NULL},
	{"ppid:\t7\n", "PPid:", NULL},
	{"PPi", "PPid:", NULL},
	{"a\nPPi", "PPid:", NULL},
	{"\n", "PPid:", NULL},
	{"", "PPid:", NULL},
};

START_TEST(a_line_is_found_by_its_label)
{
	const char *found = proc_line(lines[_i].text, lines[_i].label);

	ck_assert_pstr_eq(found, lines[_i].found);
}
END_TEST

static const struct {
	const char *text;
	int64_t number;
} numbers[] = {
	{"x:\t7\n", 7},
	{"x:7", 7},
	{"x: \t 7 8\n", 7},
	{"x:\t9223372036854775807\n", INT64_MAX},
	{"x:\t9223372036854775808\n", 0},
	{"x:\t18446744073709551623\n", 0},
	{"x:\t" MANY_7S "\n", 0},
	{"x:\t-7\n", 0},
	{"x:\t+7\n", 0},
	{"x:\t7kB\n", 0},
	{"x:\t0x7\n", 0},
	{"x:\t\n7\n", 0},
	{"x:\n7\n", 0},
	{"x:\t", 0},
	{"x:", 0},
	{"y:\t7\n", 0},
	{"", 0},
};

START_TEST(a_number_is_one_or_nothing)
{
	ck_assert_int_eq(proc_number(numbers[_i].text, "x:"),
			 numbers[_i].number);
}
END_TEST

static const struct {
	const char *text;
	size_t count;
	pid_t last;
} nested[] = {
	{"x:\t7\n", 1, 7},
	{"x:\t7\t0\t2147483647\n", 3, 2147483647},
	{"x:\t7\t1", 2, 1},
	{"x:\t7\t2147483648\n", 0, 0},
	{"x:\t7\t-1\n", 0, 0},
	{"x:\t7\tone\n", 0, 0},
	{"x:\t\n8\n", 0, 0},
	{"x:", 0, 0},
	{"", 0, 0},
};

START_TEST(a_process_has_a_number_in_each_namespace)
{
	pid_t pids[PROC_LEVELS];
	size_t count = proc_pids(nested[_i].text, "x:", pids);

	ck_assert_uint_eq(count, nested[_i].count);
	if (count) {
		ck_assert_int_eq(pids[0], 7);
		ck_assert_int_eq(pids[count - 1], nested[_i].last);
	}
}
END_TEST

/* One more than there can be is no such line. */
START_TEST(only_so_many_namespaces_are_nested)
{
	CLEANUP_BUF struct buf text = {0};
	pid_t pids[PROC_LEVELS];

	buf_add_text(&text, "x:");
	for (int i = 1; i <= PROC_LEVELS; i++)
		buf_printf(&text, "\t%d", i);
	ck_assert_uint_eq(proc_pids(buf_text(&text), "x:", pids), PROC_LEVELS);
	ck_assert_int_eq(pids[PROC_LEVELS - 1], PROC_LEVELS);
	buf_add_text(&text, "\t1");
	ck_assert_uint_eq(proc_pids(buf_text(&text), "x:", pids), 0);
}
END_TEST

START_TEST(a_line_is_found_behind_many)
{
	CLEANUP_BUF struct buf text = {0};

	for (int i = 0; i < 100000; i++)
		buf_printf(&text, "intr %d\nxbtime 3\n", i);
	ck_assert_int_eq(proc_number(buf_text(&text), "btime "), 0);
	buf_add_text(&text, "btime 5");
	ck_assert_int_eq(proc_number(buf_text(&text), "btime "), 5);
}
END_TEST

/* The fields are: state, ppid ... flags (9th), threads (20th), start (22nd). */
#define STAT(name, state, threads)                             \
	"77 (" name ") " state                                 \
	" 1 77 77 0 -1 4194560 97 0 0 0 0 0 0 0 20 0 " threads \
	" 0 325429 10 20 18446744073709551615 0 0"

START_TEST(a_process_is_read_whatever_its_name)
{
	struct proc_stat stat;

	ck_assert(proc_stat_parse(STAT("a) Z (b\n", "S", "3"), &stat));
	ck_assert_str_eq(stat.name, "a) Z (b\n");
	ck_assert_int_eq(stat.state, 'S');
	ck_assert_int_eq(stat.parent, 1);
	ck_assert_uint_eq(stat.flags, 4194560);
	ck_assert_int_eq(stat.threads, 3);
	ck_assert_uint_eq(stat.start_ticks, 325429);
	ck_assert(!proc_has_ended(&stat));
}
END_TEST

START_TEST(a_zombie_has_ended_when_its_threads_have)
{
	struct proc_stat stat;

	ck_assert(proc_stat_parse(STAT("x", "Z", "1"), &stat));
	ck_assert(proc_has_ended(&stat));
	ck_assert(proc_stat_parse(STAT("x", "Z", "2"), &stat));
	ck_assert(!proc_has_ended(&stat));
	ck_assert(proc_stat_parse(STAT("x", "X", "0"), &stat));
	ck_assert(proc_has_ended(&stat));
}
END_TEST

START_TEST(what_is_no_process_is_refused)
{
	static const char *const texts[] = {
		"",
		"77",
		"77 (x",
		"77 x) S 1",
		")(",
		"77 (x) S 1 77 77 0",
		"77 (0123456789012345678901234567890123456789012345678901234567"
		"890123456789) S 1 77 77 0 -1 4194560 97 0 0 0 0 0 0 0 20 0 1 "
		"0 325429"};
	struct proc_stat stat;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		ck_assert(!proc_stat_parse(texts[i], &stat));
}
END_TEST

static const struct {
	const char *text;
	bool told;
	long number;
} calls[] = {
	{"257 0xffffff9c 0x7f00 0x0 0x0 0x0 0x0 0x7ffc 0x7f01\n", true, 257},
	{"-1 0x7ffc 0x7f01\n", true, -1},
	{"running\n", false, 0},
	{"257\n", false, 0},
	{"", false, 0},
};

START_TEST(a_call_is_told_by_its_number)
{
	struct proc_call call;

	ck_assert(proc_call_parse(calls[_i].text, &call) == calls[_i].told);
	if (calls[_i].told)
		ck_assert_int_eq(call.number, calls[_i].number);
	if (calls[_i].told && call.number >= 0) {
		ck_assert_uint_eq(call.arguments[0], 0xffffff9c);
		ck_assert_uint_eq(call.arguments[1], 0x7f00);
	}
}
END_TEST

START_TEST(only_processes_are_listed)
{
	static const char *const names[] = {"self", "thread-self", "0",	  "7x",
					    "-7",   "99999999999", "4711"};
	char path[] = "/tmp/check-proc-XXXXXX";
	CLEANUP_DIRECTORY DIR *directory = NULL;

	ck_assert_ptr_nonnull(mkdtemp(path));
	directory = fd_open_directory(AT_FDCWD, path);
	ck_assert_ptr_nonnull(directory);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		close(openat(dirfd(directory), names[i], O_CREAT | O_CLOEXEC,
			     0600));
	rewinddir(directory);
	ck_assert_int_eq(proc_next(directory), 4711);
	ck_assert_int_eq(proc_next(directory), 0);
	ck_assert_int_eq(errno, 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		ck_assert_int_eq(unlinkat(dirfd(directory), names[i], 0), 0);
	rmdir(path);
}
END_TEST

Suite *
proc_suite(void)
{
	Suite *suite = suite_create("proc");
	TCase *tests = tcase_create("proc");

	tcase_add_loop_test(tests, a_line_is_found_by_its_label, 0,
			    (int)ARRAY_LEN(lines));
	tcase_add_loop_test(tests, a_number_is_one_or_nothing, 0,
			    (int)ARRAY_LEN(numbers));
	tcase_add_loop_test(tests, a_process_has_a_number_in_each_namespace, 0,
			    (int)ARRAY_LEN(nested));
	tcase_add_test(tests, only_so_many_namespaces_are_nested);
	tcase_add_test(tests, a_line_is_found_behind_many);
	tcase_add_test(tests, a_process_is_read_whatever_its_name);
	tcase_add_test(tests, a_zombie_has_ended_when_its_threads_have);
	tcase_add_test(tests, what_is_no_process_is_refused);
	tcase_add_loop_test(tests, a_call_is_told_by_its_number, 0,
			    (int)ARRAY_LEN(calls));
	tcase_add_test(tests, only_processes_are_listed);
	suite_add_tcase(suite, tests);
	return suite;
}
