/* SPDX-License-Identifier: MIT */
/* check_site.c - unit: how sites are called. */
#include <check.h>
#include <fnmatch.h>
#include <string.h>

#include "base/attr.h"
#include "model/site.h"

Suite *site_suite(void);

static struct buf text;

static void
setup(void)
{
	text = (struct buf) {0};
}

static void
teardown(void)
{
	buf_free(&text);
}

static const struct {
	struct frame frame;
	const char *where;
	const char *source;
} places[] = {
	{{"/usr/bin/pool", 0x1234, "pool_open", "src/pool.c", 42},
	 "src/pool.c:pool_open",
	 "src/pool.c:42"},
	{{"/usr/bin/pool", 0x1234, "pool_open", "src/pool.c", 0},
	 "src/pool.c:pool_open",
	 "src/pool.c:pool_open"},
	{{"/usr/lib/libfoo.so.1", 0x10, "foo", NULL, 0},
	 "libfoo.so.1:foo",
	 "libfoo.so.1:foo"},
	{{"/usr/bin/prog", 0x1234, NULL, NULL, 0},
	 "prog+0x1234",
	 "prog+0x1234"},
	{{"prog", 0, "", "", 0}, "prog+0x0", "prog+0x0"},
	/* A line without a function names a source, not a place. */
	{{"prog", 0x10, NULL, "a.c", 7}, "prog+0x10", "a.c:7"},
	{{NULL, 0x7000, NULL, NULL, 0}, "unknown", "unknown"},
	{{"", 0x7000, NULL, NULL, 0}, "unknown", "unknown"},
	{{NULL, 0, "f", NULL, 0}, "unknown:f", "unknown:f"},
	{{"p", 0, "Pool::open(int, char*)", "/usr/src/a b.cc", 3},
	 "/usr/src/a_b.cc:Pool__open_int__char__",
	 "/usr/src/a b.cc:3"},
	{{"p", 0, "main.(*Pool).Open", "x//y///z.go", 3},
	 "x/y/z.go:main.__Pool_.Open",
	 "x//y///z.go:3"},
	{{"/tmp/a#[b]{c}<d>?*", 0, "f", NULL, 0},
	 "a__b__c__d___:f",
	 "a__b__c__d___:f"},
	{{"/tmp/a\n\t\x1b\xff\xc3\xa4", 0, "f", NULL, 0},
	 "a______:f",
	 "a______:f"},
	{{"/tmp/$x;`y`'\"\\|&~!", 0, "f", NULL, 0},
	 "_x__y________:f",
	 "_x__y________:f"},
};

START_TEST(places_have_names)
{
	site_add_where(&text, &places[_i].frame);
	ck_assert_str_eq(buf_text(&text), places[_i].where);
	buf_clear(&text);
	site_add_source(&text, &places[_i].frame);
	ck_assert_str_eq(buf_text(&text), places[_i].source);
}
END_TEST

START_TEST(any_byte_makes_one_word)
{
	char name[] = "a?b";
	struct frame frame = {.module = "m", .function = name, .file = name};

	for (int byte = 1; byte < 256; byte++) {
		name[1] = (char)byte;
		buf_clear(&text);
		site_add_where(&text, &frame);
		ck_assert_uint_eq(strlen(buf_text(&text)), 7);
		ck_assert_uint_eq(strcspn(buf_text(&text),
					  " \t\n#[]{}()<>*?\\'\"$`;&|!~\x7f"),
				  7);
		ck_assert_ptr_eq(strchr(buf_text(&text), ':'),
				 buf_text(&text) + 3);
		ck_assert_int_eq(fnmatch(buf_text(&text), buf_text(&text), 0),
				 0);
	}
}
END_TEST

/* With a function in @file. */
static const char *
id_of(const char *role, const char *file, unsigned n)
{
	struct frame frames[] = {
		{"/lib/libc.so.6", 1, "shmget", NULL, 0},
		{"prog", 2, "open", file, 42},
	};
	struct site site = {.role = role,
			    .operation = "shmget",
			    .n = n,
			    .frames = frames,
			    .frame_count = 2,
			    .place = 1};

	buf_clear(&text);
	site_add_id(&text, &site);
	return buf_text(&text);
}

START_TEST(the_first_role_is_left_out)
{
	ck_assert_str_eq(id_of("0", "src/pool.c", 1),
			 "src/pool.c:open:shmget:1");
	ck_assert_str_eq(id_of("0.1", "src/pool.c", 12),
			 "0.1/src/pool.c:open:shmget:12");
	ck_assert_str_eq(id_of("0:t1", "/src/pool.c", 1),
			 "0:t1//src/pool.c:open:shmget:1");
}
END_TEST

START_TEST(a_site_without_a_stack_has_an_id)
{
	struct site site = {.role = "0", .operation = "fork", .n = 1};

	site_add_id(&text, &site);
	ck_assert_str_eq(buf_text(&text), "unknown:fork:1");
}
END_TEST

static const char *const roles[] = {"0",     "0.1",    "0.12.3", "0:t1",
				    "0:t12", "0.1:t2", "0:t1.2", "0.10.9:t8"};
static const char *const files[] = {
	"a.c",	     "src/a.c",	    "/src/a.c", "0/a.c",    "0.1/a.c",
	"0.1.2/a.c", "0x/a.c",	    "0./a.c",	"0.1t/a.c", "1/a.c",
	"00/a.c",    "0.1/0.1/a.c", "0_t1/a.c", "0.c",	    "0",
};

/* What is read back is what went in, and no two have the same id. */
START_TEST(roles_are_told_from_folders)
{
	const char *role = roles[_i];

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		const char *id = id_of(role, files[i], 1);
		size_t length = site_role_length(id);

		if (length == 0) {
			ck_assert_str_eq(role, "0");
		} else {
			ck_assert_uint_eq(length, strlen(role));
			ck_assert_int_eq(strncmp(id, role, length), 0);
			id += length + 1;
		}
		ck_assert_int_eq(strncmp(id, files[i], strlen(files[i])), 0);
	}
}
END_TEST

static const char *const no_roles[] = {
	"",	 "/",	  "a/b:f:shmget:1", "1/b",    "0",    "0.1",
	"0./b",	 "0.a/b", "0:t/b",	    "0:tx/b", "00/b", "0.1:x:shmget:1",
	"0:1/b", "0.1.",  "0:f:shmget:1",   "0t1/b",
};

START_TEST(what_is_no_role)
{
	ck_assert_uint_eq(site_role_length(no_roles[_i]), 0);
}
END_TEST

enum { STACK_MAX = 4 };
static const struct {
	struct frame frames[STACK_MAX];
	size_t count;
	size_t place;
} stacks[] = {
	{{{.module = NULL}}, 0, 0},
	{{{.module = "/usr/bin/prog"}}, 1, 0},
	{{{.module = "/usr/lib/x86_64-linux-gnu/libc.so.6"},
	  {.module = "/usr/bin/prog"}},
	 2,
	 1},
	{{{.module = "/lib/libc-2.28.so"},
	  {.module = "/lib/librt-2.28.so"},
	  {.module = "/usr/lib/libfoo.so"},
	  {.module = "/usr/bin/prog"}},
	 4,
	 2},
	{{{.module = "/lib64/ld-linux-x86-64.so.2"},
	  {.module = "/lib/ld-musl-aarch64.so.1"},
	  {.module = "/usr/lib/libasan.so.8"},
	  {.module = "prog"}},
	 4,
	 3},
	/* Nothing else: the innermost. */
	{{{.module = "/lib/libc.so.6"}, {.module = "/lib/libc.so.6"}}, 2, 0},
	/* Names that only begin so, and no name. */
	{{{.module = "/usr/lib/libcurl.so.4"}, {.module = "prog"}}, 2, 0},
	{{{.module = "/usr/lib/libc++.so.1"}, {.module = "prog"}}, 2, 0},
	{{{.module = "/opt/libc.so.6/prog"}, {.module = "x"}}, 2, 0},
	{{{.module = "/usr/bin/ld"}, {.module = "x"}}, 2, 0},
	{{{.module = ""}, {.module = "prog"}}, 2, 0},
	/* Static: the C library is in the program, without lines. */
	{{{.module = "prog", .function = "shmget"},
	  {.module = "prog", .function = "wrapper"},
	  {.module = "prog", .function = "pool", .file = "pool.c"},
	  {.module = "prog", .function = "main", .file = "main.c"}},
	 4,
	 2},
	/* Go and Rust: theirs is, too, with lines. */
	{{{.module = "go",
	   .function = "runtime/internal/syscall.Syscall6",
	   .file = "/go/src/runtime/internal/syscall/asm_linux_amd64.s"},
	  {.module = "go", .function = "net.Listen", .file = "net/dial.go"},
	  {.module = "go", .function = "main.main", .file = "pool.go"},
	  {.module = "go", .function = "runtime.main", .file = "proc.go"}},
	 4,
	 2},
	{{{.module = "/lib/libc.so.6", .function = "bind"},
	  {.module = "rs",
	   .function = "_ZN3std",
	   .file = "/rustc/1/library/a.rs"},
	  {.module = "rs", .function = "_R", .file = "library/std/src/rt.rs"},
	  {.module = "rs", .function = "_ZN4pool", .file = "src/pool.rs"}},
	 4,
	 3},
	{{{.module = "rs",
	   .function = "_ZN3std",
	   .file = "/usr/src/rustc-1.63.0/library/std/src/fs.rs"},
	  {.module = "rs", .function = "_ZN4pool", .file = "src/pool.rs"}},
	 2,
	 1},
	{{{.module = "rs", .function = "bind"},
	  {.module = "rs", .function = "_R", .file = "library/std/src/rt.rs"},
	  {.module = "rs", .function = "_ZN4pool", .file = "src/pool.rs"}},
	 3,
	 2},
	/* Names that only look so. */
	{{{.module = "go", .function = "netlink.Open"}, {.module = "go"}},
	 2,
	 0},
	{{{.module = "c", .function = "f", .file = "library/std.c"}}, 1, 0},
	{{{.module = "rs", .file = "/usr/src/rustc-1.63.0/compiler/a.rs"},
	  {.module = "rs", .file = "src/pool.rs"}},
	 2,
	 0},
	/* Stripped; and lines in another module prove nothing. */
	{{{.module = "prog"}, {.module = "prog"}}, 2, 0},
	{{{.module = "libfoo.so", .function = "foo"},
	  {.module = "prog", .function = "main", .file = "main.c"},
	  {.module = "libfoo.so", .function = "foo", .file = "foo.c"}},
	 3,
	 0},
};

START_TEST(the_place_is_outside_the_library)
{
	ck_assert_uint_eq(site_find_place(stacks[_i].frames, stacks[_i].count),
			  stacks[_i].place);
}
END_TEST

START_TEST(a_place_that_is_not_there_says_nothing)
{
	struct frame frame = {.module = "prog"};
	struct site site = {.frames = &frame, .frame_count = 1};

	ck_assert_ptr_eq(site_place(&site), &frame);
	site.place = 1;
	ck_assert_ptr_null(site_place(&site)->module);
	ck_assert_int_eq(site_place(&site)->line, 0);
}
END_TEST

Suite *
site_suite(void)
{
	Suite *suite = suite_create("site");
	TCase *tests = tcase_create("site");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, places_have_names, 0, ARRAY_LEN(places));
	tcase_add_test(tests, any_byte_makes_one_word);
	tcase_add_test(tests, the_first_role_is_left_out);
	tcase_add_test(tests, a_site_without_a_stack_has_an_id);
	tcase_add_loop_test(tests, roles_are_told_from_folders, 0,
			    ARRAY_LEN(roles));
	tcase_add_loop_test(tests, what_is_no_role, 0, ARRAY_LEN(no_roles));
	tcase_add_loop_test(tests, the_place_is_outside_the_library, 0,
			    ARRAY_LEN(stacks));
	tcase_add_test(tests, a_place_that_is_not_there_says_nothing);
	suite_add_tcase(suite, tests);
	return suite;
}
