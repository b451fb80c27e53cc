/* SPDX-License-Identifier: MIT */
/* check_nearest.c - unit: distances of words and what is suggested. */
#include <check.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/nearest.h"

Suite *nearest_suite(void);

static const struct {
	const char *a, *b;
	size_t distance;
} rows[] = {
	{"", "", 0},
	{"list", "list", 0},
	{"lst", "list", 1},
	{"listt", "list", 1},
	{"lizt", "list", 1},
	{"ilst", "list", 1},
	{"sitting", "kitten", 3},
	{"", "abc", 3},
};

START_TEST(distance_counts_slips)
{
	ck_assert_uint_eq(nearest_distance(rows[_i].a, rows[_i].b),
			  rows[_i].distance);
	ck_assert_uint_eq(nearest_distance(rows[_i].b, rows[_i].a),
			  rows[_i].distance);
}
END_TEST

START_TEST(long_words_are_far)
{
	ck_assert_uint_eq(nearest_distance("0123456789012345678901234567890",
					   "0123456789012345678901234567890"),
			  0);
	ck_assert_uint_eq(
		nearest_distance("01234567890123456789012345678901", "a"),
		SIZE_MAX);
}
END_TEST

START_TEST(the_nearest_is_kept)
{
	struct nearest nearest = {.word = "snapshto"};

	nearest_offer(&nearest, "list");
	ck_assert_ptr_null(nearest.best);
	nearest_offer(&nearest, "snapshots");
	nearest_offer(&nearest, "snapshot");
	nearest_offer(&nearest, "diff");
	ck_assert_str_eq(nearest.best, "snapshot");
}
END_TEST

START_TEST(another_word_is_not_suggested)
{
	struct nearest nearest = {.word = "help"};

	nearest_offer(&nearest, "list");
	nearest_offer(&nearest, "run");
	nearest_offer(&nearest, "clean");
	ck_assert_ptr_null(nearest.best);
}
END_TEST

Suite *
nearest_suite(void)
{
	Suite *suite = suite_create("nearest");
	TCase *tests = tcase_create("nearest");

	tcase_add_loop_test(tests, distance_counts_slips, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, long_words_are_far);
	tcase_add_test(tests, the_nearest_is_kept);
	tcase_add_test(tests, another_word_is_not_suggested);
	suite_add_tcase(suite, tests);
	return suite;
}
