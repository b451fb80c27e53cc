/* SPDX-License-Identifier: MIT */
/* check_proc_text.c - unit: what the kernel's tables say, and what is none. */
#include <check.h>
#include <string.h>

#include "base/attr.h"
#include "leakcheck/mounts.h"
#include "leakcheck/sysv_proc.h"

Suite *proc_text_suite(void);

static struct object_list objects;
static struct mounts mounts;
static struct err err;

static void
setup(void)
{
	err = (struct err) {0};
}

static void
teardown(void)
{
	object_list_free(&objects);
	mounts_free(&mounts);
}

static int
parse(enum kind kind, const char *text)
{
	return sysv_proc_parse(kind, text, true, &objects, &err);
}

START_TEST(columns_are_told_by_their_names)
{
	const struct object *object;

	ck_assert_int_eq(parse(KIND_SYSV_SEM, "  key semid perms new nsems\n"
					      " 4242     7   640   9     3\n"),
			 0);
	ck_assert_uint_eq(objects.count, 1);
	object = &objects.items[0];
	ck_assert_uint_eq(object->key, 4242);
	ck_assert_int_eq(object->id, 7);
	ck_assert_uint_eq(object->mode, 0640);
	ck_assert_uint_eq(object->count, 3);
}
END_TEST

/* A number is no list and no truth value, though a field is called so. */
START_TEST(a_column_of_another_type_is_passed_over)
{
	ck_assert_int_eq(parse(KIND_SYSV_SEM, "semid perms values\n7 600 9\n"),
			 0);
	ck_assert(!object_knows(&objects.items[0], FIELD_VALUES));
	ck_assert_ptr_null(objects.items[0].values);
	ck_assert_int_eq(parse(KIND_SYSV_SHM, "shmid perms marked\n7 600 9\n"),
			 0);
	ck_assert(!objects.items[1].marked);
}
END_TEST

static const struct {
	const char *text, *wrong;
} unusable[] = {
	{"", "has an unknown form"},
	{"key semid\n1 2\n", "has an unknown form"},
	{"semid perms\n7\n", "is damaged"},
};

START_TEST(what_is_no_table_is_refused)
{
	ck_assert_int_eq(parse(KIND_SYSV_SEM, unusable[_i].text), -1);
	ck_assert_ptr_nonnull(strstr(err.text, unusable[_i].wrong));
}
END_TEST

START_TEST(the_last_mount_on_a_path_counts)
{
	buf_add_text(&mounts.text,
		     "36 35 98:0 / /mnt\\040x rw master:1 - ext3 /dev/r rw\n"
		     "37 35 98:0 / /mnt\\040x rw - nfs4 srv:/ rw\n"
		     "38 35 98:0 / /y\\134 rw\n"
		     "39 35\n");
	ck_assert(mounts_parse(&mounts));
	ck_assert_str_eq(mounts_type(&mounts, "/mnt x"), "nfs4");
	ck_assert_ptr_null(mounts_type(&mounts, "/y\\"));
	ck_assert_int_eq(mounts_class("nfs4"), MOUNT_OTHER);
}
END_TEST

Suite *
proc_text_suite(void)
{
	Suite *suite = suite_create("proc_text");
	TCase *tests = tcase_create("proc_text");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, columns_are_told_by_their_names);
	tcase_add_test(tests, a_column_of_another_type_is_passed_over);
	tcase_add_loop_test(tests, what_is_no_table_is_refused, 0,
			    ARRAY_LEN(unusable));
	tcase_add_test(tests, the_last_mount_on_a_path_counts);
	suite_add_tcase(suite, tests);
	return suite;
}
