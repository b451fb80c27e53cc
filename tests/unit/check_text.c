/* SPDX-License-Identifier: MIT */
/* check_text.c - unit: bytes made safe to show, and hexadecimal. */
#include <check.h>
#include <string.h>

#include "base/text.h"

Suite *text_suite(void);

/* What text_is_utf8() must say of each. RFC 3629 sections 3 and 4. */
static const struct {
	const char *bytes;
	bool good;
} utf8_rows[] = {
	{"", true},
	{"plain", true},
	{"\x7f", true},
	{"\xc2\x80", true},	    /* U+0080, the first of two bytes */
	{"\xdf\xbf", true},	    /* U+07FF */
	{"\xe0\xa0\x80", true},	    /* U+0800 */
	{"\xed\x9f\xbf", true},	    /* U+D7FF, before the surrogates */
	{"\xee\x80\x80", true},	    /* U+E000, after them */
	{"\xef\xbf\xbf", true},	    /* U+FFFF */
	{"\xf0\x90\x80\x80", true}, /* U+10000 */
	{"\xf4\x8f\xbf\xbf", true}, /* U+10FFFF, the last */
	{"\x80", false},	    /* continues nothing */
	{"\xbf", false},
	{"\xc0\x80", false},	     /* overlong NUL */
	{"\xc1\xbf", false},	     /* overlong U+007F */
	{"\xe0\x9f\xbf", false},     /* overlong U+07FF */
	{"\xf0\x8f\xbf\xbf", false}, /* overlong U+FFFF */
	{"\xed\xa0\x80", false},     /* U+D800, a surrogate */
	{"\xed\xbf\xbf", false},     /* U+DFFF, the last */
	{"\xf4\x90\x80\x80", false}, /* U+110000 */
	{"\xf5\x80\x80\x80", false},
	{"\xff", false},
	{"\xc2", false}, /* cut off */
	{"\xe2\x82", false},
	{"\xf0\x9f\x98", false},
	{"\xc2\x41", false}, /* not continued */
	{"\xe2\x82\x41", false},
	{"a\xffz", false},
};

START_TEST(utf8_is_told)
{
	const char *bytes = utf8_rows[_i].bytes;

	ck_assert_int_eq(text_is_utf8(bytes, strlen(bytes)),
			 utf8_rows[_i].good);
}
END_TEST

START_TEST(a_length_ends_a_sequence)
{
	ck_assert(text_is_utf8("\xc3\xa4", 2));
	ck_assert(!text_is_utf8("\xc3\xa4", 1));
	ck_assert(text_is_utf8("a\0b", 3));
}
END_TEST

static const struct {
	const char *bytes;
	const char *shown;
} printable_rows[] = {
	{"", ""},
	{"/dev/shm/a b", "/dev/shm/a b"},
	{"a\nb\tc\rd", "a\\nb\\tc\\rd"},
	{"\a\b\v\f", "\\a\\b\\v\\f"},
	{"\x01\x1b[31m\x7f", "\\x01\\x1b[31m\\x7f"},
	{"back\\slash", "back\\\\slash"},
	{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
	 "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
	{"\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f"}, /* C1 */
	{"\xc2\xa0", "\xc2\xa0"},
	{"\xff\xfe", "\\xff\\xfe"},
	{"\xe2\x82z", "\\xe2\\x82z"}, /* cut off in the middle */
	{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
	{"\xe2\x80\xa7", "\xe2\x80\xa7"},    /* U+2027 */
	{"\xe2\x80\xa8", "\\xe2\\x80\\xa8"}, /* a line ends */
	{"\xe2\x80\xae", "\\xe2\\x80\\xae"}, /* from right to left */
	{"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},
	{"\xef\xbb\xbf", "\\xef\\xbb\\xbf"},	  /* U+FEFF */
	{"\xef\xbf\xbd", "\xef\xbf\xbd"},	  /* U+FFFD */
	{"\xef\xbf\xbe", "\\xef\\xbf\\xbe"},	  /* U+FFFE is no character */
	{"\xf0\x9f\xbf\xbf", "\xf0\x9f\xbf\xbf"}, /* U+1FFFF */
};

START_TEST(what_a_terminal_would_obey_is_escaped)
{
	const char *bytes = printable_rows[_i].bytes;
	struct buf shown = {0};

	text_add_printable(&shown, bytes, strlen(bytes));
	ck_assert_str_eq(buf_text(&shown), printable_rows[_i].shown);
	ck_assert(text_is_utf8(shown.data ? shown.data : "", shown.length));
	buf_free(&shown);
}
END_TEST

START_TEST(a_nul_is_escaped)
{
	struct buf shown = {0};

	text_add_printable(&shown, "a\0b", 3);
	ck_assert_str_eq(buf_text(&shown), "a\\x00b");
	buf_free(&shown);
}
END_TEST

START_TEST(no_byte_gets_through_unsafe)
{
	for (int byte = 0; byte < 256; byte++) {
		struct buf shown = {0};
		char bytes[] = {(char)byte};

		text_add_printable(&shown, bytes, 1);
		for (size_t i = 0; i < shown.length; i++)
			ck_assert(shown.data[i] >= ' ' && shown.data[i] < 0x7f);
		buf_free(&shown);
	}
}
END_TEST

static const struct {
	const char *word;
	const char *shown;
} word_rows[] = {
	{"make", "make"},	{"", "''"},	      {"a b", "'a b'"},
	{"it's", "'it'\\''s'"}, {"$HOME", "'$HOME'"}, {"--x=1,2", "--x=1,2"},
	{"a\x1b", "a\\x1b"},
};

START_TEST(words_are_quoted_for_a_shell)
{
	struct buf shown = {0};

	text_add_word(&shown, word_rows[_i].word, strlen(word_rows[_i].word));
	ck_assert_str_eq(buf_text(&shown), word_rows[_i].shown);
	buf_free(&shown);
}
END_TEST

static const struct {
	const char *text;
	size_t limit;
	const char *shown;
} cut_rows[] = {
	{"", 0, ""},
	{"abc", 3, "abc"},
	{"abc", 2, "ab ... (1 bytes more)"},
	{"abc", 0, " ... (3 bytes more)"},
	{"a\xe2\x82\xac", 4, "a\xe2\x82\xac"},
	{"a\xe2\x82\xac", 3, "a ... (3 bytes more)"},
	{"a\xe2\x82\xac", 1, "a ... (3 bytes more)"},
	{"\xe2\x82\xac", 2, " ... (3 bytes more)"},
};

START_TEST(a_cut_is_between_characters_and_told)
{
	struct buf shown = {0};

	text_add_cut(&shown, cut_rows[_i].text, cut_rows[_i].limit);
	ck_assert_str_eq(buf_text(&shown), cut_rows[_i].shown);
	buf_free(&shown);
}
END_TEST

START_TEST(all_bytes_survive_hexadecimal)
{
	struct buf hex = {0};
	struct buf back = {0};
	char bytes[256];

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	text_add_hex(&hex, bytes, sizeof(bytes));
	ck_assert_uint_eq(hex.length, 512);
	ck_assert_int_eq(strncmp(hex.data, "000102", 6), 0);
	ck_assert_int_eq(text_from_hex(&back, hex.data), 0);
	ck_assert_uint_eq(back.length, sizeof(bytes));
	ck_assert_mem_eq(back.data, bytes, sizeof(bytes));
	buf_free(&hex);
	buf_free(&back);
}
END_TEST

static const char *const bad_hex[] = {"0",    "000", "0g",	 "g0",
				      "0x00", "00 ", "\xff\xff", "+1"};

START_TEST(what_is_no_hexadecimal_adds_nothing)
{
	struct buf into = {0};

	buf_add_text(&into, "kept");
	ck_assert_int_eq(text_from_hex(&into, bad_hex[_i]), -1);
	ck_assert_uint_eq(into.length, 4);
	buf_free(&into);
}
END_TEST

Suite *
text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *tests = tcase_create("text");

	tcase_add_loop_test(tests, utf8_is_told, 0, ARRAY_LEN(utf8_rows));
	tcase_add_test(tests, a_length_ends_a_sequence);
	tcase_add_loop_test(tests, what_a_terminal_would_obey_is_escaped, 0,
			    ARRAY_LEN(printable_rows));
	tcase_add_test(tests, a_nul_is_escaped);
	tcase_add_test(tests, no_byte_gets_through_unsafe);
	tcase_add_loop_test(tests, words_are_quoted_for_a_shell, 0,
			    ARRAY_LEN(word_rows));
	tcase_add_loop_test(tests, a_cut_is_between_characters_and_told, 0,
			    ARRAY_LEN(cut_rows));
	tcase_add_test(tests, all_bytes_survive_hexadecimal);
	tcase_add_loop_test(tests, what_is_no_hexadecimal_adds_nothing, 0,
			    ARRAY_LEN(bad_hex));
	suite_add_tcase(suite, tests);
	return suite;
}
