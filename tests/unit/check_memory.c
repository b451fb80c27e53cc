/* SPDX-License-Identifier: MIT */
/* check_memory.c - unit: what is known does not fail the gate, and is told. */
#include <check.h>
#include <string.h>

#include "base/mem.h"
#include "reports/classes.h"
#include "reports/notes.h"
#include "tests/support/made_log.h"

Suite *memory_suite(void);

/* The class of a segment of pool_open(). */
#define POOL "31c3022a"

static struct log log_of;
static struct classes classes;
static struct memory memory;
static struct buf text;

static void
setup(void)
{
	memory = (struct memory) {0};
	made_log_pool(&text);
}

static void
teardown(void)
{
	classes_free(&classes);
	log_free(&log_of);
	memory_free(&memory);
	buf_free(&text);
}

static void
suppress(const char *rules)
{
	struct err err = {0};

	if (suppressions_parse(&memory.suppressions, 20261123, "s", rules,
			       strlen(rules), &err))
		ck_abort_msg("%s", err.text);
}

static void
remember(const char *baseline)
{
	struct err err = {0};

	if (baseline_parse(&memory.baseline, "b", baseline, strlen(baseline),
			   &err))
		ck_abort_msg("%s", err.text);
}

static void
add_more(const char *fault, const char *verdict, const char *more)
{
	struct made_trial trial =
		made_trial_of("pool_open:shmat", NULL, fault, verdict);

	trial.more = more;
	made_log_trial(&text, &trial);
}

static void
add(const char *fault, const char *verdict)
{
	add_more(fault, verdict, NULL);
}

static enum gate
make(bool strict)
{
	made_log_read(&log_of, &text);
	classes_make_with(&classes, &log_of, strict, &memory);
	return classes_gate(&classes, &log_of);
}

static const char *
summary(void)
{
	static char kept[200];
	CLEANUP_BUF struct buf into = {0};

	notes_add_summary(&into, &log_of, &classes);
	snprintf(kept, sizeof(kept), "%s", buf_text(&into));
	return kept;
}

START_TEST(what_is_suppressed_does_not_gate)
{
	suppress("leak:sysv-shm func=pool_open # by design\n");
	add("SIGTERM", "leaked");
	add("SIGHUP", "leaked");
	ck_assert_int_eq(make(false), GATE_PASSED);
	ck_assert_uint_eq(classes.count, 1);
	ck_assert(!classes.items[0].gating);
	ck_assert_str_eq(classes.items[0].known->source, "s:1");
	ck_assert_str_eq(classes.items[0].known->reason, "by design");
	ck_assert_uint_eq(classes.items[0].known->trials, 2);
	ck_assert_uint_eq(classes.known[KNOWN_SUPPRESSED], 1);
	ck_assert_uint_eq(classes_warnings(&classes), 0);
	ck_assert_ptr_eq(classes.outcomes[0].known, classes.items[0].known);
	ck_assert_str_eq(summary(),
			 "2 trials at 3 sites: 2 leaked (2 suppressed)");
}
END_TEST

START_TEST(another_fault_still_gates)
{
	const struct leak_class *class;

	suppress("leak:sysv-shm fault=SIGTERM # by design\n");
	add("SIGTERM", "leaked");
	add("SIGHUP", "leaked");
	ck_assert_int_eq(make(false), GATE_FAILED);
	class = &classes.items[0];
	ck_assert(class->gating);
	ck_assert_ptr_null(class->known);
	ck_assert_uint_eq(class->fault_count, 2);
	ck_assert_ptr_nonnull(class->faults[0].known);
	ck_assert(!class->faults[0].gating);
	ck_assert_ptr_null(class->faults[1].known);
	ck_assert(class->faults[1].gating);
	ck_assert(!classes.outcomes[0].gating && classes.outcomes[1].gating);
	ck_assert_uint_eq(classes.known[KNOWN_SUPPRESSED], 0);
	ck_assert_str_eq(summary(),
			 "2 trials at 3 sites: 2 leaked (1 suppressed)");
}
END_TEST

/* A warning may be suppressed, too; a baseline is for what gates. */
START_TEST(warnings_can_be_suppressed)
{
	suppress("leak:sysv-shm fault=SIGKILL # reclaimed\n");
	add("SIGKILL", "leaked");
	ck_assert_int_eq(make(false), GATE_PASSED);
	ck_assert_uint_eq(classes_warnings(&classes), 0);
	ck_assert_uint_eq(classes.known[KNOWN_SUPPRESSED], 1);
	ck_assert_str_eq(summary(),
			 "1 trial at 3 sites: 1 leaked (1 suppressed)");
}
END_TEST

START_TEST(a_warning_beside_what_is_suppressed_is_told_with_it)
{
	suppress("leak:sysv-shm fault=SIGTERM # by design\n");
	add("SIGTERM", "leaked");
	add("SIGKILL", "leaked");
	ck_assert_int_eq(make(false), GATE_PASSED);
	ck_assert_ptr_nonnull(classes.items[0].known);
	ck_assert_ptr_null(classes.items[0].faults[1].known);
	ck_assert_str_eq(
		summary(),
		"2 trials at 3 sites: 2 leaked (1 allowed, 1 suppressed)");
}
END_TEST

/* All that a trial leaves must be excused, and all of each class. */
START_TEST(every_object_counts)
{
	static const char left[] =
		"\"left\":[{\"kind\":\"fifo\",\"path\":\"/a\",\"dev\":1,"
		"\"ino\":1},{\"kind\":\"fifo\",\"path\":\"/b\",\"dev\":1,"
		"\"ino\":2}]";

	suppress("leak:fifo path=/a # x\n");
	if (_i)
		suppress("leak:fifo path=/b # x\n");
	add_more("SIGTERM", "leaked", left);
	ck_assert_int_eq(make(false), _i ? GATE_PASSED : GATE_FAILED);
	ck_assert_uint_eq(classes.count, 1);
	ck_assert_int_eq(classes.outcomes[0].known != NULL, _i);
}
END_TEST

/* Also where it leaves more than one thing, and of more than one class. */
START_TEST(a_trial_is_counted_once)
{
	static const char left[] = "\"left\":[{\"kind\":\"sysv-shm\",\"id\":1},"
				   "{\"kind\":\"sysv-shm\",\"id\":2},"
				   "{\"kind\":\"sysv-sem\",\"id\":3}]";

	suppress("leak:* fault=SIG* # x\n");
	add_more("SIGTERM", "leaked", left);
	add_more("SIGHUP", "leaked", left);
	ck_assert_int_eq(make(false), GATE_PASSED);
	ck_assert_uint_eq(classes.count, 2);
	ck_assert_uint_eq(memory.suppressions.items[0].known.trials, 2);
}
END_TEST

START_TEST(a_baseline_knows_class_and_fault)
{
	remember(POOL " SIGTERM # src/pool.c:pool_open:shmget sysv-shm\n");
	add("SIGTERM", "leaked");
	if (_i)
		add("SIGHUP", "leaked");
	ck_assert_int_eq(make(false), _i ? GATE_FAILED : GATE_PASSED);
	ck_assert_ptr_nonnull(classes.items[0].faults[0].known);
	ck_assert_int_eq(classes.items[0].faults[0].known->by, KNOWN_BASELINE);
	ck_assert_str_eq(classes.items[0].faults[0].known->source, "b:1");
	ck_assert_uint_eq(classes.known[KNOWN_BASELINE], !_i);
	ck_assert_ptr_nonnull(strstr(summary(), "(1 baseline)"));
}
END_TEST

START_TEST(a_second_line_does_not_hide_behind_the_first)
{
	static const char *const known[] = {POOL " SIGTERM\n",
					    POOL " lines=1 SIGTERM\n",
					    POOL " lines=2 SIGTERM\n"};

	remember(known[_i]);
	add("SIGTERM", "leaked");
	made_log_second(&text, "SIGTERM", "leaked");
	ck_assert_int_eq(make(false), _i == 2 ? GATE_PASSED : GATE_FAILED);
}
END_TEST

START_TEST(a_second_line_that_may_leak_is_none)
{
	remember(POOL " SIGTERM\n");
	add("SIGTERM", "leaked");
	made_log_second(&text, "SIGKILL", "leaked");
	ck_assert_int_eq(make(false), GATE_PASSED);
}
END_TEST

/* What is meant is not what is new: the others are known as before. */
START_TEST(a_second_line_that_is_suppressed_is_none)
{
	suppress("leak:sysv-shm func=pool_open fault=SIGINT # meant\n");
	remember(POOL " SIGTERM\n");
	add("SIGTERM", "leaked");
	made_log_second(&text, "SIGINT", "leaked");
	ck_assert_int_eq(make(false), GATE_PASSED);
	ck_assert_uint_eq(memory.suppressions.items[0].known.trials, 1);
	ck_assert_uint_eq(memory.baseline.items[0].known.trials, 1);
}
END_TEST

/* Another line must not take the place of one that is suppressed. */
START_TEST(a_baseline_does_not_count_what_is_suppressed)
{
	CLEANUP_BUF struct buf written = {0};

	suppress("leak:sysv-shm func=pool_open fault=SIGINT # meant\n");
	add("SIGTERM", "leaked");
	made_log_second(&text, "SIGINT", "leaked");
	ck_assert_int_eq(make(false), GATE_FAILED);
	baseline_add(&memory.baseline, &log_of, &classes);
	baseline_write(&written, &memory.baseline);
	ck_assert_ptr_nonnull(strstr(buf_text(&written), POOL " SIGTERM  #"));
}
END_TEST

/* What is written down knows what it was made from. */
START_TEST(a_baseline_counts_lines)
{
	CLEANUP_BUF struct buf written = {0};

	add("SIGTERM", "leaked");
	made_log_second(&text, "SIGTERM", "leaked");
	ck_assert_int_eq(make(false), GATE_FAILED);
	baseline_add(&memory.baseline, &log_of, &classes);
	baseline_write(&written, &memory.baseline);
	ck_assert_ptr_nonnull(
		strstr(buf_text(&written), POOL " lines=2 SIGTERM  #"));
	classes_free(&classes);
	classes_make_with(&classes, &log_of, false, &memory);
	ck_assert_int_eq(classes_gate(&classes, &log_of), GATE_PASSED);
}
END_TEST

START_TEST(another_class_is_new)
{
	remember("00000000 SIGTERM\n");
	add("SIGTERM", "leaked");
	ck_assert_int_eq(make(false), GATE_FAILED);
}
END_TEST

/* What was known as a window and is left for good now is worse. */
START_TEST(a_window_in_the_baseline_is_no_leak)
{
	remember(POOL " window:SIGTERM\n");
	add("SIGTERM", _i ? "leaked" : "window");
	ck_assert_int_eq(make(true), _i ? GATE_FAILED : GATE_PASSED);
}
END_TEST

START_TEST(a_suppression_goes_before_the_baseline)
{
	remember(POOL " SIGTERM\n");
	suppress("leak:sysv-shm # by design\n");
	add("SIGTERM", "leaked");
	make(false);
	ck_assert_int_eq(classes.items[0].known->by, KNOWN_SUPPRESSED);
}
END_TEST

/* The worst run is known, another one fails the gate. */
START_TEST(a_known_run_hides_no_other)
{
	static const char other[] =
		"\"repetition\":2,\"left\":[{\"kind\":\"sysv-sem\",\"id\":1,"
		"\"created_at\":\"src/pool.c:pool_open:shmget:1\"}]";

	suppress("leak:sysv-shm # by design\n");
	add_more("SIGTERM", "leaked", "\"repetition\":1");
	if (_i == 0)
		add_more("SIGTERM", "leaked", other);
	else
		add_more("SIGTERM", "hung", "\"repetition\":2");
	ck_assert_int_eq(make(false), GATE_FAILED);
	ck_assert_uint_eq(classes.count, 2);
	ck_assert_ptr_nonnull(classes.items[1].known);
	ck_assert(classes.items[0].gating);
	ck_assert_int_eq(classes.items[0].kind,
			 _i ? KIND_COUNT : KIND_SYSV_SEM);
	ck_assert_uint_eq(classes.outcomes[0].trial->run_count, 2);
	ck_assert_uint_eq(classes.outcomes[0].trial->repetition, 2);
}
END_TEST

/* What only one run shows is there, and in the baseline of the same log. */
START_TEST(each_run_shows_its_own)
{
	static const char other[] =
		"\"repetition\":2,\"left\":[{\"kind\":\"sysv-sem\",\"id\":1,"
		"\"created_at\":\"src/pool.c:pool_open:shmget:1\"}]";

	add_more("SIGTERM", "leaked", "\"repetition\":1");
	if (_i == 0)
		add_more("SIGTERM", "leaked", other);
	else
		add_more("SIGTERM", "hung", "\"repetition\":2");
	add_more("SIGTERM", "clean", "\"repetition\":3");
	ck_assert_int_eq(make(false), GATE_FAILED);
	ck_assert_uint_eq(classes.gating, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(classes.items[i].trial_count, 1);
		ck_assert_uint_eq(classes.items[i].trials[0]->run_count, 3);
	}
	ck_assert_int_eq(classes.verdicts[VERDICT_LEAKED], 1);
	ck_assert_int_eq(classes.verdicts[VERDICT_HUNG], 0);
	baseline_add(&memory.baseline, &log_of, &classes);
	ck_assert_uint_eq(memory.baseline.count, 2);
	classes_free(&classes);
	classes_make_with(&classes, &log_of, false, &memory);
	ck_assert_int_eq(classes_gate(&classes, &log_of), GATE_PASSED);
}
END_TEST

/* One trial, whichever run shows it worst. */
START_TEST(the_worst_run_stands_for_a_class)
{
	remember(POOL " window:SIGTERM\n");
	add_more("SIGTERM", _i ? "leaked" : "window", "\"repetition\":1");
	add_more("SIGTERM", _i ? "window" : "leaked", "\"repetition\":2");
	ck_assert_int_eq(make(false), GATE_FAILED);
	ck_assert_uint_eq(classes.count, 1);
	ck_assert_uint_eq(classes.items[0].trial_count, 1);
	ck_assert_int_eq(classes.items[0].verdict, VERDICT_LEAKED);
	ck_assert_int_eq(classes.items[0].trials[0]->verdict, VERDICT_LEAKED);
	ck_assert_uint_eq(classes.items[0].faults[0].leaks, 1);
}
END_TEST

START_TEST(a_clean_run_does_not_take_its_place)
{
	suppress("leak:sysv-shm # by design\n");
	add_more("SIGTERM", "leaked", "\"repetition\":1");
	add_more("SIGTERM", "clean", "\"repetition\":2");
	ck_assert_int_eq(make(false), GATE_PASSED);
	ck_assert_uint_eq(classes.known[KNOWN_SUPPRESSED], 1);
	ck_assert_ptr_eq(classes.outcomes[0].trial, &log_of.trials[0]);
}
END_TEST

START_TEST(idle_suppressions_gate_if_strict)
{
	memory.strict = _i;
	suppress("leak:sysv-shm # by design\nleak:fifo # gone\n");
	add("SIGTERM", "leaked");
	ck_assert_int_eq(make(false), _i ? GATE_FAILED : GATE_PASSED);
	ck_assert_uint_eq(classes.idle, _i);
}
END_TEST

START_TEST(what_is_known_comes_last)
{
	suppress("leak:sysv-shm fault=SIGTERM # by design\n");
	add("SIGTERM", "leaked");
	made_log_trial(&text, &(struct made_trial) {.site = "pool_open:shmat",
						    .fault = "SIGKILL",
						    .verdict = "hung",
						    .allowed = true});
	made_log_trial(&text, &(struct made_trial) {.site = "pool_open:shmat",
						    .fault = "SIGINT",
						    .verdict = "orphaned"});
	make(false);
	ck_assert_uint_eq(classes.count, 3);
	ck_assert(classes.items[0].gating);
	ck_assert_int_eq(classes.items[1].verdict, VERDICT_HUNG);
	ck_assert_ptr_nonnull(classes.items[2].known);
	ck_assert_uint_eq(classes_warnings(&classes), 1);
}
END_TEST

/* Neither gaps nor what is missing is excused by anything. */
START_TEST(an_incomplete_gate_stays_so)
{
	suppress("leak:sysv-shm # by design\n");
	add("SIGTERM", "leaked");
	add("SIGHUP", "not-reached");
	ck_assert_int_eq(make(false), GATE_INCOMPLETE);
}
END_TEST

Suite *
memory_suite(void)
{
	Suite *suite = suite_create("memory");
	TCase *tests = tcase_create("memory");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, what_is_suppressed_does_not_gate);
	tcase_add_test(tests, another_fault_still_gates);
	tcase_add_test(tests, warnings_can_be_suppressed);
	tcase_add_test(tests,
		       a_warning_beside_what_is_suppressed_is_told_with_it);
	tcase_add_loop_test(tests, every_object_counts, 0, 2);
	tcase_add_test(tests, a_trial_is_counted_once);
	tcase_add_loop_test(tests, a_baseline_knows_class_and_fault, 0, 2);
	tcase_add_loop_test(tests, a_second_line_does_not_hide_behind_the_first,
			    0, 3);
	tcase_add_test(tests, a_second_line_that_may_leak_is_none);
	tcase_add_test(tests, a_second_line_that_is_suppressed_is_none);
	tcase_add_test(tests, a_baseline_does_not_count_what_is_suppressed);
	tcase_add_test(tests, a_baseline_counts_lines);
	tcase_add_test(tests, another_class_is_new);
	tcase_add_loop_test(tests, a_window_in_the_baseline_is_no_leak, 0, 2);
	tcase_add_test(tests, a_suppression_goes_before_the_baseline);
	tcase_add_loop_test(tests, a_known_run_hides_no_other, 0, 2);
	tcase_add_loop_test(tests, each_run_shows_its_own, 0, 2);
	tcase_add_loop_test(tests, the_worst_run_stands_for_a_class, 0, 2);
	tcase_add_test(tests, a_clean_run_does_not_take_its_place);
	tcase_add_loop_test(tests, idle_suppressions_gate_if_strict, 0, 2);
	tcase_add_test(tests, what_is_known_comes_last);
	tcase_add_test(tests, an_incomplete_gate_stays_so);
	suite_add_tcase(suite, tests);
	return suite;
}
