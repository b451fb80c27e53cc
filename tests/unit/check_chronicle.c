/* SPDX-License-Identifier: MIT */
/* check_chronicle.c - unit: the settings that a log tells of. */
#include <check.h>
#include <signal.h>

#include "base/attr.h"
#include "harness/chronicle.h"

Suite *chronicle_suite(void);

static struct arena arena;

static void
teardown(void)
{
	arena_free(&arena);
}

START_TEST(a_log_tells_its_settings)
{
	static const char *target[] = {"./server", "-p", "0"};
	static const char *faults[] = {"SIGHUP", "ENOSPC,persistent"};
	static const char *only[] = {"*:shmat:*"};
	const struct campaign_record record = {
		.target = {target, ARRAY_LEN(target)},
		.sandboxed = true,
		.options = {.points = "syscalls",
			    .faults = {faults, ARRAY_LEN(faults)},
			    .only = {only, ARRAY_LEN(only)},
			    .input = "in",
			    .timeout_ms = 1,
			    .settle_ms = 2,
			    .stop = "SIGTERM",
			    .idle_ms = 3,
			    .max_trials = 4,
			    .repeat = 5,
			    .repeat_equal = 6,
			    .seed = UINT64_MAX,
			    .strict = true}};
	const struct campaign_settings settings =
		chronicle_settings(&record, &arena);

	for (size_t i = 0; i < ARRAY_LEN(target); i++)
		ck_assert_str_eq(settings.argv[i], target[i]);
	ck_assert_ptr_null(settings.argv[ARRAY_LEN(target)]);
	ck_assert_int_eq(settings.place, RUN_ANYWHERE);
	ck_assert_int_eq(settings.plan.points, POINTS_SYSCALLS);
	ck_assert_uint_eq(settings.plan.fault_count, 2);
	ck_assert_int_eq(settings.plan.faults[0].number, SIGHUP);
	ck_assert(settings.plan.faults[1].persistent);
	ck_assert_uint_eq(settings.plan.only.count, 1);
	ck_assert_str_eq(settings.plan.only.items[0], only[0]);
	ck_assert_uint_eq(settings.plan.skip.count, 0);
	ck_assert_str_eq(settings.input, "in");
	ck_assert_int_eq(settings.timeout_ms, 1);
	ck_assert_int_eq(settings.settle_ms, 2);
	ck_assert_int_eq(settings.stop_signal, SIGTERM);
	ck_assert_int_eq(settings.idle_ms, 3);
	ck_assert_uint_eq(settings.plan.max_trials, 4);
	ck_assert_uint_eq(settings.repeat, 5);
	ck_assert_uint_eq(settings.plan.repeat_equal, 6);
	ck_assert_uint_eq(settings.plan.seed, UINT64_MAX);
	ck_assert(settings.strict && !settings.no_window);
	ck_assert(!settings.allow_leaky);
}
END_TEST

START_TEST(what_a_log_does_not_tell_is_the_usual)
{
	const struct campaign_record record = {0};
	const struct campaign_settings settings =
		chronicle_settings(&record, &arena);

	ck_assert_ptr_null(settings.argv[0]);
	ck_assert_int_eq(settings.place, RUN_HOST);
	ck_assert_int_eq(settings.plan.points, POINTS_IPC);
	ck_assert_ptr_null(settings.plan.faults);
	ck_assert_int_eq(settings.stop_signal, 0);
}
END_TEST

/* A newer ipcrash may have written it, or somebody by hand. */
START_TEST(what_is_not_known_here_is_left_out)
{
	static const char *faults[] = {"quake", "SIGHUP", ""};
	static const char *const no_signals[] = {"ENOMEM", "exit", "SIGQUAKE",
						 ""};
	struct campaign_record record = {
		.options = {.points = "lines",
			    .faults = {faults, ARRAY_LEN(faults)}}};
	struct campaign_settings settings = chronicle_settings(&record, &arena);

	ck_assert_int_eq(settings.plan.points, POINTS_IPC);
	ck_assert_uint_eq(settings.plan.fault_count, 1);
	ck_assert_int_eq(settings.plan.faults[0].number, SIGHUP);
	for (size_t i = 0; i < ARRAY_LEN(no_signals); i++) {
		record.options.stop = no_signals[i];
		settings = chronicle_settings(&record, &arena);
		ck_assert_int_eq(settings.stop_signal, 0);
	}
}
END_TEST

Suite *
chronicle_suite(void)
{
	Suite *suite = suite_create("chronicle");
	TCase *tests = tcase_create("chronicle");

	tcase_add_checked_fixture(tests, NULL, teardown);
	tcase_add_test(tests, a_log_tells_its_settings);
	tcase_add_test(tests, what_a_log_does_not_tell_is_the_usual);
	tcase_add_test(tests, what_is_not_known_here_is_left_out);
	suite_add_tcase(suite, tests);
	return suite;
}
