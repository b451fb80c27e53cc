/* SPDX-License-Identifier: MIT */
/* check_rule.c - unit: ignore rules: what they say, match and refuse. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "model/rule.h"

Suite *rule_suite(void);

static struct rule_list list;
static struct object_list objects;
static struct err err;

static bool
find_user(const char *name, uid_t *uid)
{
	if (strcmp(name, "build") != 0)
		return false;
	*uid = 1001;
	return true;
}

static const struct rule_world world = {.today = 20261123,
					.find_user = find_user};

static void
setup(void)
{
	list = (struct rule_list) {0};
	objects = (struct object_list) {0};
	err = (struct err) {0};
}

static void
teardown(void)
{
	rule_list_free(&list);
	object_list_free(&objects);
}

static int
parse(const char *text)
{
	return rule_list_parse(&list, &world, "a.rules", text, strlen(text),
			       &err);
}

static void
must_parse(const char *text)
{
	ck_assert_msg(parse(text) == 0, "%s: %s", text, err.text);
}

static struct object *
add_shm(uint32_t key, uid_t uid)
{
	struct object *object = object_list_add(&objects, KIND_SYSV_SHM);

	object->key = key;
	object->uid = uid;
	object->known = FIELD_BIT(FIELD_ID) | FIELD_BIT(FIELD_KEY) |
			FIELD_BIT(FIELD_UID);
	return object;
}

static struct object *
add_path(enum kind kind, const char *path)
{
	struct object *object = object_list_add(&objects, kind);

	object_list_set_path(&objects, object, path);
	return object;
}

START_TEST(a_rule_is_read)
{
	must_parse("# a comment\n"
		   "\n"
		   "  \t\r\n"
		   "  leak:posix-shm path=/dev/shm/cache* owner=build "
		   "until=2027-06-01  # kept by design, see #12 \n");
	ck_assert_uint_eq(list.count, 1);
	ck_assert_uint_eq(list.items[0].kinds, KIND_BIT(KIND_POSIX_SHM));
	ck_assert_str_eq(list.items[0].path, "/dev/shm/cache*");
	ck_assert_uint_eq(list.items[0].uid, 1001);
	ck_assert_int_eq(list.items[0].head.until, 20270601);
	ck_assert(!list.items[0].head.expired);
	ck_assert_str_eq(list.items[0].head.reason, "kept by design, see #12");
	ck_assert_str_eq(list.items[0].head.source, "a.rules:4");
	ck_assert_str_eq(list.items[0].head.text,
			 "leak:posix-shm path=/dev/shm/cache* owner=build "
			 "until=2027-06-01");
}
END_TEST

START_TEST(the_last_line_needs_no_end)
{
	must_parse("leak:fifo #one\nleak:sysv-shm key=42 # two");
	ck_assert_uint_eq(list.count, 2);
	ck_assert_str_eq(list.items[0].head.reason, "one");
	ck_assert_str_eq(list.items[1].head.reason, "two");
	ck_assert_str_eq(list.items[1].head.source, "a.rules:2");
}
END_TEST

START_TEST(what_will_be_shown_is_printable)
{
	must_parse("leak:fifo path=/\x1b # \x1b[31m\xff");
	ck_assert_str_eq(list.items[0].head.text, "leak:fifo path=/\\x1b");
	ck_assert_str_eq(list.items[0].head.reason, "\\x1b[31m\\xff");
	ck_assert_ptr_nonnull(
		rule_list_match(&list, add_path(KIND_FIFO, "/\x1b")));
}
END_TEST

static const struct {
	const char *rule;
	enum kind kind;
	const char *path;
	bool matches;
} path_rows[] = {
	{"leak:fifo # x", KIND_FIFO, "/tmp/f", true},
	{"leak:fifo # x", KIND_UNIX_SOCKET, "/tmp/f", false},
	{"leak:fifo path=/tmp/f # x", KIND_FIFO, "/tmp/f", true},
	{"leak:fifo path=/tmp/f # x", KIND_FIFO, "/tmp/ff", false},
	{"leak:fifo path=/tmp/* # x", KIND_FIFO, "/tmp/a/b/.c", true},
	{"leak:fifo path=/tmp/?.[0-9] # x", KIND_FIFO, "/tmp/a.7", true},
	{"leak:fifo path=*.lock # x", KIND_FIFO, "/tmp/a.lock", true},
	{"leak:* path=/dev/shm/* # x", KIND_POSIX_SEM, "/dev/shm/s", true},
	{"leak:* path=/dev/shm/* # x", KIND_POSIX_SHM, "/dev/shm/s", true},
	{"leak:fifo path=/a\\ b # x", KIND_FIFO, "/a b", true},
	{"leak:fifo path=/a\\*b # x", KIND_FIFO, "/a*b", true},
	{"leak:fifo path=/a\\*b # x", KIND_FIFO, "/axb", false},
	{"leak:fifo path=/a#b # x", KIND_FIFO, "/a#b", true},
	{"leak:fifo path=/a\\\\ # x", KIND_FIFO, "/a\\", true},
	{"leak:fifo path=/\xc3\xa4? # x", KIND_FIFO, "/\xc3\xa4z", true},
	{"leak:fifo path=/?? # x", KIND_FIFO, "/\xff\n", true},
};

START_TEST(paths_match_as_patterns)
{
	const struct rule *rule;

	must_parse(path_rows[_i].rule);
	rule = rule_list_match(
		&list, add_path(path_rows[_i].kind, path_rows[_i].path));
	ck_assert_int_eq(rule != NULL, path_rows[_i].matches);
	ck_assert_uint_eq(list.items[0].uses, path_rows[_i].matches);
}
END_TEST

static const struct {
	const char *rule;
	uint32_t key;
	uid_t uid;
	bool matches;
} shm_rows[] = {
	{"leak:sysv-shm # x", 1, 1, true},
	{"leak:sysv-sem # x", 1, 1, false},
	{"leak:* key=0x2a # x", 42, 1, true},
	{"leak:* key=42 # x", 42, 1, true},
	{"leak:* key=42 # x", 43, 1, false},
	{"leak:* key=0xFFFFffff # x", UINT32_MAX, 1, true},
	{"leak:* key=4294967295 # x", UINT32_MAX, 1, true},
	{"leak:* key=0 # x", 0, 1, true},
	{"leak:* owner=build # x", 1, 1001, true},
	{"leak:* owner=build # x", 1, 1002, false},
	{"leak:sysv-shm key=1 owner=build # x", 1, 1001, true},
	{"leak:sysv-shm key=1 owner=build # x", 1, 1002, false},
	{"leak:sysv-shm key=1 owner=build # x", 2, 1001, false},
	{"leak:* path=* # x", 1, 1, false},
};

START_TEST(all_conditions_must_hold)
{
	must_parse(shm_rows[_i].rule);
	ck_assert_int_eq(rule_list_match(&list, add_shm(shm_rows[_i].key,
							shm_rows[_i].uid)) !=
				 NULL,
			 shm_rows[_i].matches);
}
END_TEST

START_TEST(what_is_not_known_does_not_match)
{
	struct object *object = add_shm(42, 1001);

	must_parse("leak:sysv-shm key=42 owner=build # x");
	object->known &= ~FIELD_BIT(FIELD_UID);
	ck_assert_ptr_null(rule_list_match(&list, object));
	object->known |= FIELD_BIT(FIELD_UID);
	object->known &= ~FIELD_BIT(FIELD_KEY);
	ck_assert_ptr_null(rule_list_match(&list, object));
}
END_TEST

START_TEST(a_rule_holds_until_its_last_day)
{
	must_parse("leak:sysv-shm key=1 until=2026-11-22 # yesterday\n"
		   "leak:sysv-shm key=2 until=2026-11-23 # today\n"
		   "leak:sysv-shm key=3 until=2028-02-29 # a leap day\n");
	ck_assert(list.items[0].head.expired);
	ck_assert(!list.items[1].head.expired);
	ck_assert(!list.items[2].head.expired);
	ck_assert_ptr_null(rule_list_match(&list, add_shm(1, 1)));
	ck_assert_uint_eq(list.items[0].uses, 0);
	ck_assert_ptr_nonnull(rule_list_match(&list, add_shm(2, 1)));
}
END_TEST

START_TEST(the_first_rule_counts)
{
	must_parse("leak:sysv-shm key=1 # one\n"
		   "leak:sysv-shm # all\n");
	ck_assert_ptr_eq(rule_list_match(&list, add_shm(1, 1)), &list.items[0]);
	ck_assert_ptr_eq(rule_list_match(&list, add_shm(2, 1)), &list.items[1]);
	ck_assert_ptr_eq(rule_list_match(&list, add_shm(3, 1)), &list.items[1]);
	ck_assert_uint_eq(list.items[0].uses, 1);
	ck_assert_uint_eq(list.items[1].uses, 2);
}
END_TEST

/* What is wrong must be named: the part of the error that must be there. */
static const struct {
	const char *rule;
	const char *text;
} bad_rows[] = {
	{"sysv-shm # x", "starts with leak:KIND"},
	{"leak: # x", "'' is no kind"},
	{"leak:pipe # x", "'pipe' is no kind"},
	{"leak:** # x", "'**' is no kind"},
	{"leak:sysv-shm", "say after '#' why"},
	{"leak:sysv-shm #", "say after '#' why"},
	{"leak:sysv-shm #  \t ", "say after '#' why"},
	{"leak:sysv-shm # TODO: why", "say why these objects may stay, in"},
	{"leak:sysv-shm key=1# x", "'1#' is no key"},
	{"leak:* # x", "needs key=, path= or owner="},
	{"leak:* until=2027-01-01 # x", "needs key=, path= or owner="},
	{"leak:sysv-shm key= # x", "'' is no key"},
	{"leak:sysv-shm key=-1 # x", "'-1' is no key"},
	{"leak:sysv-shm key=0x # x", "'0x' is no key"},
	{"leak:sysv-shm key=2a # x", "'2a' is no key"},
	{"leak:sysv-shm key=0x100000000 # x", "'0x100000000' is no key"},
	{"leak:sysv-shm key=99999999999999999999 # x", "is no key"},
	{"leak:sysv-shm key=1 key=2 # x", "key=... is there twice"},
	{"leak:sysv-shm path=/a # x", "of this kind has no path"},
	{"leak:fifo key=1 # x", "of this kind has no key"},
	{"leak:fifo path= # x", "can match no path"},
	{"leak:fifo path=tmp/f # x", "can match no path"},
	{"leak:fifo owner=nobody-there # x", "no user 'nobody-there'"},
	{"leak:fifo owner= # x", "no user ''"},
	{"leak:fifo until=2027-02-29 # x", "'2027-02-29' is no day"},
	{"leak:fifo until=2027-13-01 # x", "is no day"},
	{"leak:fifo until=2027-00-01 # x", "is no day"},
	{"leak:fifo until=2027-01-00 # x", "is no day"},
	{"leak:fifo until=27-1-1 # x", "is no day"},
	{"leak:fifo until=2027-01-01x # x", "is no day"},
	{"leak:fifo until=+027-01-01 # x", "is no day"},
	{"leak:fifo until=0000-01-01 # x", "is no day"},
	{"leak:fifo until=2027-01-01 until=2027-01-02 # x", "is there twice"},
	{"leak:fifo mode=0600 # x", "'mode=0600' is no condition"},
	{"leak:fifo path # x", "'path' is no condition"},
};

START_TEST(errors_name_the_place_and_show_a_rule)
{
	char text[200];

	snprintf(text, sizeof(text), "leak:fifo # good\n%s\n",
		 bad_rows[_i].rule);
	ck_assert_int_eq(parse(text), -1);
	ck_assert_msg(strncmp(err.text, "a.rules:2: ", 11) == 0, "%s",
		      err.text);
	ck_assert_msg(strstr(err.text, bad_rows[_i].text), "%s", err.text);
	ck_assert_ptr_nonnull(strstr(err.text, "a correct rule: leak:"));
	ck_assert_uint_eq(list.count, 1);
}
END_TEST

START_TEST(the_rule_that_errors_show_is_correct)
{
	char shown[200];

	ck_assert_int_eq(parse("wrong\n"), -1);
	snprintf(shown, sizeof(shown), "%s",
		 strstr(err.text, "correct rule: ") + strlen("correct rule: "));
	must_parse(shown);
}
END_TEST

START_TEST(a_nul_is_refused)
{
	static const char text[] = "leak:fifo # a\0b";

	ck_assert_int_eq(rule_list_parse(&list, &world, "x", text,
					 sizeof(text) - 1, &err),
			 -1);
	ck_assert_ptr_nonnull(strstr(err.text, "NUL"));
}
END_TEST

Suite *
rule_suite(void)
{
	Suite *suite = suite_create("rule");
	TCase *tests = tcase_create("rule");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_rule_is_read);
	tcase_add_test(tests, the_last_line_needs_no_end);
	tcase_add_test(tests, what_will_be_shown_is_printable);
	tcase_add_loop_test(tests, paths_match_as_patterns, 0,
			    ARRAY_LEN(path_rows));
	tcase_add_loop_test(tests, all_conditions_must_hold, 0,
			    ARRAY_LEN(shm_rows));
	tcase_add_test(tests, what_is_not_known_does_not_match);
	tcase_add_test(tests, a_rule_holds_until_its_last_day);
	tcase_add_test(tests, the_first_rule_counts);
	tcase_add_loop_test(tests, errors_name_the_place_and_show_a_rule, 0,
			    ARRAY_LEN(bad_rows));
	tcase_add_test(tests, the_rule_that_errors_show_is_correct);
	tcase_add_test(tests, a_nul_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
