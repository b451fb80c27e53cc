/* SPDX-License-Identifier: MIT */
/* check_results.c - unit: what a log comes to, for formats of others. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/log_results.h"
#include "reports/paths.h"
#include "reports/reporter.h"
#include "reports/wanted.h"
#include "tests/support/made_log.h"

Suite *results_suite(void);

static struct log log_of;
static struct classes classes;
static struct block_source source;
static struct results results;
static struct buf text;

static void
setup(void)
{
	made_log_start(&text, 0);
	made_log_site(&text, "pool_open:shmget", "sysv-shm", "acquire", 42);
	made_log_site(&text, "pool_close:shmctl", "sysv-shm", "release", 88);
	made_log_object(&text, "sysv-shm", "pool_open:shmget",
			"pool_close:shmctl");
}

static void
teardown(void)
{
	results_free(&results);
	classes_free(&classes);
	log_free(&log_of);
	buf_free(&text);
}

static void
add(const char *fault, const char *verdict, bool allowed, const char *more)
{
	bool left = !strcmp(verdict, "leaked") || !strcmp(verdict, "window");

	made_log_trial(&text,
		       &(struct made_trial) {
			       .site = "pool_open:shmget",
			       .phase = "return",
			       .fault = fault,
			       .verdict = verdict,
			       .allowed = allowed,
			       .kind = left ? "sysv-shm" : NULL,
			       .created = left ? "pool_open:shmget" : NULL,
			       .more = more});
}

static void
make(void)
{
	made_log_read(&log_of, &text);
	classes_make(&classes, &log_of, false);
	source = (struct block_source) {.log = &log_of, .classes = &classes};
	results_of_log(&results, &source);
}

static const struct result_case *
case_of(const char *fault)
{
	for (size_t i = 0; i < results.case_count; i++)
		if (strcmp(results.cases[i].name, fault) == 0)
			return &results.cases[i];
	ck_abort_msg("no case of %s", fault);
}

START_TEST(each_verdict_has_an_outcome)
{
	static const struct {
		const char *fault, *verdict;
		bool allowed;
		enum outcome outcome;
		const char *type, *message;
	} rows[] = {
		{"exit", "clean", false, OUTCOME_PASSED, NULL, NULL},
		{"SIGTERM", "leaked", false, OUTCOME_FAILED, "leak.sysv-shm",
		 "sysv-shm 7 is left, made in pool_open() at src/pool.c:42"},
		{"SIGKILL", "leaked", true, OUTCOME_EXCUSED, "leak.sysv-shm",
		 "sysv-shm 7 is left, made in pool_open() at src/pool.c:42"},
		{"SIGINT", "window", false, OUTCOME_EXCUSED, "window",
		 "sysv-shm 7 is left, made in pool_open() at src/pool.c:42"},
		{"SIGHUP", "hung", false, OUTCOME_FAILED, "hung",
		 "it did not end in time"},
		{"SIGQUIT", "orphaned", false, OUTCOME_FAILED, "orphaned",
		 "processes outlive the program"},
		{"ENOSPC", "not-available", false, OUTCOME_SKIPPED,
		 "not-available", "this fault cannot be made here"},
		{"EINTR", "not-reached", false, OUTCOME_ERROR, "not-reached",
		 "the site did not come"},
		{"EIO", "broken", false, OUTCOME_ERROR, "broken",
		 "trouble of ipcrash itself: no room"},
		{"EINVAL", "unavoidable", false, OUTCOME_PASSED, NULL, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		add(rows[i].fault, rows[i].verdict, rows[i].allowed,
		    strcmp(rows[i].verdict, "broken") ? NULL
						      : "\"note\":\"no room\"");
	make();
	ck_assert_uint_eq(results.case_count, ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct result_case *entry = case_of(rows[i].fault);

		ck_assert_msg(entry->outcome == rows[i].outcome, "%s",
			      rows[i].fault);
		ck_assert_pstr_eq(entry->type, rows[i].type);
		ck_assert_pstr_eq(entry->message, rows[i].message);
		ck_assert(!entry->excuse ==
			  (entry->outcome != OUTCOME_EXCUSED));
		ck_assert(!entry->block.count ==
			  (entry->outcome == OUTCOME_PASSED));
	}
	ck_assert_uint_eq(results.outcomes[OUTCOME_FAILED], 3);
	ck_assert_uint_eq(results.outcomes[OUTCOME_PASSED], 2);
}
END_TEST

/* It was there without a fault, too. */
START_TEST(what_was_expected_is_not_counted)
{
	add("SIGTERM", "leaked", false,
	    "\"left\":[{\"kind\":\"sysv-sem\",\"id\":1,\"expected\":true},"
	    "{\"kind\":\"sysv-shm\",\"id\":2},"
	    "{\"kind\":\"sysv-shm\",\"id\":3}]");
	make();
	ck_assert_str_eq(case_of("SIGTERM")->message,
			 "sysv-shm 2 is left and 1 more");
	ck_assert_str_eq(block_find(&results.findings[0].block, "left:"),
			 "sysv-shm 2  ; and 1 more");
}
END_TEST

/* All sites hang alike: each names some of the others, and how many more. */
START_TEST(what_is_alike_is_not_told_over_and_over)
{
	enum { SITES = 24 };

	for (int i = 0; i < SITES; i++) {
		CLEANUP_FREE char *site = mem_printf("f%d:shmget", i);

		made_log_site(&text, site, "sysv-shm", "use", 100 + i);
		made_log_trial(&text, &(struct made_trial) {.site = site,
							    .fault = "SIGTERM",
							    .verdict = "hung"});
	}
	make();
	ck_assert_uint_eq(results.finding_count, SITES);
	ck_assert_str_eq(strstr(block_find(&results.findings[0].block, "like:"),
				"src/pool.c:120"),
			 "src/pool.c:120, and 3 more");
	ck_assert_ptr_null(strstr(
		block_find(&results.findings[3].block, "like:"), "more"));
}
END_TEST

/* SIGKILL was ours. */
START_TEST(what_hung_was_killed_for_it)
{
	const struct block *block;

	made_log_trial(&text, &(struct made_trial) {.site = "pool_open:shmget",
						    .fault = "ENOSPC",
						    .verdict = "hung",
						    .end = "signal:SIGKILL"});
	make();
	block = &case_of("ENOSPC")->block;
	ck_assert_str_eq(block_find(block, "end:"),
			 "the program did not end in time and was killed");
	ck_assert_str_eq(block_find(block, "why:"),
			 "the call failed and the program did not end in time "
			 "and was killed");
}
END_TEST

START_TEST(strict_makes_a_window_fail)
{
	add("SIGINT", "window", false, NULL);
	made_log_read(&log_of, &text);
	classes_make(&classes, &log_of, true);
	source = (struct block_source) {.log = &log_of, .classes = &classes};
	results_of_log(&results, &source);
	ck_assert_int_eq(case_of("SIGINT")->outcome, OUTCOME_FAILED);
	ck_assert_int_eq(results.findings[0].level, LEVEL_ERROR);
}
END_TEST

START_TEST(a_case_has_a_name_in_two_parts)
{
	add("SIGTERM", "clean", false, NULL);
	make();
	ck_assert_str_eq(results.cases[0].group,
			 "src/pool.c:pool_open:shmget:1:return");
	ck_assert_str_eq(results.cases[0].name, "SIGTERM");
	ck_assert_str_eq(results.cases[0].id,
			 "src/pool.c:pool_open:shmget:1:return:SIGTERM");
}
END_TEST

START_TEST(a_case_tells_its_fault)
{
	add("SIGTERM", "leaked", false, NULL);
	make();
	ck_assert_str_eq(results.cases[0].block.lines[0].label, "fault:");
	ck_assert_str_eq(results.cases[0].block.lines[0].text,
			 "SIGTERM at return of shmget src/pool.c:42");
}
END_TEST

START_TEST(a_finding_tells_the_life_of_its_object)
{
	add("SIGTERM", "leaked", false, NULL);
	make();
	ck_assert_uint_eq(results.finding_count, 1);
	ck_assert_str_eq(results.findings[0].rule->id, "leak.sysv-shm");
	ck_assert_uint_eq(results.findings[0].cases, 1);
	ck_assert_uint_eq(results.findings[0].step_count, 3);
	ck_assert_str_eq(results.findings[0].steps[0].text, "shmget makes it");
	ck_assert_str_eq(results.findings[0].steps[1].text,
			 "shmget: at its return SIGTERM is injected");
	ck_assert_str_eq(results.findings[0].steps[2].text,
			 "shmctl removes it in a run without a fault");
	ck_assert_int_eq(results.findings[0].place->line, 42);
}
END_TEST

START_TEST(the_head_is_that_of_the_campaign)
{
	make();
	ck_assert_str_eq(results.tool, "ipcrash");
	ck_assert_str_eq(results.target, "server");
	ck_assert_str_eq(results.command, "./server -p 0");
	ck_assert_str_eq(results.gate, "passed");
	ck_assert_uint_eq(results.finding_count, 0);
}
END_TEST

/* What @file is called in a report on what ran in /src/a. */
static void
assert_path(const char *file, const char *called)
{
	const struct frame frame = {.file = file};
	CLEANUP_BUF struct buf path = {0};

	results.directory = "/src/a";
	ck_assert(results_add_path(&path, &results, &frame) == !!called);
	ck_assert_str_eq(buf_text(&path), called ? called : "");
}

START_TEST(paths_are_seen_from_the_directory)
{
	assert_path("b/c.c", "b/c.c");
	assert_path("./b/c.c", "b/c.c");
	assert_path("././/c.c", "c.c");
	assert_path("/src/a/b/c.c", "b/c.c");
	assert_path("/src/ab/c.c", "/src/ab/c.c");
	assert_path("../c.c", "../c.c");
	assert_path("b/../../c.c", "../c.c");
	assert_path("b//../d/c.c", "d/c.c");
	assert_path("/../src/c.c", "/src/c.c");
	assert_path(NULL, NULL);
}
END_TEST

START_TEST(what_no_case_tells_is_a_gap)
{
	add("SIGTERM", "clean", false, NULL);
	make();
	ck_assert_ptr_null(results.gap);
	teardown();
	made_log_start(&text, 3);
	add("SIGTERM", "clean", false, NULL);
	make();
	ck_assert_str_eq(results.gap, "1 of 3 trials were made; ipcrash run "
				      "--resume makes the rest");
	teardown();
	made_log_start(&text, 1);
	add("exit", "not-available", false, NULL);
	make();
	ck_assert_str_eq(results.gap,
			 "none of the faults could be made in this program");
}
END_TEST

START_TEST(what_is_excused_has_another_remedy)
{
	struct result_case entry = {.type = "leak.sysv-shm",
				    .outcome = OUTCOME_FAILED};

	ck_assert_ptr_nonnull(
		strstr(results_remedy(&entry), "on every way out"));
	entry.outcome = OUTCOME_EXCUSED;
	ck_assert_str_eq(results_remedy(&entry),
			 "IPC_RMID right after the last attach");
	entry.type = "window"; /* has no idiom */
	ck_assert_ptr_nonnull(
		strstr(results_remedy(&entry), "Block the signals"));
	entry.type = "broken";
	ck_assert_ptr_null(results_remedy(&entry));
	entry.type = NULL;
	ck_assert_ptr_null(results_remedy(&entry));
}
END_TEST

static void
assert_uri(const char *path, const char *directory, const char *expected)
{
	CLEANUP_BUF struct buf uri = {0};

	paths_add_uri(&uri, path, directory);
	ck_assert_str_eq(buf_text(&uri), expected);
}

START_TEST(paths_become_uris)
{
	assert_uri("b/c.c", "/a", "b/c.c");
	assert_uri("/b/c d.c", "/a", "file:///b/c%20d.c");
	assert_uri("../c.c", "/a/b", "file:///a/c.c");
	assert_uri("../c.c", NULL, "../c.c");
	assert_uri("../../../c.c", "/a", "file:///c.c");
	assert_uri("..c", "/a", "..c");
	assert_uri("a:b", "/a", "a%3Ab");
	assert_uri("\xff%\n", "/a", "%FF%25%0A");
	assert_uri("", "/a", ".");
	assert_uri("/", "/a", "file:///");
}
END_TEST

START_TEST(every_finding_has_a_rule)
{
	size_t count;
	const struct rule_row *rules = rules_all(&count);

	for (int kind = 0; kind <= KIND_COUNT; kind++)
		for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
			ck_assert_ptr_nonnull(rules_find((enum verdict)verdict,
							 (enum kind)kind)
						      ->id);
	for (size_t i = 0; i < count; i++) {
		ck_assert_ptr_nonnull(rules[i].tells);
		ck_assert_ptr_nonnull(rules[i].remedy);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(rules[i].id, rules[j].id);
	}
}
END_TEST

START_TEST(formats_have_names)
{
	struct err err = {0};

	ck_assert_str_eq(reporter_find("json", true, &err)->name, "json");
	ck_assert_ptr_null(reporter_find("jsn", true, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "did you mean 'json'"));
	ck_assert_ptr_null(reporter_find("nothing like it", true, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "there are text, json"));
	ck_assert_ptr_nonnull(reporter_find("text", true, &err));
	ck_assert_ptr_null(reporter_find("text", false, &err));
}
END_TEST

/* As of somebody who has no log, and does not know much. */
static void
write_little(struct buf *into, const struct reporter *row, const char *excuse)
{
	struct result_finding finding = {
		.id = "01234567",
		.rule = rules_find(VERDICT_LEAKED, KIND_FIFO),
		.title = "fifo",
		.excuse = excuse,
	};
	const struct results little = {
		.tool = "leakcheck",
		.target = "",
		.command = "",
		.gate = "failed",
		.summary = "",
		.seconds = -1,
		.findings = &finding,
		.finding_count = 1,
	};
	const struct report report = {.results = &little};
	FILE *out = mem_stream(&into->data, &into->length);
	struct err err = {0};

	ck_assert_int_eq(row->write(&report, out, &err), 0);
	fclose(out);
}

START_TEST(formats_do_with_little)
{
	for (const struct reporter *row = reporter_next(NULL, false); row;
	     row = reporter_next(row, false)) {
		CLEANUP_BUF struct buf written = {0};

		write_little(&written, row, NULL);
		ck_assert_ptr_nonnull(strstr(buf_text(&written), "fifo"));
		ck_assert_ptr_null(strstr(buf_text(&written), "(null)"));
	}
}
END_TEST

START_TEST(what_is_excused_is_shown_so)
{
	static const struct {
		const char *format, *plain, *excused;
	} rows[] = {
		{"sarif", "\"level\":\"error\"",
		 "\"suppressions\":[{\"kind\":\"external\","
		 "\"justification\":\"so it is\"}]"},
		{"gitlab", "\"major\"", "\"info\""},
		{"markdown", "fails the gate", "<code>so it is</code>"},
		{"github", "title=fifo", "gate failed"},
	};
	struct err err = {0};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct reporter *row =
			reporter_find(rows[i].format, false, &err);
		CLEANUP_BUF struct buf plain = {0};
		CLEANUP_BUF struct buf excused = {0};

		write_little(&plain, row, NULL);
		write_little(&excused, row, "so it is");
		ck_assert_ptr_nonnull(strstr(buf_text(&plain), rows[i].plain));
		ck_assert_ptr_nonnull(
			strstr(buf_text(&excused), rows[i].excused));
		ck_assert_ptr_null(strstr(buf_text(&plain), "so it is"));
		ck_assert(!strstr(buf_text(&excused), "title=fifo"));
	}
}
END_TEST

Suite *
results_suite(void)
{
	Suite *suite = suite_create("results");
	TCase *tests = tcase_create("logs");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, each_verdict_has_an_outcome);
	tcase_add_test(tests, what_was_expected_is_not_counted);
	tcase_add_test(tests, what_is_alike_is_not_told_over_and_over);
	tcase_add_test(tests, what_hung_was_killed_for_it);
	tcase_add_test(tests, strict_makes_a_window_fail);
	tcase_add_test(tests, a_case_has_a_name_in_two_parts);
	tcase_add_test(tests, a_case_tells_its_fault);
	tcase_add_test(tests, a_finding_tells_the_life_of_its_object);
	tcase_add_test(tests, the_head_is_that_of_the_campaign);
	tcase_add_test(tests, paths_are_seen_from_the_directory);
	tcase_add_test(tests, what_no_case_tells_is_a_gap);
	tcase_add_test(tests, what_is_excused_has_another_remedy);
	tcase_add_test(tests, paths_become_uris);
	tcase_add_test(tests, every_finding_has_a_rule);
	tcase_add_test(tests, formats_have_names);
	tcase_add_test(tests, formats_do_with_little);
	tcase_add_test(tests, what_is_excused_is_shown_so);
	suite_add_tcase(suite, tests);
	return suite;
}
