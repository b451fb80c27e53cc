/* SPDX-License-Identifier: MIT */
/* check_classes.c - unit: findings clustered, gates, what the summary says. */
#include <check.h>
#include <string.h>

#include "base/mem.h"
#include "reports/classes.h"
#include "tests/support/made_log.h"

Suite *classes_suite(void);

static struct log log_of;
static struct classes classes;
static struct buf text;

static void
setup(void)
{
	made_log_pool(&text);
}

static void
teardown(void)
{
	classes_free(&classes);
	log_free(&log_of);
	buf_free(&text);
}

static void
add(const char *site, const char *phase, const char *fault, const char *verdict)
{
	const struct made_trial trial =
		made_trial_of(site, phase, fault, verdict);

	made_log_trial(&text, &trial);
}

static void
make(bool strict)
{
	made_log_read(&log_of, &text);
	classes_make(&classes, &log_of, strict);
}

static const struct class_fault *
fault_called(const struct leak_class *class, const char *name)
{
	for (size_t i = 0; i < class->fault_count; i++) {
		CLEANUP_BUF struct buf this = {0};

		fault_format(&class->faults[i].fault, &this);
		if (!strcmp(buf_text(&this), name))
			return &class->faults[i];
	}
	ck_abort_msg("no fault %s", name);
}

START_TEST(nothing_found_passes)
{
	add("pool_open:shmget", "return", "SIGTERM", "clean");
	add("pool_close:shmctl", "before", "EINVAL", "unavoidable");
	add("pool_open:shmat", "before", "exit", "not-available");
	make(false);
	ck_assert_uint_eq(classes.count, 0);
	ck_assert_int_eq(classes_gate(&classes, &log_of), GATE_PASSED);
	ck_assert_int_eq(classes.verdicts[VERDICT_UNAVOIDABLE], 1);
}
END_TEST

START_TEST(a_leak_is_one_class_whatever_the_points)
{
	const struct leak_class *class;
	const struct class_fault *fault;
	struct campaign_summary summary = {0};

	add("pool_open:shmget", "before", "SIGTERM", "clean");
	add("pool_open:shmget", "return", "SIGTERM", "leaked");
	add("pool_open:shmget", "return", "exit", "clean");
	add("pool_open:shmat", "before", "SIGTERM", "leaked");
	add("pool_open:shmat", "before", "exit", "clean");
	add("pool_open:shmat", "return", "SIGTERM", "clean");
	add("pool_open:shmat", "return", "exit", "not-reached");
	add("pool_close:shmctl", "before", "SIGTERM", "clean");
	add("pool_close:shmctl", "return", "SIGTERM", "clean");
	make(false);
	ck_assert_uint_eq(classes.count, 1);
	ck_assert_uint_eq(classes.gating, 1);
	class = &classes.items[0];
	ck_assert_int_eq(class->verdict, VERDICT_LEAKED);
	ck_assert_str_eq(class->created_at, "src/pool.c:pool_open:shmget:1");
	ck_assert_ptr_eq(class->site, &log_of.sites[0]);
	ck_assert_uint_eq(class->trial_count, 2);
	/* shmget:return to shmctl:before */
	ck_assert_uint_eq(class->points, 4);
	fault = fault_called(class, "SIGTERM");
	ck_assert_uint_eq(fault->points, 4);
	ck_assert_uint_eq(fault->leaks, 2);
	ck_assert(fault->gating);
	ck_assert_ptr_eq(fault->first, class->trials[0]);
	fault = fault_called(class, "exit");
	ck_assert_uint_eq(fault->points, 2);
	ck_assert_uint_eq(fault->leaks, 0);
	ck_assert_ptr_null(fault->first);
	ck_assert_int_eq(classes_gate(&classes, &log_of), GATE_FAILED);

	classes_summarize(&classes, &log_of, &summary);
	ck_assert_uint_eq(summary.finding_count, 1);
	ck_assert_str_eq(summary.findings[0].class, class->id);
	ck_assert_uint_eq(summary.findings[0].faults.count, 1);
	ck_assert_str_eq(summary.findings[0].faults.items[0], "SIGTERM");
	ck_assert_int_eq(summary.gate, GATE_FAILED);
	ck_assert_int_eq(summary.trials, 9);
}
END_TEST

/* The same source line in a loop and in another process is one place. */
START_TEST(occurrence_and_role_do_not_count)
{
	static const char *const made_at[] = {
		"src/pool.c:pool_open:shmget:1",
		"src/pool.c:pool_open:shmget:2",
		"0.1/src/pool.c:pool_open:shmget:1",
	};

	for (size_t i = 0; i < ARRAY_LEN(made_at); i++) {
		CLEANUP_FREE char *left = mem_printf(
			"\"left\":[{\"kind\":\"sysv-shm\",\"id\":%zu,"
			"\"created_at\":\"%s\"}]",
			i, made_at[i]);
		const char *phase = i ? "return" : "before";

		made_log_trial(&text,
			       &(struct made_trial) {
				       .site = i > 1 ? "pool_open:shmat"
						     : "pool_open:shmget",
				       .phase = phase,
				       .fault = "SIGTERM",
				       .verdict = "leaked",
				       .more = left});
	}
	make(false);
	ck_assert_uint_eq(classes.count, 1);
	ck_assert_uint_eq(classes.items[0].trial_count, 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_ptr_eq(
			classes_leftover(&classes.items[0], &log_of.trials[i]),
			&log_of.trials[i].left[0]);
}
END_TEST

/* Two objects of one class in one trial, and a class of another kind. */
START_TEST(a_trial_may_show_several_classes)
{
	made_log_trial(&text,
		       &(struct made_trial) {
			       .site = "pool_open:shmat",
			       .fault = "SIGHUP",
			       .verdict = "leaked",
			       .more = "\"left\":["
				       "{\"kind\":\"sysv-shm\",\"id\":0},"
				       "{\"kind\":\"sysv-sem\",\"id\":0},"
				       "{\"kind\":\"sysv-shm\",\"id\":1}]"});
	make(false);
	ck_assert_uint_eq(classes.count, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_ptr_null(classes.items[i].created_at);
		ck_assert_ptr_null(classes.items[i].site);
		ck_assert_int_eq(classes.items[i].verdict, VERDICT_LEAKED);
	}
	ck_assert_int_ne(classes.items[0].kind, classes.items[1].kind);
}
END_TEST

START_TEST(what_is_allowed_is_a_warning)
{
	add("pool_open:shmget", "return", "SIGKILL", "leaked");
	make(false);
	ck_assert_uint_eq(classes.count, 1);
	ck_assert_uint_eq(classes.gating, 0);
	ck_assert(!classes.items[0].faults[0].gating);
	ck_assert_int_eq(classes.allowed[VERDICT_LEAKED], 1);
	ck_assert_int_eq(classes_gate(&classes, &log_of), GATE_PASSED);
}
END_TEST

/* A gating trial is the example, though an allowed one came first. */
START_TEST(gating_ones_are_shown_first)
{
	made_log_trial(&text,
		       &(struct made_trial) {.site = "pool_open:shmat",
					     .fault = "SIGQUIT",
					     .verdict = "leaked",
					     .allowed = true,
					     .kind = "sysv-shm",
					     .created = "pool_open:shmget"});
	made_log_trial(&text,
		       &(struct made_trial) {.site = "pool_close:shmctl",
					     .fault = "SIGQUIT",
					     .verdict = "leaked",
					     .kind = "sysv-shm",
					     .created = "pool_open:shmget"});
	make(false);
	ck_assert_ptr_eq(classes.items[0].faults[0].first, &log_of.trials[1]);
}
END_TEST

START_TEST(a_window_gates_only_if_strict)
{
	bool strict = _i;

	add("pool_open:shmget", "return", "SIGTERM", "window");
	make(strict);
	ck_assert_uint_eq(classes.count, 1);
	ck_assert_int_eq(classes.items[0].verdict, VERDICT_WINDOW);
	ck_assert_int_eq(classes.items[0].gating, strict);
	ck_assert_uint_eq(classes.items[0].faults[0].windows, 1);
	ck_assert_uint_eq(classes.items[0].faults[0].leaks, 0);
	ck_assert_int_eq(classes_gate(&classes, &log_of),
			 strict ? GATE_FAILED : GATE_PASSED);
}
END_TEST

START_TEST(a_window_and_a_leak_are_a_leak)
{
	add("pool_open:shmget", "return", "SIGTERM", "window");
	add("pool_open:shmat", "return", "SIGTERM", "leaked");
	make(false);
	ck_assert_uint_eq(classes.count, 1);
	ck_assert_int_eq(classes.items[0].verdict, VERDICT_LEAKED);
	ck_assert_uint_eq(classes.items[0].faults[0].windows, 1);
	ck_assert_uint_eq(classes.items[0].faults[0].leaks, 1);
}
END_TEST

/* What a run left that was killed is not the program's fault. */
START_TEST(what_hangs_is_a_class_by_its_site)
{
	made_log_trial(&text,
		       &(struct made_trial) {.site = "pool_open:shmat",
					     .fault = "SIGTERM",
					     .verdict = "hung",
					     .kind = "sysv-shm",
					     .created = "pool_open:shmget"});
	add("pool_open:shmat", "return", "SIGHUP", "hung");
	add("pool_open:shmat", "return", "SIGINT", "orphaned");
	add("pool_open:shmget", "return", "SIGINT", "orphaned");
	make(false);
	ck_assert_uint_eq(classes.count, 3);
	ck_assert_uint_eq(classes.gating, 3);
	ck_assert_int_eq(classes.items[0].verdict, VERDICT_ORPHANED);
	ck_assert_ptr_eq(classes.items[0].site, &log_of.sites[0]);
	ck_assert_ptr_eq(classes.items[1].site, &log_of.sites[1]);
	ck_assert_int_eq(classes.items[2].verdict, VERDICT_HUNG);
	ck_assert_uint_eq(classes.items[2].trial_count, 2);
	ck_assert_int_eq(classes.items[2].kind, KIND_COUNT);
}
END_TEST

START_TEST(trials_that_say_nothing_make_it_incomplete)
{
	static const char *const verdicts[] = {"not-reached", "broken",
					       "not-available"};

	add("pool_open:shmat", "return", "SIGHUP", verdicts[_i]);
	make(false);
	ck_assert_uint_eq(classes.count, 0);
	ck_assert_int_eq(classes_gate(&classes, &log_of), GATE_INCOMPLETE);
}
END_TEST

START_TEST(fewer_trials_than_planned_are_incomplete)
{
	buf_clear(&text);
	made_log_start(&text, 2);
	add("pool_open:shmat", "return", "SIGHUP", "clean");
	make(false);
	ck_assert_int_eq(classes_gate(&classes, &log_of), GATE_INCOMPLETE);
}
END_TEST

/* Each of the trials twice: one was made once. */
START_TEST(repetitions_that_are_missing_are_incomplete)
{
	struct made_trial trial = {.site = "pool_open:shmat", .fault = "exit"};

	buf_clear(&text);
	buf_add_text(&text, "{\"type\":\"campaign\",\"version\":1,"
			    "\"sandbox\":\"host\",\"plan\":{\"trials\":2},"
			    "\"options\":{\"repeat\":2}}\n");
	for (int i = 0; i < 3 + _i; i++) {
		trial.fault = i % 2 ? "exit" : "SIGHUP";
		trial.more = i < 2 ? NULL : "\"repetition\":2";
		made_log_trial(&text, &trial);
	}
	make(false);
	ck_assert_int_eq(classes_gate(&classes, &log_of),
			 _i ? GATE_PASSED : GATE_INCOMPLETE);
	ck_assert_int_eq(classes.verdicts[VERDICT_CLEAN], 2);
	ck_assert_uint_eq(classes.unsteady, 0);
}
END_TEST

/* More faults first; then in program order. */
START_TEST(the_worst_come_first)
{
	static const struct made_trial trials[] = {
		{.site = "pool_open:shmat", .fault = "SIGINT"},
		{.site = "pool_open:shmat", .fault = "SIGHUP"},
		{.site = "pool_open:shmat", .fault = "SIGTERM"},
	};
	static const char *const created[] = {
		"pool_open:shmat", "pool_close:shmctl", "pool_close:shmctl"};

	for (size_t i = 0; i < ARRAY_LEN(trials); i++) {
		struct made_trial trial = trials[i];

		trial.verdict = "leaked";
		trial.kind = "sysv-sem";
		trial.created = created[i];
		made_log_trial(&text, &trial);
	}
	add("pool_open:shmget", "return", "SIGTERM", "leaked");
	add("pool_open:shmget", "return", "SIGKILL", "leaked");
	make(false);
	ck_assert_uint_eq(classes.count, 3);
	ck_assert_ptr_eq(classes.items[0].site, &log_of.sites[2]);
	ck_assert_ptr_eq(classes.items[1].site, &log_of.sites[0]);
	ck_assert_ptr_eq(classes.items[2].site, &log_of.sites[1]);
}
END_TEST

START_TEST(an_object_that_is_never_removed_is_alive_to_the_end)
{
	buf_clear(&text);
	made_log_start(&text, 0);
	made_log_site(&text, "a:msgget", "sysv-msg", "acquire", 1);
	made_log_site(&text, "b:msgsnd", "sysv-msg", "use", 2);
	made_log_object(&text, "sysv-msg", "a:msgget", NULL);
	for (int i = 0; i < 4; i++)
		made_log_trial(&text,
			       &(struct made_trial) {
				       .site = i < 2 ? "a:msgget" : "b:msgsnd",
				       .phase = i % 2 ? "return" : "before",
				       .fault = "SIGTERM",
				       .verdict = i == 3 ? "leaked" : "clean",
				       .kind = i == 3 ? "sysv-msg" : NULL,
				       .created = "a:msgget"});
	make(false);
	ck_assert_uint_eq(classes.items[0].points, 3);
	ck_assert_uint_eq(classes.items[0].faults[0].points, 3);
	ck_assert_ptr_null(classes.items[0].object->released_at);
}
END_TEST

START_TEST(equal_points_are_counted)
{
	made_log_trial(&text, &(struct made_trial) {.site = "pool_open:shmat",
						    .fault = "SIGINT",
						    .more = "\"represents\":"
							    "9998"});
	make(false);
	ck_assert_int_eq(classes.represented, 9997);
}
END_TEST

Suite *
classes_suite(void)
{
	Suite *suite = suite_create("classes");
	TCase *tests = tcase_create("classes");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, nothing_found_passes);
	tcase_add_test(tests, a_leak_is_one_class_whatever_the_points);
	tcase_add_test(tests, occurrence_and_role_do_not_count);
	tcase_add_test(tests, a_trial_may_show_several_classes);
	tcase_add_test(tests, what_is_allowed_is_a_warning);
	tcase_add_test(tests, gating_ones_are_shown_first);
	tcase_add_loop_test(tests, a_window_gates_only_if_strict, 0, 2);
	tcase_add_test(tests, a_window_and_a_leak_are_a_leak);
	tcase_add_test(tests, what_hangs_is_a_class_by_its_site);
	tcase_add_loop_test(tests, trials_that_say_nothing_make_it_incomplete,
			    0, 3);
	tcase_add_test(tests, fewer_trials_than_planned_are_incomplete);
	tcase_add_loop_test(tests, repetitions_that_are_missing_are_incomplete,
			    0, 2);
	tcase_add_test(tests, the_worst_come_first);
	tcase_add_test(tests,
		       an_object_that_is_never_removed_is_alive_to_the_end);
	tcase_add_test(tests, equal_points_are_counted);
	suite_add_tcase(suite, tests);
	return suite;
}
