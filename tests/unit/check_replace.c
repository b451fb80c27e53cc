/* SPDX-License-Identifier: MIT */
/* check_replace.c - unit: a file that is replaced as a whole or not at all. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "base/replace.h"

Suite *replace_suite(void);

static char directory[] = "/tmp/check-replace.XXXXXX";
static char *path;
static struct replace file;
static struct err err;

static void
setup(void)
{
	strcpy(strrchr(directory, '.'), ".XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	path = mem_printf("%s/report", directory);
	err = (struct err) {0};
	file = REPLACE_NONE;
}

static void
teardown(void)
{
	replace_free(&file);
	unlink(path);
	ck_assert_int_eq(rmdir(directory), 0); /* nothing else is there */
	free(path);
}

static void
put(const char *name, const char *text)
{
	FILE *out = fopen(name, "w");

	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	fclose(out);
}

static void
assert_holds(const char *text)
{
	CLEANUP_BUF struct buf read = {0};

	ck_assert_int_eq(fd_read_file(AT_FDCWD, path, &read), 0);
	ck_assert_str_eq(buf_text(&read), text);
}

static int
begin(const char *place)
{
	return replace_find(&file, place, &err) || replace_begin(&file, &err)
		       ? -1
		       : 0;
}

/* Is what @name means what @path means? */
static bool
is_same(const char *name)
{
	CLEANUP_REPLACE struct replace other = REPLACE_NONE;

	ck_assert_int_eq(replace_find(&other, name, &err), 0);
	return replace_is_same(&file, &other) && replace_is_same(&other, &file);
}

START_TEST(one_file_has_many_names)
{
	CLEANUP_FREE char *long_way = mem_printf("%s/./report", directory);
	CLEANUP_FREE char *other = mem_printf("%s/reports", directory);
	CLEANUP_FREE char *link = mem_printf("%s/link", directory);

	ck_assert_int_eq(replace_find(&file, path, &err), 0);
	ck_assert(is_same(path));
	ck_assert(is_same(long_way));
	ck_assert(!is_same(other));
	ck_assert(!is_same("report"));
	ck_assert(!is_same("/dev/null"));
	ck_assert_int_eq(symlink("report", link), 0);
	ck_assert(is_same(link));
	unlink(link);
}
END_TEST

START_TEST(it_is_there_when_it_is_complete)
{
	struct stat status;

	ck_assert_int_eq(begin(path), 0);
	fputs("new", file.out);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(replace_end(&file, false, &err), 0);
	assert_holds("new");
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_eq(status.st_mode & 0111, 0);
	ck_assert_int_eq(status.st_mode & 0600, 0600);
}
END_TEST

START_TEST(a_failure_leaves_the_old_one)
{
	put(path, "old");
	ck_assert_int_eq(begin(path), 0);
	fputs("half", file.out);
	ck_assert_int_eq(replace_end(&file, true, &err), -1);
	ck_assert_str_eq(err.text, "");
	assert_holds("old");
}
END_TEST

START_TEST(what_does_not_arrive_is_an_error)
{
	put(path, "old");
	ck_assert_int_eq(begin(path), 0);
	fputs("new", file.out);
	close(fileno(file.out));
	ck_assert_int_eq(replace_end(&file, false, &err), -1);
	ck_assert_int_eq(err.code, EBADF);
	assert_holds("old");
}
END_TEST

START_TEST(the_mode_stays)
{
	struct stat status;

	put(path, "old");
	ck_assert_int_eq(chmod(path, 0640), 0);
	ck_assert_int_eq(begin(path), 0);
	fputs("new", file.out);
	ck_assert_int_eq(replace_end(&file, false, &err), 0);
	assert_holds("new");
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_eq(status.st_mode & 07777, 0640);
}
END_TEST

START_TEST(a_link_stays_one)
{
	CLEANUP_FREE char *real = mem_printf("%s/real", directory);
	struct stat status;

	put(real, "old");
	ck_assert_int_eq(symlink("real", path), 0);
	ck_assert_int_eq(begin(path), 0);
	fputs("new", file.out);
	ck_assert_int_eq(replace_end(&file, false, &err), 0);
	assert_holds("new");
	ck_assert_int_eq(lstat(path, &status), 0);
	ck_assert(S_ISLNK(status.st_mode));
	unlink(real);
}
END_TEST

START_TEST(what_is_no_file_is_written_to)
{
	ck_assert_int_eq(begin("/dev/null"), 0);
	fputs("new", file.out);
	ck_assert_int_eq(replace_end(&file, false, &err), 0);
	ck_assert_int_eq(begin("/dev/full"), 0);
	fputs("new", file.out);
	ck_assert_int_eq(replace_end(&file, false, &err), -1);
	ck_assert_int_eq(err.code, ENOSPC);
}
END_TEST

static void
assert_refused(const char *place, int error)
{
	err = (struct err) {0};
	ck_assert_int_eq(replace_find(&file, place, &err), -1);
	ck_assert_int_eq(err.code, error);
	ck_assert_ptr_nonnull(strstr(err.text, "cannot"));
}

START_TEST(what_cannot_be_written_is_told)
{
	CLEANUP_FREE char *nowhere = mem_printf("%s/no/report", directory);

	assert_refused(nowhere, ENOENT);
	assert_refused(directory, EISDIR);
	assert_refused("/proc/version_", ENOENT);
}
END_TEST

START_TEST(to_find_a_place_changes_nothing)
{
	ck_assert_int_eq(replace_find(&file, path, &err), 0);
	ck_assert_int_eq(access(path, F_OK), -1);
	replace_free(&file);
	put(path, "old");
	ck_assert_int_eq(replace_find(&file, path, &err), 0);
	assert_holds("old");
}
END_TEST

/* As in a sandbox, which has directories of its own behind the same names. */
START_TEST(the_place_is_that_of_then)
{
	CLEANUP_FREE char *moved = mem_printf("%s.moved", directory);

	ck_assert_int_eq(replace_find(&file, path, &err), 0);
	ck_assert_int_eq(rename(directory, moved), 0);
	ck_assert_int_eq(mkdir(directory, 0700), 0);
	ck_assert_int_eq(replace_begin(&file, &err), 0);
	fputs("new", file.out);
	ck_assert_int_eq(replace_end(&file, false, &err), 0);
	ck_assert_int_eq(rmdir(directory), 0); /* nothing is there */
	ck_assert_int_eq(rename(moved, directory), 0);
	assert_holds("new");
}
END_TEST

/* The folder is empty again, see teardown(). */
START_TEST(what_is_given_up_goes)
{
	ck_assert_int_eq(begin(path), 0);
	fputs("half", file.out);
	replace_free(&file);
	ck_assert_int_eq(access(path, F_OK), -1);
	replace_free(&file);
}
END_TEST

static volatile sig_atomic_t signals_seen;

static void
count_signal(int number)
{
	(void)number;
	signals_seen++;
}

START_TEST(a_signal_waits_until_the_file_is_whole)
{
	const struct sigaction counts = {.sa_handler = count_signal};

	signals_seen = 0;
	ck_assert_int_eq(sigaction(SIGUSR1, &counts, NULL), 0);
	ck_assert_int_eq(begin(path), 0);
	raise(SIGUSR1);
	ck_assert_int_eq(signals_seen, 0);
	ck_assert_int_eq(replace_end(&file, false, &err), 0);
	ck_assert_int_eq(signals_seen, 1);
}
END_TEST

Suite *
replace_suite(void)
{
	Suite *suite = suite_create("replace");
	TCase *tests = tcase_create("files");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, one_file_has_many_names);
	tcase_add_test(tests, it_is_there_when_it_is_complete);
	tcase_add_test(tests, a_failure_leaves_the_old_one);
	tcase_add_test(tests, what_does_not_arrive_is_an_error);
	tcase_add_test(tests, the_mode_stays);
	tcase_add_test(tests, a_link_stays_one);
	tcase_add_test(tests, what_is_no_file_is_written_to);
	tcase_add_test(tests, what_cannot_be_written_is_told);
	tcase_add_test(tests, to_find_a_place_changes_nothing);
	tcase_add_test(tests, the_place_is_that_of_then);
	tcase_add_test(tests, what_is_given_up_goes);
	tcase_add_test(tests, a_signal_waits_until_the_file_is_whole);
	suite_add_tcase(suite, tests);
	return suite;
}
