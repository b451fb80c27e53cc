/* SPDX-License-Identifier: MIT */
/* check_judge.c - unit: from what was seen of a trial to its verdict. */
#include <check.h>

#include "base/attr.h"
#include "harness/judge.h"

Suite *judge_suite(void);

/* A run in which the fault was made, and that ended. */
static const struct evidence FIRED = {.reached = true, .fired = true};

#define SITE "a.c:f:shmget:1"

static struct leftover
segment(int id, const char *created_at)
{
	return (struct leftover) {.object = {.kind = KIND_SYSV_SHM,
					     .id = id,
					     .known = FIELD_BIT(FIELD_ID)},
				  .created_at = created_at};
}

/* Each member alone, from the weakest: the later ones hide the former. */
START_TEST(the_order_of_verdicts)
{
	struct leftover left = segment(7, SITE);
	struct survivor_seen survivor = {.pid = 3};
	struct trial trial = {0};
	struct evidence seen = FIRED;

	ck_assert_int_eq(judge(&trial, &seen), VERDICT_CLEAN);
	trial.left = &left;
	trial.left_count = 1;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_LEAKED);
	trial.survivors = &survivor;
	trial.survivor_count = 1;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_ORPHANED);
	seen.hung = true;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_HUNG);
	seen.fired = false;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_NOT_REACHED);
	seen.reached = false;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_NOT_REACHED);
	seen.unavailable = true;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_NOT_AVAILABLE);
	seen.broken = true;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_BROKEN);
}
END_TEST

/* Nor is it with what the golden run leaves, too. But a leak is one. */
START_TEST(what_cannot_be_told_hides_no_leak)
{
	struct leftover left = segment(7, SITE);
	const struct leftover accepted = segment(3, SITE);
	struct trial trial = {.left = &left, .left_count = 1};
	struct evidence seen = FIRED;

	seen.unsure = true;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_LEAKED);
	seen.baseline = &accepted;
	seen.baseline_count = 1;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_BROKEN);
}
END_TEST

/* "Never a pass": with nothing left at all. */
START_TEST(nothing_seen_is_never_clean)
{
	struct trial trial = {0};
	struct evidence blind[] = {
		{0},
		{.reached = true},
		{.fired = true},
		{.reached = true, .fired = true, .hung = true},
		{.reached = true, .fired = true, .broken = true},
		{.reached = true, .fired = true, .unsure = true},
		{.reached = true, .fired = true, .unavailable = true},
	};

	ck_assert_int_ne(judge(&trial, &blind[_i]), VERDICT_CLEAN);
	ck_assert_int_eq(
		verdict_weight(judge(&trial, &blind[_i])) == WEIGHT_PASS, 0);
}
END_TEST

enum { LEFT_MAX = 4 };

static const struct {
	int left[LEFT_MAX];	      /* identifiers, 0: no more */
	const char *spared[LEFT_MAX]; /* NULL: no more */
	enum verdict verdict;
} releases[] = {
	{{7}, {"sysv-shm 7"}, VERDICT_UNAVOIDABLE},
	{{7, 8}, {"sysv-shm 7"}, VERDICT_LEAKED},
	{{8, 7}, {"sysv-shm 7"}, VERDICT_LEAKED},
	{{8}, {"sysv-shm 7"}, VERDICT_LEAKED},
	{{0}, {"sysv-shm 7"}, VERDICT_CLEAN},
	{{7}, {"sysv-sem 7"}, VERDICT_LEAKED},
	{{7}, {NULL}, VERDICT_LEAKED},
	/* An error that lasts fails several releases. */
	{{7, 8}, {"sysv-shm 7", "sysv-shm 8"}, VERDICT_UNAVOIDABLE},
	{{8}, {"sysv-shm 7", "sysv-shm 8"}, VERDICT_UNAVOIDABLE},
	{{7, 8, 9}, {"sysv-shm 7", "sysv-shm 8"}, VERDICT_LEAKED},
	{{0}, {"sysv-shm 7", "sysv-shm 8"}, VERDICT_CLEAN},
};

/* Until the next call. */
static const struct tally *
spare(const char *const *names, size_t count)
{
	static struct tally spared;

	tally_clear(&spared);
	for (size_t i = 0; i < count && names[i]; i++)
		*tally_of(&spared, judge_key(names[i])) = 1;
	return &spared;
}

static const struct tally *
spare_one(const char *name)
{
	return spare(&name, 1);
}

START_TEST(a_failing_release)
{
	struct leftover left[LEFT_MAX];
	struct trial trial = {.left = left};
	struct evidence seen = FIRED;

	seen.spared = spare(releases[_i].spared, LEFT_MAX);
	for (size_t i = 0; i < LEFT_MAX && releases[_i].left[i]; i++)
		left[trial.left_count++] = segment(releases[_i].left[i], SITE);
	ck_assert_int_eq(judge(&trial, &seen), releases[_i].verdict);
}
END_TEST

#define OTHER "a.c:f:shmget:2"

/* Where objects were made; "" for not known. */
static const struct {
	const char *golden[LEFT_MAX];
	const char *left[LEFT_MAX];
	enum verdict verdict;
} baselines[] = {
	{{SITE}, {SITE}, VERDICT_CLEAN},
	{{SITE}, {NULL}, VERDICT_CLEAN},
	{{SITE}, {OTHER}, VERDICT_LEAKED},
	{{SITE}, {SITE, OTHER}, VERDICT_LEAKED},
	{{SITE}, {SITE, SITE}, VERDICT_LEAKED},
	{{SITE, SITE}, {SITE, SITE}, VERDICT_CLEAN},
	{{SITE, SITE}, {SITE}, VERDICT_CLEAN},
	{{OTHER, SITE}, {SITE, OTHER}, VERDICT_CLEAN},
	{{""}, {""}, VERDICT_CLEAN},
	{{""}, {SITE}, VERDICT_LEAKED},
	{{SITE}, {""}, VERDICT_LEAKED},
	{{NULL}, {SITE}, VERDICT_LEAKED},
};

/* Identifiers from @first, as they are others in each run. */
static size_t
fill(struct leftover *into, const char *const *places, int first)
{
	size_t count = 0;

	for (; count < LEFT_MAX && places[count]; count++)
		into[count] = segment(first + (int)count,
				      *places[count] ? places[count] : NULL);
	return count;
}

START_TEST(what_the_golden_run_leaves_is_no_news)
{
	struct leftover golden[LEFT_MAX], left[LEFT_MAX];
	struct evidence seen = FIRED;
	struct trial trial = {.left = left};

	seen.baseline = golden;
	seen.baseline_count = fill(golden, baselines[_i].golden, 100);
	trial.left_count = fill(left, baselines[_i].left, 200);
	ck_assert_int_eq(judge(&trial, &seen), baselines[_i].verdict);
}
END_TEST

START_TEST(says_what_was_expected)
{
	struct leftover golden = segment(1, SITE);
	struct leftover left[] = {segment(7, SITE), segment(8, OTHER),
				  segment(9, SITE)};
	struct trial trial = {.left = left, .left_count = 3};
	struct evidence seen = FIRED;

	seen.baseline = &golden;
	seen.baseline_count = 1;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_LEAKED);
	ck_assert(left[0].expected && !left[1].expected && !left[2].expected);
	ck_assert_ptr_eq(trial_first_left(&trial), &left[1]);
	trial.left_count = 1;
	ck_assert_ptr_eq(trial_first_left(&trial), &left[0]);
	trial.left_count = 0;
	ck_assert_ptr_null(trial_first_left(&trial));
}
END_TEST

START_TEST(another_kind_of_the_same_place_is_news)
{
	struct leftover golden = segment(1, SITE);
	struct leftover left = segment(1, SITE);
	struct trial trial = {.left = &left, .left_count = 1};
	struct evidence seen = FIRED;

	seen.baseline = &golden;
	seen.baseline_count = 1;
	left.object.kind = KIND_SYSV_SEM;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_LEAKED);
}
END_TEST

/* A semaphore that stays is one thing, that it stays held is another. */
START_TEST(a_held_semaphore_is_news)
{
	struct leftover golden = segment(1, SITE);
	struct leftover left = segment(1, SITE);
	struct trial trial = {.left = &left, .left_count = 1};
	struct evidence seen = FIRED;

	seen.baseline = &golden;
	seen.baseline_count = 1;
	golden.object.kind = left.object.kind = KIND_SYSV_SEM;
	left.held = true;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_LEAKED);
	golden.held = true;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_CLEAN);
	/* A crash before it is taken leaves less than the golden run. */
	left.held = false;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_CLEAN);
	left.held = true;
	/* Nor is it a segment that is not. */
	golden = segment(1, SITE);
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_LEAKED);
}
END_TEST

/* One of two is excused: the other is the one whose release failed. */
START_TEST(the_spared_object_is_excused_last)
{
	struct leftover golden = segment(1, SITE);
	struct leftover left[] = {segment(7, SITE), segment(8, SITE)};
	struct trial trial = {.left = left, .left_count = 2};
	struct evidence seen = FIRED;

	seen.baseline = &golden;
	seen.baseline_count = 1;
	seen.spared = spare_one("sysv-shm 7");
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_UNAVOIDABLE);
	seen.spared = spare_one("sysv-shm 8");
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_UNAVOIDABLE);
	trial.left_count = 1;
	seen.spared = spare_one("sysv-shm 7");
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_CLEAN);
	seen.baseline_count = 0;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_UNAVOIDABLE);
}
END_TEST

START_TEST(paths_are_told_by_place_too)
{
	struct leftover golden = {.object = {.kind = KIND_FIFO,
					     .known = FIELD_BIT(FIELD_PATH),
					     .path = "/tmp/f.123"},
				  .created_at = "a.c:f:mkfifo:1"};
	struct leftover left = golden;
	struct trial trial = {.left = &left, .left_count = 1};
	struct evidence seen = FIRED;

	left.object.path = "/tmp/f.456";
	seen.spared = spare_one("fifo /tmp/f.456");
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_UNAVOIDABLE);
	seen.spared = NULL;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_LEAKED);
	seen.baseline = &golden;
	seen.baseline_count = 1;
	ck_assert_int_eq(judge(&trial, &seen), VERDICT_CLEAN);
}
END_TEST

Suite *
judge_suite(void)
{
	Suite *suite = suite_create("judge");
	TCase *tests = tcase_create("judge");

	tcase_add_test(tests, the_order_of_verdicts);
	tcase_add_test(tests, what_cannot_be_told_hides_no_leak);
	tcase_add_loop_test(tests, nothing_seen_is_never_clean, 0, 7);
	tcase_add_loop_test(tests, a_failing_release, 0, ARRAY_LEN(releases));
	tcase_add_loop_test(tests, what_the_golden_run_leaves_is_no_news, 0,
			    ARRAY_LEN(baselines));
	tcase_add_test(tests, says_what_was_expected);
	tcase_add_test(tests, another_kind_of_the_same_place_is_news);
	tcase_add_test(tests, a_held_semaphore_is_news);
	tcase_add_test(tests, the_spared_object_is_excused_last);
	tcase_add_test(tests, paths_are_told_by_place_too);
	suite_add_tcase(suite, tests);
	return suite;
}
