/* SPDX-License-Identifier: MIT */
/* check_baseline.c - unit: baselines: read, written, tightened. */
#include <check.h>
#include <string.h>

#include "base/mem.h"
#include "reports/baseline.h"
#include "reports/evidence.h"
#include "tests/support/made_log.h"

Suite *baseline_suite(void);

/* The class of a segment of pool_open(), and of another function. */
#define POOL  "31c3022a"
#define OTHER "00000000"

static struct log log_of;
static struct classes classes;
static struct baseline baseline;
static struct buf text;
static struct err err;

static void
setup(void)
{
	err = (struct err) {0};
	made_log_pool(&text);
}

static void
teardown(void)
{
	classes_free(&classes);
	log_free(&log_of);
	baseline_free(&baseline);
	buf_free(&text);
}

static int
parse(const char *given)
{
	return baseline_parse(&baseline, "b", given, strlen(given), &err);
}

static void
must_parse(const char *given)
{
	ck_assert_msg(parse(given) == 0, "%s: %s", given, err.text);
}

static void
add(const char *site, const char *fault, const char *verdict)
{
	const struct made_trial trial =
		made_trial_of(site, NULL, fault, verdict);

	made_log_trial(&text, &trial);
}

static void
make(bool strict)
{
	made_log_read(&log_of, &text);
	classes_make(&classes, &log_of, strict);
}

START_TEST(lines_are_read)
{
	must_parse("# about it\n"
		   "\n"
		   "plan points=syscalls equal=0\n" POOL
		   " SIGHUP window:SIGTERM ENOSPC,persistent  # pool\n" OTHER
		   " exit");
	ck_assert_int_eq(baseline.plan.points, POINTS_SYSCALLS);
	ck_assert_int_eq(baseline.plan.equal, 0);
	ck_assert_uint_eq(baseline.count, 2);
	ck_assert_str_eq(baseline.items[0].class, POOL);
	ck_assert_uint_eq(baseline.items[0].fault_count, 3);
	ck_assert(!baseline.items[0].faults[0].window);
	ck_assert(baseline.items[0].faults[1].window);
	ck_assert(baseline.items[0].faults[2].fault.persistent);
	ck_assert_str_eq(baseline.items[0].comment, " pool");
	ck_assert_str_eq(baseline.items[0].known.source, "b:4");
	ck_assert_str_eq(baseline.items[1].known.source, "b:5");
	ck_assert_ptr_null(baseline.items[1].comment);
}
END_TEST

static const struct {
	const char *line;
	const char *text;
} bad_rows[] = {
	{"leak:sysv-shm # x", "'leak:sysv-shm' is no class"},
	{"31c3022 SIGTERM", "'31c3022' is no class"},
	{POOL, "behind 31c3022a stands no fault"},
	{POOL " # SIGTERM", "behind 31c3022a stands no fault"},
	{POOL " lines=2", "behind 31c3022a stands no fault"},
	{POOL " lines=0 SIGTERM", "'lines=0' is not as lines=2"},
	{POOL " lines= SIGTERM", "'lines=' is not as lines=2"},
	{POOL " lines=2x SIGTERM", "'lines=2x' is not as lines=2"},
	{POOL " lines=99999999999 SIGTERM", "is not as lines=2"},
	{POOL " SIGTREM", "did you mean 'SIGTERM'?"},
	{POOL " window:", "there is no fault ''"},
	{POOL " SIG*", "there is no fault 'SIG*'"},
	{"plan points=lines", "'points=lines' is neither"},
	{"plan equal=-1", "'equal=-1' is neither"},
	{"plan equal=", "'equal=' is neither"},
	{"plan equal=99999999999999999999", "is neither"},
	{"plan speed=3", "'speed=3' is neither"},
	{"<<<<<<< HEAD", "'<<<<<<<' is no class"},
};

START_TEST(errors_name_the_place_and_show_a_line)
{
	CLEANUP_FREE char *given =
		mem_printf(OTHER " exit\n%s\n", bad_rows[_i].line);

	ck_assert_int_eq(parse(given), -1);
	ck_assert_msg(strncmp(err.text, "b:2: ", 5) == 0, "%s", err.text);
	ck_assert_msg(strstr(err.text, bad_rows[_i].text), "%s", err.text);
	ck_assert_uint_eq(baseline.count, 1);
	must_parse(strstr(err.text, "a correct line: ") +
		   strlen("a correct line: "));
}
END_TEST

START_TEST(a_nul_is_refused)
{
	static const char bad[] = POOL " exit\0";

	ck_assert_int_eq(
		baseline_parse(&baseline, "b", bad, sizeof(bad) - 1, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "NUL"));
}
END_TEST

/* Of what gates only; sorted by what it is about; no lines of the source. */
START_TEST(what_gates_is_written)
{
	CLEANUP_BUF struct buf into = {0};
	const char *lines;

	add("pool_open:shmat", "SIGTERM", "leaked");
	add("pool_open:shmat", "SIGINT", "leaked");
	add("pool_open:shmat", "SIGKILL", "leaked");
	add("pool_open:shmat", "SIGHUP", "window");
	made_log_trial(&text, &(struct made_trial) {.site = "pool_close:shmctl",
						    .fault = "exit",
						    .verdict = "hung"});
	make(_i);
	baseline_add(&baseline, &log_of, &classes);
	baseline_write(&into, &baseline);
	lines = strstr(buf_text(&into), "\nplan ");
	ck_assert_ptr_nonnull(lines);
	ck_assert_str_eq(
		lines,
		_i ? "\nplan points=ipc equal=0\n"
		     "61c83ea7 exit  # src/pool.c:pool_close:shmctl hung\n" POOL
		     " SIGINT SIGTERM window:SIGHUP  "
		     "# src/pool.c:pool_open:shmget sysv-shm\n"
		   : "\nplan points=ipc equal=0\n"
		     "61c83ea7 exit  # src/pool.c:pool_close:shmctl hung\n" POOL
		     " SIGINT SIGTERM  # src/pool.c:pool_open:shmget "
		     "sysv-shm\n");
	baseline_free(&baseline);
	must_parse(buf_text(&into));
	ck_assert_uint_eq(baseline.count, 2);
}
END_TEST

/* Logs of shards, or of several commands, share a line. */
START_TEST(logs_add_up)
{
	CLEANUP_BUF struct buf into = {0};

	must_parse(POOL " window:SIGTERM exit  # as it was\n");
	add("pool_open:shmat", "SIGTERM", "leaked");
	make(false);
	baseline_add(&baseline, &log_of, &classes);
	baseline_write(&into, &baseline);
	ck_assert_ptr_nonnull(
		strstr(buf_text(&into), POOL " exit SIGTERM  # as it was\n"));
}
END_TEST

static struct baseline_review review;

/* What remains of @given; it must not change twice. */
static void
tighten(const char *given, const char *expected)
{
	CLEANUP_EVIDENCE struct evidence evidence;
	CLEANUP_BUF struct buf into = {0};

	must_parse(given);
	evidence_make(&evidence, &log_of);
	baseline_tighten(&baseline, given, strlen(given), &evidence, &review,
			 &into);
	ck_assert_str_eq(buf_text(&into), expected);
}

START_TEST(what_is_gone_is_taken_out)
{
	add("pool_open:shmat", "SIGTERM", "clean");
	add("pool_open:shmat", "SIGINT", "clean");
	make(false);
	tighten("# mine\n" POOL " SIGTERM SIGINT # pool\n\n# end",
		"# mine\n\n# end");
	ck_assert_uint_eq(review.fixed, 1);
	ck_assert_uint_eq(review.better, 0);
	ck_assert_uint_eq(review.unseen, 0);
	ck_assert_ptr_null(review.why_not);
}
END_TEST

START_TEST(faults_are_taken_out_of_a_line)
{
	add("pool_open:shmat", "SIGTERM", "clean");
	add("pool_open:shmat", "SIGINT", "leaked");
	add("pool_open:shmat", "SIGHUP", "window");
	make(false);
	tighten(POOL "   SIGTERM SIGINT SIGHUP # pool's\n",
		POOL " SIGINT window:SIGHUP  # pool's\n");
	ck_assert_uint_eq(review.fixed, 0);
	ck_assert_uint_eq(review.better, 1);
}
END_TEST

START_TEST(what_is_there_stays_as_it_is)
{
	add("pool_open:shmat", "SIGTERM", "leaked");
	make(false);
	tighten(POOL "\tSIGTERM # pool's\r\n", POOL "\tSIGTERM # pool's\r\n");
	ck_assert_uint_eq(review.fixed + review.better + review.unseen, 0);
}
END_TEST

/* Allowed now, or not at all points: it is there all the same. */
START_TEST(what_is_left_somewhere_is_not_gone)
{
	add("pool_open:shmat", "SIGTERM", "clean");
	add("pool_close:shmctl", "SIGTERM", "leaked");
	add("pool_close:shmctl", "SIGKILL", "leaked");
	make(false);
	tighten(POOL " SIGTERM SIGKILL\n", POOL " SIGTERM SIGKILL\n");
}
END_TEST

/* Nobody looked, or the trial says nothing, or not while it was alive. */
static const struct {
	const char *site;
	const char *fault;
	const char *verdict;
	const char *line;
} unseen[] = {
	{"pool_open:shmat", "SIGHUP", "clean", POOL " SIGTERM\n"},
	{"pool_open:shmat", "SIGTERM", "not-reached", POOL " SIGTERM\n"},
	{"pool_open:shmat", "SIGTERM", "broken", POOL " SIGTERM\n"},
	{"pool_open:shmat", "SIGTERM", "hung", POOL " SIGTERM\n"},
	{"pool_open:shmat", "SIGTERM", "orphaned", POOL " SIGTERM\n"},
	{"pool_open:shmat", "exit", "not-available", POOL " exit\n"},
	{"pool_open:shmget", "SIGTERM", "clean", POOL " SIGTERM\n"},
	{"pool_open:shmat", "SIGTERM", "clean", OTHER " SIGTERM\n"},
};

START_TEST(what_was_not_looked_for_stays)
{
	add(unseen[_i].site, unseen[_i].fault, unseen[_i].verdict);
	make(false);
	tighten(unseen[_i].line, unseen[_i].line);
	ck_assert_uint_eq(review.unseen, 1);
	ck_assert_uint_eq(review.fixed, 0);
}
END_TEST

/* One gap among its points is enough. */
START_TEST(a_gap_at_one_point_keeps_it)
{
	add("pool_open:shmat", "SIGTERM", "clean");
	add("pool_close:shmctl", "SIGTERM", "not-reached");
	make(false);
	tighten(POOL " SIGTERM\n", POOL " SIGTERM\n");
	ck_assert_uint_eq(review.unseen, 1);
}
END_TEST

/* The worst repetition counts, but what another has left is there, too. */
START_TEST(what_a_repetition_has_left_is_not_gone)
{
	add("pool_open:shmat", "SIGTERM", "hung");
	made_log_trial(&text,
		       &(struct made_trial) {.site = "pool_open:shmat",
					     .fault = "SIGTERM",
					     .verdict = "leaked",
					     .kind = "sysv-shm",
					     .created = "pool_open:shmget",
					     .more = "\"repetition\":2"});
	add("pool_close:shmctl", "SIGTERM", "clean");
	made_log_trial(&text, &(struct made_trial) {.site = "pool_open:shmat",
						    .fault = "SIGINT",
						    .verdict = "leaked",
						    .kind = "sysv-sem"});
	made_log_trial(&text,
		       &(struct made_trial) {.site = "pool_open:shmat",
					     .fault = "SIGINT",
					     .verdict = "window",
					     .kind = "sysv-shm",
					     .created = "pool_open:shmget",
					     .more = "\"repetition\":2"});
	make(false);
	tighten(POOL " SIGTERM SIGINT\n", POOL " SIGTERM window:SIGINT\n");
	ck_assert_uint_eq(review.fixed + review.unseen, 0);
}
END_TEST

START_TEST(runs_that_hang_are_looked_for_at_their_site)
{
	add("pool_close:shmctl", "exit", "clean");
	make(false);
	tighten("61c83ea7 exit # src/pool.c:pool_close:shmctl hung\n", "");
	ck_assert_uint_eq(review.fixed, 1);
}
END_TEST

/* Campaigns after which nothing is called gone. */
static const char *const partial[] = {
	"\"plan\":{\"trials\":2}",
	"\"plan\":{\"trials\":1},\"options\":{\"only\":[\"*\"]}",
	"\"plan\":{\"trials\":1},\"options\":{\"skip\":[\"x\"]}",
	"\"plan\":{\"trials\":1},\"options\":{\"max_trials\":1}",
	"\"plan\":{\"trials\":1},\"options\":{\"allow_leaky\":true}",
	"\"plan\":{\"trials\":1},\"refused\":\"no namespaces\"",
	"\"plan\":{\"trials\":1},\"options\":{\"repeat_equal\":2}",
};

START_TEST(a_partial_campaign_takes_nothing_out)
{
	CLEANUP_FREE char *head = mem_printf(
		"{\"type\":\"campaign\",\"version\":1,\"sandbox\":\"host\",%s}"
		"\n",
		partial[_i]);
	const char *rest = strchr(buf_text(&text), '\n') + 1;
	CLEANUP_FREE char *all = mem_printf("%s%s", head, rest);

	buf_clear(&text);
	buf_add_text(&text, all);
	add("pool_open:shmat", "SIGTERM", "clean");
	make(false);
	tighten(POOL " SIGTERM\n", POOL " SIGTERM\n");
	ck_assert_ptr_nonnull(review.why_not);
}
END_TEST

/* --points=syscalls meets what the usual points do not. */
START_TEST(a_narrower_campaign_takes_nothing_out)
{
	add("pool_open:shmat", "SIGTERM", "clean");
	make(false);
	tighten("plan points=syscalls equal=3\n" POOL " SIGTERM\n",
		"plan points=syscalls equal=3\n" POOL " SIGTERM\n");
	ck_assert_ptr_nonnull(review.why_not);
}
END_TEST

Suite *
baseline_suite(void)
{
	Suite *suite = suite_create("baseline");
	TCase *tests = tcase_create("baseline");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, lines_are_read);
	tcase_add_loop_test(tests, errors_name_the_place_and_show_a_line, 0,
			    ARRAY_LEN(bad_rows));
	tcase_add_test(tests, a_nul_is_refused);
	tcase_add_loop_test(tests, what_gates_is_written, 0, 2);
	tcase_add_test(tests, logs_add_up);
	tcase_add_test(tests, what_is_gone_is_taken_out);
	tcase_add_test(tests, faults_are_taken_out_of_a_line);
	tcase_add_test(tests, what_is_there_stays_as_it_is);
	tcase_add_test(tests, what_is_left_somewhere_is_not_gone);
	tcase_add_loop_test(tests, what_was_not_looked_for_stays, 0,
			    ARRAY_LEN(unseen));
	tcase_add_test(tests, a_gap_at_one_point_keeps_it);
	tcase_add_test(tests, what_a_repetition_has_left_is_not_gone);
	tcase_add_test(tests, runs_that_hang_are_looked_for_at_their_site);
	tcase_add_loop_test(tests, a_partial_campaign_takes_nothing_out, 0,
			    ARRAY_LEN(partial));
	tcase_add_test(tests, a_narrower_campaign_takes_nothing_out);
	suite_add_tcase(suite, tests);
	return suite;
}
