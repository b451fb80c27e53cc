/* SPDX-License-Identifier: MIT */
/* check_suppress.c - unit: suppressions: what they say, cover and refuse. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "reports/classes.h"
#include "reports/suppress.h"

Suite *suppress_suite(void);

enum { TODAY = 20261123 };

static struct suppressions list;
static struct err err;

static void
setup(void)
{
	list = (struct suppressions) {0};
	err = (struct err) {0};
}

static void
teardown(void)
{
	suppressions_free(&list);
}

static int
parse(const char *text)
{
	return suppressions_parse(&list, TODAY, "a.supp", text, strlen(text),
				  &err);
}

static void
must_parse(const char *text)
{
	ck_assert_msg(parse(text) == 0, "%s: %s", text, err.text);
}

/* A segment that pool_open() made, by a wrapper, for main(). */
static struct frame frames[] = {
	{.module = "/lib/libc.so.6", .function = "shmget"},
	{.module = "/bin/server",
	 .function = "xshmget",
	 .file = "src/wrap.c",
	 .line = 7},
	{.module = "/bin/server",
	 .function = "pool_open",
	 .file = "src/pool.c",
	 .line = 42},
	{.module = "/bin/server", .function = "main", .file = "src/main.c"},
};
static struct site site = {.id = "src/wrap.c:xshmget:shmget:1",
			   .role = "0",
			   .operation = "shmget",
			   .call = "shmget",
			   .kind = KIND_SYSV_SHM,
			   .frames = frames,
			   .frame_count = ARRAY_LEN(frames),
			   .place = 1};
static struct leftover left;
static struct trial trial;

static struct finding
a_finding(void)
{
	left = (struct leftover) {.object = {.kind = KIND_SYSV_SHM}};
	trial = (struct trial) {.fault = {.class = FAULT_SIGNAL, .number = 15},
				.verdict = VERDICT_LEAKED};
	return (struct finding) {.class = "31c3022a",
				 .trial = &trial,
				 .left = &left,
				 .site = &site,
				 .gates = true};
}

START_TEST(a_rule_is_read)
{
	const struct suppression *rule;

	must_parse("# known\n"
		   "\n"
		   "leak:sysv-shm func=pool_open file=src/pool.c fault=SIGKILL "
		   "until=2027-06-01  # reclaimed at start-up, see #12\n");
	ck_assert_uint_eq(list.count, 1);
	rule = &list.items[0];
	ck_assert_str_eq(rule->known.source, "a.supp:3");
	ck_assert_str_eq(rule->known.reason, "reclaimed at start-up, see #12");
	ck_assert_int_eq(rule->known.by, KNOWN_SUPPRESSED);
	ck_assert_int_eq(rule->head.until, 20270601);
	ck_assert(!rule->head.expired);
	ck_assert(suppression_is_idle(rule));
}
END_TEST

static const struct {
	const char *rule; /* without the reason */
	bool covers;
} rows[] = {
	{"leak:sysv-shm", true},
	{"leak:sysv-sem", false},
	{"leak:* fault=SIGTERM", true},
	{"window:sysv-shm", false},
	{"hung fault=SIGTERM", false},
	{"orphaned fault=SIGTERM", false},
	{"leak:* func=xshmget", true},
	{"leak:* func=x*", true},
	/* The place is that which reports name, not any frame. */
	{"leak:* func=pool_open", false},
	{"leak:* func=shmget", false},
	{"leak:* caller=pool_open", true},
	{"leak:* caller=main", true},
	{"leak:* caller=xshmget", false},
	{"leak:* caller=m?in func=xshmget", true},
	{"leak:* file=src/wrap.c", true},
	{"leak:* file=*.c", true},
	{"leak:* file=wrap.c", false},
	{"leak:* file=src/pool.c", false},
	{"leak:* call=shmget", true},
	{"leak:* call=semget", false},
	{"leak:* class=31c3022a", true},
	{"leak:* class=31C3022A", true},
	{"leak:* class=31c3022b", false},
	{"leak:* fault=SIGINT", false},
	{"leak:* fault=SIGINT,TERM", true},
	{"leak:* fault=SIG*", true},
	{"leak:* fault=ENOSPC,persistent,SIGTERM", true},
	{"leak:* fault=ENOSPC,persistent", false},
	/* What is not known does not hold. */
	{"leak:* path=*", false},
	{"leak:sysv-shm until=2026-11-22", false},
	{"leak:sysv-shm until=2026-11-23", true},
	{"leak:sysv-shm func=xshmget call=shmget fault=SIGTERM", true},
	{"leak:sysv-shm func=xshmget call=shmget fault=SIGHUP", false},
};

START_TEST(all_conditions_must_hold)
{
	CLEANUP_FREE char *text = mem_printf("%s # x", rows[_i].rule);
	struct finding finding = a_finding();

	must_parse(text);
	ck_assert_msg((suppressions_find(&list, &finding) != NULL) ==
			      rows[_i].covers,
		      "%s", text);
}
END_TEST

START_TEST(what_has_no_known_place_has_no_condition_on_it)
{
	static const char *const rules[] = {
		"leak:* func=* # x", "leak:* file=* # x", "leak:* caller=* # x",
		"leak:* call=* # x"};
	struct finding finding = a_finding();

	finding.site = NULL;
	must_parse(rules[_i]);
	ck_assert_ptr_null(suppressions_find(&list, &finding));
}
END_TEST

START_TEST(paths_are_of_what_is_left)
{
	struct finding finding = a_finding();

	left.object = (struct object) {.kind = KIND_FIFO,
				       .path = "/tmp/x.fifo",
				       .known = FIELD_BIT(FIELD_PATH)};
	must_parse("leak:fifo path=/tmp/*.fifo # x\n");
	ck_assert_ptr_nonnull(suppressions_find(&list, &finding));
	left.object.path = "/run/x.fifo";
	ck_assert_ptr_null(suppressions_find(&list, &finding));
}
END_TEST

START_TEST(windows_are_leaks_of_a_kind)
{
	struct finding finding = a_finding();

	trial.verdict = VERDICT_WINDOW;
	must_parse("window:sysv-shm # one\nleak:sysv-shm # two\n");
	ck_assert_str_eq(suppressions_find(&list, &finding)->reason, "one");
	trial.verdict = VERDICT_LEAKED;
	ck_assert_str_eq(suppressions_find(&list, &finding)->reason, "two");
}
END_TEST

START_TEST(runs_that_hang_and_processes_that_stay)
{
	struct finding finding = a_finding();

	finding.left = NULL;
	trial.verdict = VERDICT_HUNG;
	must_parse("orphaned func=* # one\nhung func=* # two\n");
	ck_assert_str_eq(suppressions_find(&list, &finding)->reason, "two");
	trial.verdict = VERDICT_ORPHANED;
	ck_assert_str_eq(suppressions_find(&list, &finding)->reason, "one");
}
END_TEST

/* Without debug information the file is the module. */
START_TEST(stripped_programs_have_modules)
{
	struct frame frame = {.module = "/usr/lib/php/shmop.so"};
	struct site bare = site;
	struct finding finding = a_finding();

	bare.frames = &frame;
	bare.frame_count = 1;
	bare.place = 0;
	finding.site = &bare;
	must_parse("leak:* file=shmop.so # x\n");
	ck_assert_ptr_nonnull(suppressions_find(&list, &finding));
}
END_TEST

static const struct {
	const char *rule;
	const char *text;
} bad_rows[] = {
	{"sysv-shm # x", "is none of leak:KIND, window:KIND, hung and"},
	{"leak:pipe # x", "'pipe' is no kind"},
	{"window: # x", "'' is no kind"},
	{"hungry func=f # x", "'hungry' is none of"},
	{"hung: func=f # x", "'hung:' is none of"},
	{"leak:sysv-shm", "say after '#' why this is as it should be"},
	{"leak:sysv-shm #  ", "say after '#' why"},
	{"leak:sysv-shm # TODO: why", "in place of 'TODO: why'"},
	{"leak:* # x", "or it would hide every leak"},
	{"leak:* until=2027-01-01 # x", "or it would hide every leak"},
	{"hung # x", "or it would hide every run that hangs"},
	{"orphaned # x", "or it would hide every process that stays"},
	{"leak:* func= # x", "nothing stands behind func="},
	{"leak:* func=a func=b # x", "func=... is there twice"},
	{"leak:* fault= # x", "there is no fault ''"},
	{"leak:* fault=SIGTREM # x", "did you mean 'SIGTERM'?"},
	{"leak:* fault=SIGTERM,sig* # x", "there is no fault like 'sig*'"},
	{"leak:* fault=SIGTERM, # x", "there is no fault ''"},
	{"leak:* class=31c3022 # x", "'31c3022' is no class"},
	{"leak:* class=3* # x", "'3*' is no class"},
	{"leak:sysv-shm path=/x # x", "an object of this kind has no path"},
	{"leak:fifo path=x # x", "can match no path"},
	{"hung path=/x # x", "path= is of leak: and window: only"},
	{"leak:* until=2027-02-29 func=f # x", "is no day"},
	{"leak:* key=1 # x", "'key=1' is no condition: file=, func="},
};

START_TEST(errors_name_the_place_and_show_a_rule)
{
	CLEANUP_FREE char *text =
		mem_printf("leak:fifo # good\n%s\n", bad_rows[_i].rule);

	ck_assert_int_eq(parse(text), -1);
	ck_assert_msg(strncmp(err.text, "a.supp:2: ", 10) == 0, "%s", err.text);
	ck_assert_msg(strstr(err.text, bad_rows[_i].text), "%s", err.text);
	ck_assert_uint_eq(list.count, 1);
	must_parse(strstr(err.text, "correct rule: ") +
		   strlen("correct rule: "));
}
END_TEST

/* What is printed for pasting covers the finding, and no other function. */
static const struct {
	const char *file, *function, *operation;
	enum verdict verdict;
	const char *rule;
} shown[] = {
	{"src/pool.c", "pool_open", "shmget", VERDICT_LEAKED,
	 "leak:sysv-shm file=src/pool.c func=pool_open call=shmget "
	 "fault=SIGTERM  # TODO: why"},
	{"src/a pool[1].c", "f(int*)", "shmget", VERDICT_WINDOW,
	 "window:sysv-shm file=src/a\\ pool\\[1].c func=f(int\\*) call=shmget "
	 "fault=SIGTERM  # TODO: why"},
	{"src/\x1b\xc3\xa4#.c", "#", "shmget", VERDICT_LEAKED,
	 "leak:sysv-shm file=src/???#.c func=# call=shmget fault=SIGTERM  # "
	 "TODO: why"},
	{NULL, NULL, "shmget", VERDICT_LEAKED,
	 "leak:sysv-shm call=shmget class=31c3022a fault=SIGTERM  # TODO: "
	 "why"},
};

START_TEST(a_rule_for_pasting_covers_its_class)
{
	struct frame frame = {.module = "/bin/x",
			      .file = shown[_i].file,
			      .function = shown[_i].function};
	struct finding finding = a_finding();
	struct site place = {.operation = shown[_i].operation,
			     .frames = &frame,
			     .frame_count = 1};
	struct class_fault faults[] = {
		{.fault = trial.fault, .gating = true},
		{.fault = {.class = FAULT_EXIT}},
	};
	const struct leak_class class = {.id = "31c3022a",
					 .verdict = shown[_i].verdict,
					 .kind = KIND_SYSV_SHM,
					 .site = &place,
					 .faults = faults,
					 .fault_count = 2};
	CLEANUP_BUF struct buf rule = {0};

	trial.verdict = shown[_i].verdict;
	suppress_add_rule(&rule, &class);
	ck_assert_str_eq(buf_text(&rule), shown[_i].rule);
	ck_assert_int_eq(parse(buf_text(&rule)), -1);
	buf_add_text(&rule, ", it is known");
	must_parse(buf_text(&rule));
	finding.site = &place;
	ck_assert_ptr_nonnull(suppressions_find(&list, &finding));
	frame.function = "other";
	if (shown[_i].function)
		ck_assert_ptr_null(suppressions_find(&list, &finding));
}
END_TEST

START_TEST(idle_ones_are_counted)
{
	struct finding finding = a_finding();

	must_parse("leak:sysv-shm # used\nleak:fifo # not\n"
		   "leak:sysv-sem until=2020-01-01 # gone\n");
	ck_assert_uint_eq(suppressions_count_idle(&list), 3);
	suppressions_find(&list, &finding)->trials++;
	ck_assert_uint_eq(suppressions_count_idle(&list), 2);
}
END_TEST

Suite *
suppress_suite(void)
{
	Suite *suite = suite_create("suppress");
	TCase *tests = tcase_create("suppress");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_rule_is_read);
	tcase_add_loop_test(tests, all_conditions_must_hold, 0,
			    ARRAY_LEN(rows));
	tcase_add_loop_test(
		tests, what_has_no_known_place_has_no_condition_on_it, 0, 4);
	tcase_add_test(tests, paths_are_of_what_is_left);
	tcase_add_test(tests, windows_are_leaks_of_a_kind);
	tcase_add_test(tests, runs_that_hang_and_processes_that_stay);
	tcase_add_test(tests, stripped_programs_have_modules);
	tcase_add_loop_test(tests, errors_name_the_place_and_show_a_rule, 0,
			    ARRAY_LEN(bad_rows));
	tcase_add_loop_test(tests, a_rule_for_pasting_covers_its_class, 0,
			    ARRAY_LEN(shown));
	tcase_add_test(tests, idle_ones_are_counted);
	suite_add_tcase(suite, tests);
	return suite;
}
