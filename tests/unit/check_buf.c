/* SPDX-License-Identifier: MIT */
/* check_buf.c - unit: the growing run of bytes. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

Suite *buf_suite(void);

START_TEST(an_empty_buf_is_an_empty_text)
{
	struct buf buf = {0};

	ck_assert_str_eq(buf_text(&buf), "");
	buf_free(&buf);
	buf_free(&buf);
}
END_TEST

/* Lengths around what is free, so that both ways of formatting are taken. */
START_TEST(formatted_text_of_any_length_is_whole)
{
	char word[400];

	for (int length = 0; length < 400; length++) {
		struct buf buf = {0};

		memset(word, 'x', sizeof(word));
		buf_add_text(&buf, "begin ");
		buf_printf(&buf, "%.*s|%d", length, word, length);
		ck_assert_uint_eq(buf.length, strlen(buf.data));
		ck_assert_int_eq(buf.data[6 + length], '|');
		ck_assert_int_eq(atoi(buf.data + 6 + length + 1), length);
		buf_free(&buf);
	}
}
END_TEST

START_TEST(bytes_may_be_nul)
{
	struct buf buf = {0};

	buf_add(&buf, "a\0b", 3);
	buf_add(&buf, NULL, 0);
	ck_assert_uint_eq(buf.length, 3);
	ck_assert_mem_eq(buf.data, "a\0b", 4);
	buf_clear(&buf);
	ck_assert_str_eq(buf_text(&buf), "");
	buf_free(&buf);
}
END_TEST

Suite *
buf_suite(void)
{
	Suite *suite = suite_create("buf");
	TCase *tests = tcase_create("buf");

	tcase_add_test(tests, an_empty_buf_is_an_empty_text);
	tcase_add_test(tests, formatted_text_of_any_length_is_whole);
	tcase_add_test(tests, bytes_may_be_nul);
	suite_add_tcase(suite, tests);
	return suite;
}
