/* SPDX-License-Identifier: MIT */
/* check_witness_paths.c - unit: who made what has a path, through renames. */
#include <check.h>
#include <stdio.h>

#include "leakcheck/witness_paths.h"

Suite *witness_paths_suite(void);

static struct path_log made_log;
static const struct maker first = {.pid = 1, .command = "first"};
static const struct maker second = {.pid = 2, .command = "second"};

static void
setup(void)
{
	made_log = (struct path_log) {0};
}

static void
teardown(void)
{
	path_log_free(&made_log);
}

static pid_t
maker_of(enum kind kind, const char *path)
{
	struct object object = {.kind = kind, .path = path};
	struct maker maker = {0};

	return path_log_find(&made_log, &object, &maker) ? maker.pid : 0;
}

START_TEST(the_latest_maker_of_a_path_counts)
{
	path_log_add(&made_log, PATH_LOG_NODES, "/b", &first);
	path_log_add(&made_log, PATH_LOG_NODES, "/a", &first);
	path_log_add(&made_log, PATH_LOG_NODES, "/b", &second);
	ck_assert_int_eq(maker_of(KIND_FIFO, "/a"), 1);
	ck_assert_int_eq(maker_of(KIND_FIFO, "/b"), 2);
	ck_assert_int_eq(maker_of(KIND_FIFO, "/c"), 0);
}
END_TEST

START_TEST(another_kind_has_another_maker)
{
	path_log_add(&made_log, KIND_BIT(KIND_POSIX_MQ), "/q", &first);
	path_log_add(&made_log, PATH_LOG_NODES, "/q", &second);
	ck_assert_int_eq(maker_of(KIND_POSIX_MQ, "/q"), 1);
	ck_assert_int_eq(maker_of(KIND_UNIX_SOCKET, "/q"), 2);
	ck_assert_int_eq(maker_of(KIND_POSIX_SHM, "/q"), 0);
}
END_TEST

START_TEST(a_renamed_file_keeps_its_maker)
{
	path_log_add(&made_log, PATH_LOG_NODES, "/d/old", &first);
	path_log_rename(&made_log, "/d/old", "/d/new", false);
	path_log_rename(&made_log, "/d/unknown", "/d/other", false);
	ck_assert_int_eq(maker_of(KIND_FIFO, "/d/new"), 1);
	ck_assert_int_eq(maker_of(KIND_FIFO, "/d/other"), 0);
}
END_TEST

START_TEST(a_renamed_directory_takes_its_files_along)
{
	path_log_add(&made_log, PATH_LOG_NODES, "/d/a", &first);
	path_log_add(&made_log, PATH_LOG_NODES, "/d/e/b", &second);
	path_log_add(&made_log, PATH_LOG_NODES, "/data", &second);
	path_log_rename(&made_log, "/d", "/new", true);
	ck_assert_int_eq(maker_of(KIND_FIFO, "/new/a"), 1);
	ck_assert_int_eq(maker_of(KIND_FIFO, "/new/e/b"), 2);
	ck_assert_int_eq(maker_of(KIND_FIFO, "/newata"), 0);
}
END_TEST

START_TEST(each_path_is_told_once)
{
	size_t cursor = 0;

	path_log_add(&made_log, PATH_LOG_NODES, "/b", &first);
	path_log_add(&made_log, KIND_BIT(KIND_POSIX_MQ), "/b", &first);
	path_log_add(&made_log, PATH_LOG_NODES, "/a", &first);
	path_log_add(&made_log, PATH_LOG_NODES, "/b", &second);
	ck_assert_str_eq(path_log_next(&made_log, PATH_LOG_NODES, &cursor),
			 "/b");
	ck_assert_str_eq(path_log_next(&made_log, PATH_LOG_NODES, &cursor),
			 "/a");
	ck_assert_ptr_null(path_log_next(&made_log, PATH_LOG_NODES, &cursor));
}
END_TEST

/* There and back: two names, not more with every time. */
START_TEST(renames_there_and_back_do_not_pile_up)
{
	path_log_add(&made_log, PATH_LOG_NODES, "/a/f", &first);
	for (int i = 0; i < 1000; i++) {
		path_log_rename(&made_log, "/a", "/b", true);
		path_log_rename(&made_log, "/b", "/a", true);
	}
	ck_assert_uint_eq(made_log.count, 2);
}
END_TEST

/* A stranger's file may have the name of one that was made and removed. */
START_TEST(what_did_not_appear_then_has_another_maker)
{
	struct object object = {.kind = KIND_FIFO, .path = "/f", .ino = 2};
	struct path_made *made =
		path_log_add(&made_log, PATH_LOG_NODES, "/f", &first);
	struct maker maker;

	object.known = FIELD_BIT(FIELD_INO);
	ck_assert(path_log_find(&made_log, &object, &maker));
	ck_assert(!maker.certain);
	made->seen.ino = 1;
	made->seen.known = FIELD_BIT(FIELD_INO);
	ck_assert(!path_log_find(&made_log, &object, &maker));
	made->seen.ino = 2;
	made->maker.certain = true;
	ck_assert(path_log_find(&made_log, &object, &maker));
	ck_assert(maker.certain);
}
END_TEST

static struct object
fifo(const char *path, uint64_t ino)
{
	return (struct object) {.kind = KIND_FIFO,
				.path = path,
				.ino = ino,
				.known = FIELD_BIT(FIELD_INO)};
}

START_TEST(what_was_there_is_nobodys)
{
	const struct object old = fifo("/f", 1);
	const struct object new = fifo("/f", 2);
	const struct object renamed = fifo("/g", 1);
	struct maker maker;

	path_log_there(&made_log, PATH_LOG_NODES, "/f", &old);
	path_log_rename(&made_log, "/f", "/g", false);
	ck_assert(path_log_was_there(&made_log, &old));
	ck_assert(path_log_was_there(&made_log, &renamed));
	ck_assert(!path_log_was_there(&made_log, &new));
	ck_assert(!path_log_find(&made_log, &old, &maker));
	ck_assert(!path_log_find(&made_log, &new, &maker));
}
END_TEST

START_TEST(what_was_made_before_keeps_its_maker)
{
	const struct object old = fifo("/f", 1);
	struct maker maker;

	path_log_add(&made_log, PATH_LOG_NODES, "/f", &first);
	path_log_there(&made_log, PATH_LOG_NODES, "/f", &old);
	ck_assert(!path_log_was_there(&made_log, &old));
	ck_assert(path_log_find(&made_log, &old, &maker));
	ck_assert_int_eq(maker.pid, first.pid);
}
END_TEST

START_TEST(one_file_has_one_inode_and_one_birth)
{
	struct object a = fifo("/f", 1);
	struct object b = fifo("/g", 1);

	ck_assert(path_log_is_same(&a, &b));
	a.btime_ns = 5;
	a.known |= FIELD_BIT(FIELD_BTIME);
	ck_assert(path_log_is_same(&a, &b));
	b.btime_ns = 6;
	b.known |= FIELD_BIT(FIELD_BTIME);
	ck_assert(!path_log_is_same(&a, &b));
	b.btime_ns = 5;
	ck_assert(path_log_is_same(&a, &b));
	b.dev = 1;
	ck_assert(!path_log_is_same(&a, &b));
	b = (struct object) {0};
	ck_assert(!path_log_is_same(&a, &b));
}
END_TEST

START_TEST(many_paths_are_found)
{
	char path[32];

	for (int i = 0; i < 5000; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		path_log_add(&made_log, PATH_LOG_NODES, path,
			     i % 2 ? &first : &second);
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		ck_assert_int_eq(maker_of(KIND_FIFO, path), i % 2 ? 1 : 2);
	}
}
END_TEST

Suite *
witness_paths_suite(void)
{
	Suite *suite = suite_create("witness_paths");
	TCase *tests = tcase_create("witness_paths");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, the_latest_maker_of_a_path_counts);
	tcase_add_test(tests, another_kind_has_another_maker);
	tcase_add_test(tests, a_renamed_file_keeps_its_maker);
	tcase_add_test(tests, a_renamed_directory_takes_its_files_along);
	tcase_add_test(tests, each_path_is_told_once);
	tcase_add_test(tests, renames_there_and_back_do_not_pile_up);
	tcase_add_test(tests, what_did_not_appear_then_has_another_maker);
	tcase_add_test(tests, what_was_there_is_nobodys);
	tcase_add_test(tests, what_was_made_before_keeps_its_maker);
	tcase_add_test(tests, one_file_has_one_inode_and_one_birth);
	tcase_add_test(tests, many_paths_are_found);
	suite_add_tcase(suite, tests);
	return suite;
}
