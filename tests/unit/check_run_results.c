/* SPDX-License-Identifier: MIT */
/* check_run_results.c - unit: a run of leakcheck, for formats of others. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "leakcheck/cli/run_results.h"

Suite *run_results_suite(void);

enum { MOST = 8 };

static const struct rule rule = {.head = {.text = "leak:fifo",
					  .reason = "by design",
					  .source = "leaks.rules:3"}};
static char *command[] = {"./bin/server", "-d", "it's", NULL};

static struct object_list objects;
static struct leak leaks[MOST];
static struct run_finding findings[MOST];
static struct survivor survivors[MOST];
static struct run run;
static struct ignore ignore;
static struct run_report report;
static struct results results;

static void
setup(void)
{
	run = (struct run) {.sandboxed = true, .after = snapshot_new()};
	run.survivors.items = survivors;
	object_list_reserve(&objects, MOST);
	report = (struct run_report) {
		.run = &run,
		.ignore = &ignore,
		.argv = command,
		.directory = "/src",
		.seconds = 1.5,
		.settle_ms = 5000,
		.findings = findings,
	};
}

static void
teardown(void)
{
	results_free(&results);
	object_list_free(&objects);
	snapshot_free(run.after);
}

/* @path is NULL for a segment. */
static struct run_finding *
add(enum finding_class class, const char *path, const char *maker)
{
	const size_t at = report.count++;
	struct object *object =
		object_list_add(&objects, path ? KIND_FIFO : KIND_SYSV_SHM);

	object->known = FIELD_BIT(FIELD_ID);
	if (path)
		object_list_set_path(&objects, object, path);
	leaks[at] = (struct leak) {
		.object = object,
		.maker = {.pid = 12, .command = maker},
	};
	findings[at] = (struct run_finding) {
		.leak = &leaks[at],
		.class = class,
		.rule = class == FINDING_IGNORED ? &rule : NULL,
		.removal = REMOVAL_GOES,
	};
	report.counts[class]++;
	return &findings[at];
}

static const struct result_case *
only_case(const char *id, enum outcome outcome)
{
	run_results_make(&results, &report);
	ck_assert_uint_eq(results.case_count, 1);
	ck_assert_str_eq(results.cases[0].id, id);
	ck_assert_int_eq(results.cases[0].outcome, outcome);
	ck_assert_uint_eq(results.outcomes[outcome], 1);
	return &results.cases[0];
}

START_TEST(a_clean_run_has_passed_something)
{
	const struct result_case *entry =
		only_case("objects nothing is left behind", OUTCOME_PASSED);

	ck_assert_ptr_null(entry->message);
	ck_assert(entry->seconds > 1 && entry->seconds < 2);
	ck_assert_uint_eq(results.finding_count, 0);
	ck_assert_str_eq(results.target, "server");
	ck_assert_str_eq(results.command, "./bin/server -d 'it'\\''s'");
	ck_assert_str_eq(results.gate, "passed");
	ck_assert_str_eq(results.summary,
			 "nothing left behind; the command exited with 0 "
			 "(in a sandbox)");
}
END_TEST

START_TEST(an_object_is_a_case_and_a_finding)
{
	const struct result_case *entry;

	report.gate = GATE_FAILED;
	add(FINDING_LEAK, NULL, "/bin/ipcmk -M 4096");
	entry = only_case("sysv-shm made by ipcmk", OUTCOME_FAILED);
	ck_assert_str_eq(entry->group, "sysv-shm");
	ck_assert_str_eq(entry->type, "leak.sysv-shm");
	ck_assert_str_eq(entry->message,
			 "sysv-shm 0 is left behind, made by pid 12: "
			 "/bin/ipcmk -M 4096");
	ck_assert_uint_eq(results.finding_count, 1);
	ck_assert_str_eq(results.findings[0].title, entry->id);
	ck_assert_uint_eq(strlen(results.findings[0].id), 8);
	ck_assert_int_eq(results.findings[0].level, LEVEL_ERROR);
	ck_assert_ptr_null(results.findings[0].place);
	ck_assert_ptr_null(results.findings[0].excuse);
	ck_assert_str_eq(results.summary,
			 "1 object left behind; the command exited with 0 "
			 "(in a sandbox)");
}
END_TEST

/* The line of a block with that label. */
static const char *
line(const struct block *block, const char *label)
{
	for (size_t i = 0; i < block->count; i++)
		if (strcmp(block->lines[i].label, label) == 0)
			return block->lines[i].text;
	return NULL;
}

START_TEST(the_block_tells_what_became_of_it)
{
	static const struct {
		enum removal removal;
		const char *tells;
	} rows[] = {
		{REMOVAL_NONE, "no, it stays"},
		{REMOVAL_GOES, "with the sandbox"},
		{REMOVAL_DONE, "yes"},
		{REMOVAL_FAILED, "no: in use"},
	};
	struct run_finding *finding = add(FINDING_LEAK, NULL, "ipcmk");
	const struct block *block;

	finding->removal = rows[_i].removal;
	if (rows[_i].removal == REMOVAL_FAILED)
		finding->why = mem_strdup("in use");
	run_results_make(&results, &report);
	block = &results.findings[0].block;
	ck_assert_str_eq(line(block, "removed:"), rows[_i].tells);
	ck_assert_str_eq(line(block, "maker:"), "pid 12: ipcmk");
	ck_assert_ptr_nonnull(
		strstr(line(block, "next:"), "ipcrash list -- ./bin/server"));
	free(finding->why);
}
END_TEST

START_TEST(what_a_rule_expects_is_excused)
{
	const struct result_finding *finding;

	add(FINDING_IGNORED, "/src/f", "mkfifo f");
	run_results_make(&results, &report);
	ck_assert_uint_eq(results.case_count, 2);
	ck_assert_str_eq(results.cases[0].id, "fifo f made by mkfifo");
	ck_assert_int_eq(results.cases[0].outcome, OUTCOME_EXCUSED);
	ck_assert_str_eq(results.cases[0].excuse, "by design (leaks.rules:3)");
	ck_assert_int_eq(results.cases[1].outcome, OUTCOME_PASSED);
	finding = &results.findings[0];
	ck_assert_str_eq(finding->excuse, "by design (leaks.rules:3)");
	ck_assert_str_eq(line(&finding->block, "rule:"),
			 "leak:fifo  # by design (leaks.rules:3)");
	ck_assert_ptr_null(line(&finding->block, "next:"));
}
END_TEST

START_TEST(only_strict_fails_for_what_others_may_have_made)
{
	add(FINDING_FOREIGN, "/tmp/f", NULL);
	report.strict = _i;
	report.gate = _i ? GATE_FAILED : GATE_PASSED;
	run_results_make(&results, &report);
	ck_assert_str_eq(results.cases[0].id, "fifo /tmp/f of unknown maker");
	ck_assert_int_eq(results.cases[0].outcome,
			 _i ? OUTCOME_FAILED : OUTCOME_EXCUSED);
	ck_assert_int_eq(results.findings[0].level,
			 _i ? LEVEL_ERROR : LEVEL_WARNING);
	ck_assert_ptr_null(results.findings[0].excuse);
	ck_assert_uint_eq(results.outcomes[OUTCOME_PASSED], !_i);
}
END_TEST

START_TEST(only_strict_fails_for_processes_that_stay)
{
	survivors[0] = (struct survivor) {13, "/bin/sleep 100"};
	run.survivors.count = 1;
	report.strict = _i;
	report.gate = _i ? GATE_FAILED : GATE_PASSED;
	run_results_make(&results, &report);
	ck_assert_str_eq(results.cases[0].id,
			 "process sleep outlives the command");
	ck_assert_str_eq(results.cases[0].type, "orphaned");
	ck_assert_int_eq(results.cases[0].outcome,
			 _i ? OUTCOME_FAILED : OUTCOME_EXCUSED);
	ck_assert_ptr_nonnull(strstr(results.cases[0].message,
				     "outlived the command by 5 s"));
}
END_TEST

START_TEST(what_was_not_executed_is_an_error)
{
	run.exec_error = ENOENT;
	report.gate = GATE_INCOMPLETE;
	ck_assert_str_eq(
		only_case("command is executed", OUTCOME_ERROR)->message,
		"cannot run server: No such file or directory");
	ck_assert_str_eq(results.gate, "incomplete");
}
END_TEST

START_TEST(what_was_not_looked_at_is_a_note_and_with_strict_an_error)
{
	snapshot_add_blind(run.after, KIND_BIT(KIND_FIFO), "/root", "no");
	run_results_make(&results, &report);
	ck_assert_uint_eq(results.notes.count, 1);
	ck_assert_str_eq(results.notes.lines[0].text,
			 "not looked at: fifo in /root: no");
	ck_assert_int_eq(results.cases[0].outcome, OUTCOME_PASSED);
	results_free(&results);
	report.gate = GATE_INCOMPLETE;
	ck_assert_str_eq(
		line(&only_case("objects all can be looked at", OUTCOME_ERROR)
			      ->block,
		     "note:"),
		"not looked at: fifo in /root: no");
}
END_TEST

/* What was made, and its id in one run. */
static void
make_some(int32_t id, uint32_t key, pid_t pid)
{
	for (int i = 0; i < 3; i++) {
		struct run_finding *finding =
			add(FINDING_LEAK, NULL, i < 2 ? "a -x" : "b");
		struct object *object = &objects.items[objects.count - 1];
		struct leak *leak = &leaks[finding - findings];

		object->known = FIELD_BIT(FIELD_ID) | FIELD_BIT(FIELD_KEY);
		object->id = id + i;
		object->key = key;
		leak->maker.pid = pid;
	}
	run_results_make(&results, &report);
}

START_TEST(ids_are_the_same_next_time_and_differ_from_each_other)
{
	char *first[3];

	make_some(0, 0, 12);
	for (size_t i = 0; i < 3; i++) {
		first[i] = mem_strdup(results.findings[i].id);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(first[i], first[j]);
	}
	ck_assert_str_eq(results.cases[1].id, "sysv-shm made by a (2)");
	results_free(&results);
	report.count = 0;
	make_some(32768, 0x1234, 99);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_str_eq(results.findings[i].id, first[i]);
		free(first[i]);
	}
}
END_TEST

START_TEST(paths_tell_objects_apart)
{
	add(FINDING_LEAK, "/src/a/f", "mk");
	add(FINDING_LEAK, "/src/b/f", "mk");
	run_results_make(&results, &report);
	ck_assert_str_eq(results.cases[0].id, "fifo a/f made by mk");
	ck_assert_str_eq(results.cases[1].id, "fifo b/f made by mk");
}
END_TEST

Suite *
run_results_suite(void)
{
	Suite *suite = suite_create("run_results");
	TCase *tests = tcase_create("runs");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_clean_run_has_passed_something);
	tcase_add_test(tests, an_object_is_a_case_and_a_finding);
	tcase_add_loop_test(tests, the_block_tells_what_became_of_it, 0, 4);
	tcase_add_test(tests, what_a_rule_expects_is_excused);
	tcase_add_loop_test(
		tests, only_strict_fails_for_what_others_may_have_made, 0, 2);
	tcase_add_loop_test(tests, only_strict_fails_for_processes_that_stay, 0,
			    2);
	tcase_add_test(tests, what_was_not_executed_is_an_error);
	tcase_add_test(
		tests,
		what_was_not_looked_at_is_a_note_and_with_strict_an_error);
	tcase_add_test(tests,
		       ids_are_the_same_next_time_and_differ_from_each_other);
	tcase_add_test(tests, paths_tell_objects_apart);
	suite_add_tcase(suite, tests);
	return suite;
}
