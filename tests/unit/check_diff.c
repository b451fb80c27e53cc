/* SPDX-License-Identifier: MIT */
/* check_diff.c - unit: the comparison of snapshots. */
#include <check.h>
#include <string.h>

#include "leakcheck/diff.h"

Suite *diff_suite(void);

static struct snapshot *before;
static struct snapshot *after;
static struct diff diff;
static struct err err;

static void
setup(void)
{
	before = snapshot_new();
	after = snapshot_new();
	before->kinds = after->kinds = KIND_ALL;
}

static void
teardown(void)
{
	diff_free(&diff);
	snapshot_free(before);
	snapshot_free(after);
}

static struct object *
add_shm(struct snapshot *snapshot, int id)
{
	struct object *object =
		object_list_add(&snapshot->objects, KIND_SYSV_SHM);

	object->id = id;
	object->known = FIELD_BIT(FIELD_ID) | FIELD_BIT(FIELD_NATTCH);
	return object;
}

static struct object *
add_path(struct snapshot *snapshot, enum kind kind, const char *path,
	 uint64_t ino)
{
	struct object *object = object_list_add(&snapshot->objects, kind);

	object_list_set_path(&snapshot->objects, object, path);
	object->ino = ino;
	return object;
}

static void
compare(void)
{
	object_list_sort(&before->objects);
	object_list_sort(&after->objects);
	ck_assert_int_eq(diff_make(&diff, before, after, &err), 0);
}

START_TEST(equal_counts_are_not_equal_objects)
{
	add_shm(before, 1);
	add_shm(after, 2);
	compare();
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], 1);
	ck_assert_uint_eq(diff.counts[DIFF_REMOVED], 1);
	ck_assert_int_eq(diff.entries[1].after->id, 2);
}
END_TEST

START_TEST(same_path_other_inode_is_another_object)
{
	add_path(before, KIND_POSIX_SHM, "/dev/shm/a", 10);
	add_path(after, KIND_POSIX_SHM, "/dev/shm/a", 11);
	compare();
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], 1);
	ck_assert_uint_eq(diff.counts[DIFF_REMOVED], 1);
}
END_TEST

START_TEST(same_inode_other_birth_is_another_object)
{
	struct object *old = add_path(before, KIND_FIFO, "/tmp/f", 10);
	struct object *new = add_path(after, KIND_FIFO, "/tmp/f", 10);

	snapshot_add_watched(before, "/tmp");
	snapshot_add_watched(after, "/tmp");
	old->known |= FIELD_BIT(FIELD_BTIME);
	new->known |= FIELD_BIT(FIELD_BTIME);
	new->btime_ns = 1;
	compare();
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], 1);
	ck_assert_uint_eq(diff.counts[DIFF_REMOVED], 1);
}
END_TEST

START_TEST(changes_name_their_fields)
{
	add_shm(before, 1)->count = 0;
	add_shm(after, 1)->count = 2;
	compare();
	ck_assert_uint_eq(diff.count, 1);
	ck_assert_uint_eq(diff.entries[0].changes, FIELD_BIT(FIELD_NATTCH));
}
END_TEST

START_TEST(what_is_not_known_has_not_changed)
{
	add_shm(before, 1)->count = 1;
	add_shm(after, 1)->known = FIELD_BIT(FIELD_ID);
	compare();
	ck_assert_uint_eq(diff.count, 0);
}
END_TEST

START_TEST(unlooked_at_before_is_not_added)
{
	add_shm(after, 1);
	snapshot_add_blind(before, KIND_BIT(KIND_SYSV_SHM), NULL, "refused");
	compare();
	ck_assert_uint_eq(diff.counts[DIFF_ADDED], 0);
	ck_assert_uint_eq(diff.counts[DIFF_UNSURE], 1);
}
END_TEST

START_TEST(unwatched_directory_is_not_removed)
{
	add_path(before, KIND_FIFO, "/tmp/f", 1);
	snapshot_add_watched(after, "/run");
	compare();
	ck_assert_uint_eq(diff.counts[DIFF_REMOVED], 0);
	ck_assert_uint_eq(diff.counts[DIFF_UNSURE], 1);
}
END_TEST

/* As none of ours is written, but a file may say. */
START_TEST(slashes_behind_a_directory_mean_nothing)
{
	const char *slashes = "/tmp//////////////////////////////////////////";

	add_path(before, KIND_FIFO, "/tmp/1/2/3/f", 1);
	add_path(before, KIND_FIFO, "/tmp/1/2/3/4/f", 2);
	add_path(before, KIND_FIFO, "/tmp/f", 3);
	snapshot_add_watched(after, slashes);
	snapshot_add_depth(after, KIND_BIT(KIND_FIFO), slashes, 3, "deep");
	compare();
	ck_assert_uint_eq(diff.counts[DIFF_REMOVED], 2);
	ck_assert_uint_eq(diff.counts[DIFF_UNSURE], 1);
	ck_assert_str_eq(diff.entries[0].before->path, "/tmp/1/2/3/4/f");
	ck_assert_int_eq(diff.entries[0].class, DIFF_UNSURE);
}
END_TEST

START_TEST(slashes_behind_a_directory_make_it_no_deeper)
{
	add_path(before, KIND_FIFO, "/tmp/a/b/f", 1);
	snapshot_add_watched(after, "/tmp/a//////");
	snapshot_add_blind(after, KIND_BIT(KIND_FIFO), "/tmp/a/b", "closed");
	compare();
	ck_assert_uint_eq(diff.counts[DIFF_UNSURE], 1);
}
END_TEST

START_TEST(strangers_are_refused)
{
	strcpy(before->origin.boot_id, "a");
	strcpy(after->origin.boot_id, "b");
	ck_assert_int_eq(diff_make(&diff, before, after, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "different boots"));
	after->origin.boot_id[0] = '\0';
	before->origin.ipc_ns = 1;
	after->origin.ipc_ns = 2;
	ck_assert_int_eq(diff_make(&diff, before, after, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "IPC namespaces"));
}
END_TEST

START_TEST(a_prefix_of_a_name_is_not_its_directory)
{
	ck_assert(path_is_under("/tmp/f", "/tmp"));
	ck_assert(path_is_under("/tmp/f", "/tmp/"));
	ck_assert(path_is_under("/tmp", "/tmp"));
	ck_assert(path_is_under("/tmp", "/"));
	ck_assert(!path_is_under("/tmpfile", "/tmp"));
}
END_TEST

Suite *
diff_suite(void)
{
	Suite *suite = suite_create("diff");
	TCase *tests = tcase_create("diff");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, equal_counts_are_not_equal_objects);
	tcase_add_test(tests, same_path_other_inode_is_another_object);
	tcase_add_test(tests, same_inode_other_birth_is_another_object);
	tcase_add_test(tests, changes_name_their_fields);
	tcase_add_test(tests, what_is_not_known_has_not_changed);
	tcase_add_test(tests, unlooked_at_before_is_not_added);
	tcase_add_test(tests, unwatched_directory_is_not_removed);
	tcase_add_test(tests, slashes_behind_a_directory_mean_nothing);
	tcase_add_test(tests, slashes_behind_a_directory_make_it_no_deeper);
	tcase_add_test(tests, strangers_are_refused);
	tcase_add_test(tests, a_prefix_of_a_name_is_not_its_directory);
	suite_add_tcase(suite, tests);
	return suite;
}
