/* SPDX-License-Identifier: MIT */
/* check_number.c - unit: what is a number, and what only looks like one. */
#include <check.h>
#include <limits.h>

#include "base/attr.h"
#include "base/number.h"

Suite *number_suite(void);

enum { UNTOUCHED = 77 };

static const struct {
	const char *text;
	unsigned base;
	uint64_t limit;
	uint64_t number;
} numbers[] = {
	{"0", 10, 0, 0},
	{"007", 10, 7, 7},
	{"42", 10, UINT64_MAX, 42},
	{"18446744073709551615", 10, UINT64_MAX, UINT64_MAX},
	{"00000000000000000000000000000000000000000000000001", 10, 1, 1},
	{"600", 8, 07777, 0600},
	{"1777777777777777777777", 8, UINT64_MAX, UINT64_MAX},
	{"2aF", 16, UINT32_MAX, 0x2af},
	{"ffffffffffffffff", 16, UINT64_MAX, UINT64_MAX},
};

START_TEST(digits_are_a_number)
{
	uint64_t number = UNTOUCHED;

	ck_assert(number_parse(numbers[_i].text, numbers[_i].base,
			       numbers[_i].limit, &number));
	ck_assert_uint_eq(number, numbers[_i].number);
}
END_TEST

static const struct {
	const char *text;
	unsigned base;
	uint64_t limit;
} others[] = {
	{"", 10, UINT64_MAX},
	{" 1", 10, UINT64_MAX},
	{"1 ", 10, UINT64_MAX},
	{"1\n", 10, UINT64_MAX},
	{"+1", 10, UINT64_MAX},
	{"-1", 10, UINT64_MAX},
	{"-", 10, UINT64_MAX},
	{"1.5", 10, UINT64_MAX},
	{"1a", 10, UINT64_MAX},
	{"0x1", 10, UINT64_MAX},
	{"0x1", 16, UINT64_MAX},
	{"8", 8, UINT64_MAX},
	{"g", 16, UINT64_MAX},
	{":", 10, UINT64_MAX},
	{"/", 10, UINT64_MAX},
	{"\xb2", 10, UINT64_MAX},
	{"256", 10, 255},
	{"2147483648", 10, INT_MAX},
	{"18446744073709551616", 10, UINT64_MAX},
	{"18446744073709551620", 10, UINT64_MAX},
	{"184467440737095516150", 10, UINT64_MAX},
	{"2000000000000000000000", 8, UINT64_MAX},
	{"10000000000000000", 16, UINT64_MAX},
	{"99999999999999999999999999999999999999999", 10, UINT64_MAX},
};

START_TEST(all_else_is_none)
{
	uint64_t number = UNTOUCHED;

	ck_assert(!number_parse(others[_i].text, others[_i].base,
				others[_i].limit, &number));
	ck_assert_uint_eq(number, UNTOUCHED);
}
END_TEST

START_TEST(what_follows_is_left)
{
	const char *text = "12ab";
	uint64_t number;

	ck_assert(number_take(&text, 10, UINT64_MAX, &number));
	ck_assert_uint_eq(number, 12);
	ck_assert_str_eq(text, "ab");
	ck_assert(!number_take(&text, 10, UINT64_MAX, &number));
	ck_assert(!number_take(&text, 16, 0xaa, &number));
	ck_assert_str_eq(text, "ab");
	ck_assert(number_take(&text, 16, 0xab, &number));
	ck_assert_uint_eq(number, 0xab);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(hexadecimal_is_marked)
{
	static const char *const none[] = {"",	   "0x", "x1",	 "0x0x1",
					   "0x-1", "2a", "0x100"};
	uint64_t number;

	ck_assert(number_parse_either("0x2a", 255, &number));
	ck_assert_uint_eq(number, 42);
	ck_assert(number_parse_either("0XfF", 255, &number));
	ck_assert_uint_eq(number, 255);
	ck_assert(number_parse_either("010", 255, &number));
	ck_assert_uint_eq(number, 10);
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		ck_assert_msg(!number_parse_either(none[i], 255, &number), "%s",
			      none[i]);
}
END_TEST

Suite *
number_suite(void)
{
	Suite *suite = suite_create("number");
	TCase *tests = tcase_create("number");

	tcase_add_loop_test(tests, digits_are_a_number, 0,
			    (int)ARRAY_LEN(numbers));
	tcase_add_loop_test(tests, all_else_is_none, 0, (int)ARRAY_LEN(others));
	tcase_add_test(tests, what_follows_is_left);
	tcase_add_test(tests, hexadecimal_is_marked);
	suite_add_tcase(suite, tests);
	return suite;
}
