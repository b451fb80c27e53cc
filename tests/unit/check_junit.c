/* SPDX-License-Identifier: MIT */
/*
 * check_junit.c - unit: JUnit XML of results, without a log. Whether other
 * programs can read it is for tests/cli/reports_junit.bats.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "reports/junit_part.h"
#include "reports/reporter.h"

Suite *junit_suite(void);

enum { CASES = 6 };

static struct result_case cases[CASES];
static struct results results;
static struct junit junit;
static char *written;

/* One of each outcome, and one more that failed, at the end. */
static void
setup(void)
{
	static const enum outcome outcomes[CASES] = {
		OUTCOME_PASSED,	 OUTCOME_EXCUSED, OUTCOME_FAILED,
		OUTCOME_SKIPPED, OUTCOME_ERROR,	  OUTCOME_FAILED};

	for (size_t i = 0; i < CASES; i++) {
		bool passed = outcomes[i] == OUTCOME_PASSED;

		cases[i] = (struct result_case) {
			.id = "id",
			.group = "src/a.c:f:shmget:1:return",
			.name = "SIGTERM",
			.outcome = outcomes[i],
			.type = passed ? NULL : "leak.sysv-shm",
			.message = passed ? NULL : "a segment is left",
			.seconds = -1,
		};
		if (outcomes[i] == OUTCOME_EXCUSED)
			cases[i].excuse = "allowed after this fault";
		if (!passed)
			block_add(&cases[i].block, "why:", "no handler");
	}
	results = (struct results) {
		.tool = "ipcrash",
		.target = "server.py",
		.command = "./server.py",
		.seconds = -1,
		.cases = cases,
		.case_count = CASES,
		.gate = "failed",
		.summary = "6 trials",
	};
}

static void
teardown(void)
{
	for (size_t i = 0; i < CASES; i++)
		block_free(&cases[i].block);
	mem_free_ptr(&junit.cases);
	arena_free(&junit.arena);
	mem_free_ptr(&written);
}

static void
name_all(void)
{
	junit = (struct junit) {.results = &results};
	junit.cases = mem_zalloc(sizeof(*junit.cases) * CASES);
	for (size_t i = 0; i < CASES; i++)
		junit.cases[i].result = &cases[i];
	junit_name(&junit);
}

static void
write_all(void)
{
	const struct report report = {.results = &results};
	struct err err = {0};
	size_t size;
	FILE *out = mem_stream(&written, &size);

	ck_assert_int_eq(report_junit(&report, out, &err), 0);
	fclose(out);
}

static void
assert_has(const char *part)
{
	ck_assert_msg(strstr(written, part), "no %s in:\n%s", part, written);
}

START_TEST(a_class_has_one_dot)
{
	name_all();
	ck_assert_str_eq(junit.cases[0].class,
			 "server_py.src/a_c:f:shmget:1:return");
}
END_TEST

START_TEST(no_two_cases_have_one_name)
{
	/* Dots and underscores become the same; so may what we append. */
	cases[1].group = "src/a_c:f:shmget:1:return";
	cases[2].name = "SIGTERM (2)";
	name_all();
	ck_assert_str_eq(junit.cases[0].name, "SIGTERM");
	ck_assert_str_eq(junit.cases[1].name, "SIGTERM (2)");
	ck_assert_str_eq(junit.cases[2].name, "SIGTERM (2) (2)");
	ck_assert_str_eq(junit.cases[3].name, "SIGTERM (3)");
	for (size_t i = 0; i < CASES; i++)
		for (size_t j = 0; j < i; j++)
			ck_assert(strcmp(junit.cases[i].name,
					 junit.cases[j].name));
}
END_TEST

static size_t
length_told(void)
{
	struct xml *xml = xml_begin(NULL);
	struct err err = {0};
	size_t before;
	size_t length;

	xml_open(xml, "testsuites");
	xml_open(xml, "testsuite");
	xml_open(xml, "properties");
	xml_close(xml);
	before = xml_length(xml);
	for (size_t i = 0; i < CASES; i++)
		junit_put_case(xml, &junit, &junit.cases[i]);
	length = xml_length(xml) - before;
	ck_assert_int_eq(xml_end(xml, &err), 0);
	return length;
}

/* The least that is told of a case that came out so. */
static enum junit_detail
least_of(enum outcome outcome)
{
	enum junit_detail least = JUNIT_WHOLE;

	for (size_t i = 0; i < CASES; i++)
		if (cases[i].outcome == outcome &&
		    junit.cases[i].detail < least)
			least = junit.cases[i].detail;
	return least;
}

/* With each limit from nothing to all: never too much, the worst first. */
START_TEST(what_fits_is_told_the_worst_first)
{
	size_t all;

	name_all();
	junit_fit(&junit, SIZE_MAX);
	ck_assert(!junit.absent && !junit.brief);
	all = length_told();
	for (size_t limit = 0; limit <= all; limit++) {
		for (size_t i = 0; i < CASES; i++)
			junit.cases[i].detail = JUNIT_ABSENT;
		junit_fit(&junit, limit);
		ck_assert_uint_le(length_told(), limit);
		ck_assert((junit.absent || junit.brief) == (limit < all));
	}
}
END_TEST

START_TEST(what_failed_is_told_when_there_is_little_room)
{
	size_t failed;

	name_all();
	for (size_t i = 0; i < CASES; i++)
		if (cases[i].outcome == OUTCOME_FAILED)
			junit.cases[i].detail = JUNIT_BRIEF;
	failed = length_told();
	junit_fit(&junit, 0); /* what is told stays */
	ck_assert_uint_eq(length_told(), failed);
	for (size_t i = 0; i < CASES; i++)
		junit.cases[i].detail = JUNIT_ABSENT;
	junit_fit(&junit, failed);
	ck_assert_int_eq(least_of(OUTCOME_FAILED), JUNIT_BRIEF);
	ck_assert_uint_eq(junit.absent, CASES - 2);
	ck_assert_uint_eq(junit.brief, 2);
	ck_assert_int_eq(junit.cases[0].detail, JUNIT_ABSENT);
}
END_TEST

START_TEST(outcomes_have_their_elements)
{
	write_all();
	assert_has("tests=\"6\" failures=\"2\" errors=\"1\"");
	assert_has("skipped=\"2\"");
	assert_has("<failure type=\"leak.sysv-shm\" "
		   "message=\"a segment is left\">a segment is left\n"
		   "why:     no handler\n");
	assert_has("<skipped type=\"leak.sysv-shm\" "
		   "message=\"allowed after this fault: a segment is left\">"
		   "allowed after this fault: a segment is left</skipped>");
	assert_has("<system-out>\nwhy:     no handler\n");
	assert_has("<error type=");
	ck_assert_ptr_null(strstr(written, "timestamp"));
	ck_assert_ptr_null(strstr(written, "time="));
	ck_assert_ptr_null(strstr(written, "complete"));
}
END_TEST

START_TEST(a_time_is_that_of_utc)
{
	results.started = 1767323045;
	results.seconds = 1.40219;
	cases[0].seconds = 0.5;
	ck_assert_int_eq(setenv("TZ", "America/New_York", 1), 0);
	write_all();
	assert_has("timestamp=\"2026-01-02T03:04:05\"");
	assert_has("time=\"1.402\" skipped");
	assert_has("time=\"0.500000\"/>");
}
END_TEST

START_TEST(a_time_that_no_calendar_has_is_left_out)
{
	results.started = INT64_MAX;
	write_all();
	ck_assert_ptr_null(strstr(written, "timestamp"));
}
END_TEST

START_TEST(what_is_missing_is_an_error)
{
	results.gap = "6 of 7 trials were made";
	write_all();
	assert_has("tests=\"7\" failures=\"2\" errors=\"2\"");
	assert_has("<testcase classname=\"server_py.ipcrash\" "
		   "name=\"complete\">");
	assert_has("<error type=\"incomplete\" message=\"6 of 7 trials were "
		   "made\">");
}
END_TEST

START_TEST(nothing_tried_is_an_empty_suite)
{
	results.case_count = 0;
	write_all();
	assert_has("tests=\"0\" failures=\"0\"");
	ck_assert_ptr_null(strstr(written, "<testcase"));
}
END_TEST

Suite *
junit_suite(void)
{
	Suite *suite = suite_create("junit");
	TCase *tests = tcase_create("results");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_class_has_one_dot);
	tcase_add_test(tests, no_two_cases_have_one_name);
	tcase_add_test(tests, what_fits_is_told_the_worst_first);
	tcase_add_test(tests, what_failed_is_told_when_there_is_little_room);
	tcase_add_test(tests, outcomes_have_their_elements);
	tcase_add_test(tests, a_time_is_that_of_utc);
	tcase_add_test(tests, a_time_that_no_calendar_has_is_left_out);
	tcase_add_test(tests, what_is_missing_is_an_error);
	tcase_add_test(tests, nothing_tried_is_an_empty_suite);
	suite_add_tcase(suite, tests);
	return suite;
}
