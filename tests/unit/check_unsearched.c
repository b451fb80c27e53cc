/* SPDX-License-Identifier: MIT */
/* check_unsearched.c - unit: what a walk did not search, and what it met. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "leakcheck/inode_set.h"
#include "leakcheck/unsearched.h"

Suite *unsearched_suite(void);

enum { KINDS = KIND_BIT(KIND_FIFO) };

static struct unsearched unsearched;
static struct snapshot *snapshot;

static void
setup(void)
{
	unsearched = (struct unsearched) {0};
	snapshot = snapshot_new();
}

static void
teardown(void)
{
	unsearched_free(&unsearched);
	snapshot_free(snapshot);
}

static void
add(const char *path, const char *root)
{
	unsearched_add(&unsearched, path, strlen(root), "closed");
}

static void
tell(size_t few, size_t most)
{
	snapshot_free(snapshot);
	snapshot = snapshot_new();
	unsearched_tell(&unsearched, few, most, KINDS, snapshot);
}

static void
assert_spots(const char *const *paths, size_t count)
{
	ck_assert_uint_eq(snapshot->blind_count, count);
	for (size_t i = 0; i < count; i++) {
		ck_assert_str_eq(snapshot->blind[i].path, paths[i]);
		ck_assert_uint_eq(snapshot->blind[i].kinds, KINDS);
	}
}
#define ASSERT_SPOTS(...)                                          \
	do {                                                       \
		static const char *const paths_[] = {__VA_ARGS__}; \
		assert_spots(paths_, ARRAY_LEN(paths_));           \
	} while (0)

START_TEST(none)
{
	tell(1, 1);
	ck_assert_uint_eq(snapshot->blind_count, 0);
}
END_TEST

START_TEST(few_are_told_one_by_one)
{
	add("/tmp/b/c", "/tmp");
	add("/tmp/a", "/tmp");
	tell(2, 2);
	ASSERT_SPOTS("/tmp/a", "/tmp/b/c");
	ck_assert_str_eq(snapshot->blind[0].why, "closed");
}
END_TEST

START_TEST(the_same_is_told_once)
{
	add("/tmp/a", "/tmp");
	add("/tmp/a", "/tmp/a");
	add("/tmp/a", "/tmp");
	tell(3, 3);
	ASSERT_SPOTS("/tmp/a");
}
END_TEST

/* What lies deep is put together first, what is alone stays as it is. */
START_TEST(the_deepest_first)
{
	add("/tmp/a/b/c/1", "/tmp");
	add("/tmp/a/b/c/2", "/tmp");
	add("/tmp/a/b/d", "/tmp");
	add("/tmp/x", "/tmp");
	add("/tmp/y/z/1", "/tmp");
	tell(4, 4);
	ASSERT_SPOTS("/tmp/a/b/c", "/tmp/a/b/d", "/tmp/x", "/tmp/y/z/1");
	ck_assert_str_eq(snapshot->blind[0].why,
			 "2 directories below were not searched, the first is "
			 "/tmp/a/b/c/1: closed");
}
END_TEST

START_TEST(one_level_more)
{
	add("/tmp/a/b/c/1", "/tmp");
	add("/tmp/a/b/c/2", "/tmp");
	add("/tmp/a/b/d", "/tmp");
	add("/tmp/x", "/tmp");
	tell(3, 3);
	ASSERT_SPOTS("/tmp/a/b/c", "/tmp/a/b/d", "/tmp/x");
	tell(2, 2);
	ASSERT_SPOTS("/tmp/a/b", "/tmp/x");
}
END_TEST

/* A name that starts like a directory's is not in it. */
START_TEST(names_with_a_common_start)
{
	add("/tmp/a/1", "/tmp");
	add("/tmp/a/2", "/tmp");
	add("/tmp/a.b/1", "/tmp");
	add("/tmp/ab/1", "/tmp");
	tell(3, 3);
	ASSERT_SPOTS("/tmp/a.b/1", "/tmp/a", "/tmp/ab/1");
}
END_TEST

/* Rather too many than nothing to be said of a whole root. */
START_TEST(a_root_last)
{
	add("/tmp/a/1", "/tmp");
	add("/tmp/a/2", "/tmp");
	add("/tmp/b", "/tmp");
	add("/tmp/c", "/tmp");
	tell(1, 3);
	ASSERT_SPOTS("/tmp/a", "/tmp/b", "/tmp/c");
	tell(1, 2);
	ASSERT_SPOTS("/tmp");
}
END_TEST

/* Nothing outside of a root is hidden for its sake, however many there are. */
START_TEST(never_above_a_root)
{
	add("/run/a", "/run");
	add("/run/b", "/run");
	add("/var/tmp/a", "/var/tmp/");
	add("/var/tmp/b", "/var/tmp/");
	add("/var/x", "/var/x");
	tell(1, 1);
	ASSERT_SPOTS("/run", "/var/tmp", "/var/x");
}
END_TEST

START_TEST(the_root_directory)
{
	add("/a/1", "/");
	add("/a/2", "/");
	add("/b", "/");
	tell(2, 2);
	ASSERT_SPOTS("/a", "/b");
	tell(1, 1);
	ASSERT_SPOTS("/");
}
END_TEST

START_TEST(inode_set)
{
	enum { COUNT = 5000 };
	struct inode_set set = {0};

	for (uint64_t i = 0; i < COUNT; i++) {
		ck_assert(inode_set_add(&set, 1, i));
		ck_assert(inode_set_add(&set, 2, i));
		ck_assert(inode_set_add(&set, 1, i << 32 | 0xffffffff));
	}
	for (uint64_t i = 0; i < COUNT; i++) {
		ck_assert(!inode_set_add(&set, 1, i));
		ck_assert(!inode_set_add(&set, 2, i));
		ck_assert(inode_set_add(&set, 3, i));
	}
	inode_set_free(&set);
	ck_assert(inode_set_add(&set, 1, 0));
	inode_set_free(&set);
	inode_set_free(&set);
}
END_TEST

Suite *
unsearched_suite(void)
{
	Suite *suite = suite_create("unsearched");
	TCase *tests = tcase_create("unsearched");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, none);
	tcase_add_test(tests, few_are_told_one_by_one);
	tcase_add_test(tests, the_same_is_told_once);
	tcase_add_test(tests, the_deepest_first);
	tcase_add_test(tests, one_level_more);
	tcase_add_test(tests, names_with_a_common_start);
	tcase_add_test(tests, a_root_last);
	tcase_add_test(tests, never_above_a_root);
	tcase_add_test(tests, the_root_directory);
	tcase_add_test(tests, inode_set);
	suite_add_tcase(suite, tests);
	return suite;
}
