/* SPDX-License-Identifier: MIT */
/* check_clean.c - unit: what `leakcheck clean` keeps and what it removes. */
#include <check.h>
#include <string.h>

#include "leakcheck/clean.h"

Suite *clean_suite(void);

enum { NOW_S = 1800000000, DAY_S = 24 * 60 * 60 };

#define NOW_MS (INT64_C(1000) * NOW_S)
#define DAY_MS (INT64_C(1000) * DAY_S)

static struct clean_criteria criteria;
static struct object object;
static struct clean_evidence evidence;
static struct buf why;

/* Everything speaks for removal; each test takes one thing away. */
static void
setup(void)
{
	criteria = (struct clean_criteria) {.kinds = KIND_ALL,
					    .older_than_ms = -1};
	object = (struct object) {
		.kind = KIND_SYSV_SHM,
		.uid = 1000,
		.ctime = NOW_S - 3 * DAY_S,
		.known = FIELD_BIT(FIELD_UID) | FIELD_BIT(FIELD_CTIME),
	};
	evidence = (struct clean_evidence) {
		.use = USE_FREE,
		.use_why = "not attached",
		.creator = LIFE_DEAD,
		.creator_why = "creator pid 123 is dead",
	};
	buf_clear(&why);
}

static void
teardown(void)
{
	buf_free(&why);
}

static bool
matches(void)
{
	return clean_matches(&criteria, &object, NOW_MS);
}

static bool
removes(void)
{
	buf_clear(&why);
	return clean_removes(&criteria, &object, &evidence, NOW_MS, &why);
}

/* It is kept, and the reason starts so. */
static void
check_kept(const char *reason)
{
	ck_assert_msg(!removes(), "removed: %s", buf_text(&why));
	ck_assert_msg(!strncmp(buf_text(&why), reason, strlen(reason)),
		      "kept: %s", buf_text(&why));
}

START_TEST(the_reason_is_told_in_full)
{
	ck_assert(removes());
	ck_assert_str_eq(buf_text(&why), "creator pid 123 is dead, "
					 "not attached, untouched for 2 days");
}
END_TEST

START_TEST(what_is_in_use_is_never_removed)
{
	criteria.older_than_ms = 0;
	evidence.use = USE_BUSY;
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		object.kind = (enum kind)kind;
		for (int i = 0; i < 4; i++) {
			criteria.dead_creator = i & 1;
			criteria.unattached = i & 2;
			check_kept("in use: not attached");
		}
	}
}
END_TEST

START_TEST(what_is_not_known_is_kept)
{
	criteria.older_than_ms = 0;
	evidence.use = USE_UNKNOWN;
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		object.kind = (enum kind)kind;
		check_kept("may be in use: ");
	}
}
END_TEST

START_TEST(what_may_be_used_soon_needs_an_age)
{
	evidence.use = USE_IDLE;
	evidence.creator = LIFE_ALIVE;
	check_kept("may be about to be used");
	criteria.older_than_ms = DAY_MS;
	ck_assert(removes());
	ck_assert_str_eq(buf_text(&why), "not attached, untouched for 2 days");
	criteria.dead_creator = true;
	check_kept("its creator may be alive: ");
}
END_TEST

START_TEST(a_never_used_set_has_no_dead_creator)
{
	object.kind = KIND_SYSV_SEM;
	evidence.use = USE_IDLE;
	evidence.creator = LIFE_UNKNOWN;
	evidence.creator_why = "";
	criteria.dead_creator = true;
	check_kept("its creator may be alive: ");
	criteria.older_than_ms = DAY_MS;
	check_kept("its creator may be alive: ");
	criteria.dead_creator = false;
	ck_assert(removes());
}
END_TEST

/* The kernel keeps only their last users, so they are idle at best. */
START_TEST(used_sets_and_queues_need_an_age)
{
	static const enum kind kinds[] = {KIND_SYSV_SEM, KIND_SYSV_MSG};

	object.kind = kinds[_i];
	object.used_at = NOW_S - 2 * DAY_S;
	evidence.use = USE_IDLE;
	evidence.creator = LIFE_UNKNOWN;
	evidence.creator_why = "";
	check_kept("may be about to be used, --older-than would tell: ");
	criteria.dead_creator = true;
	check_kept("may be about to be used, --older-than would tell: ");
	criteria.older_than_ms = DAY_MS;
	ck_assert(removes());
	object.used_at = 0;
	check_kept("its creator may be alive: ");
	object.left_at = NOW_S - 2 * DAY_S;
	ck_assert(removes());
	/* Of others that alone does not tell that the creator is dead. */
	object.kind = KIND_FIFO;
	check_kept("its creator may be alive: ");
}
END_TEST

START_TEST(without_a_creator_in_the_kernel_use_decides)
{
	object.kind = KIND_FIFO;
	evidence.creator = LIFE_UNKNOWN;
	evidence.creator_why = "";
	criteria.dead_creator = true;
	ck_assert(removes());
	object.kind = KIND_SYSV_SHM;
	check_kept("its creator may be alive: ");
}
END_TEST

START_TEST(unattached_is_not_for_sets_and_queues)
{
	criteria.unattached = true;
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		object.kind = (enum kind)kind;
		ck_assert_int_eq(removes(), kind != KIND_SYSV_SEM &&
						    kind != KIND_SYSV_MSG);
	}
}
END_TEST

START_TEST(criteria_are_anded)
{
	ck_assert(matches());
	criteria.by_owner = true;
	criteria.owner = 1000;
	criteria.older_than_ms = DAY_MS;
	criteria.kinds = KIND_BIT(KIND_SYSV_SHM);
	ck_assert(matches());
	criteria.owner = 1001;
	ck_assert(!matches());
	criteria.owner = 1000;
	criteria.kinds = KIND_BIT(KIND_SYSV_SEM);
	ck_assert(!matches());
	criteria.kinds = KIND_ALL;
	criteria.older_than_ms = 4 * DAY_MS;
	ck_assert(!matches());
}
END_TEST

START_TEST(an_unknown_owner_is_nobody)
{
	object.known = 0;
	object.uid = 0;
	criteria.by_owner = true;
	criteria.owner = 0;
	ck_assert(!matches());
}
END_TEST

START_TEST(an_unknown_age_is_shown_and_kept)
{
	object.ctime = 0;
	ck_assert_int_eq(clean_age_ms(&object, NOW_MS), -1);
	criteria.older_than_ms = 0;
	ck_assert(matches());
	check_kept("when it was last used is not known: ");
	criteria.older_than_ms = -1;
	ck_assert(removes());
	ck_assert_str_eq(buf_text(&why),
			 "creator pid 123 is dead, not attached");
}
END_TEST

START_TEST(age_counts_from_the_last_use)
{
	ck_assert_int_eq(clean_age_ms(&object, NOW_MS), 3 * DAY_MS - 999);
	object.used_at = NOW_S - 10;
	ck_assert_int_eq(clean_age_ms(&object, NOW_MS), 10000 - 999);
	object.left_at = NOW_S - 5;
	ck_assert_int_eq(clean_age_ms(&object, NOW_MS), 5000 - 999);
	object.used_at = NOW_S + 100; /* the clock was put back */
	ck_assert_int_eq(clean_age_ms(&object, NOW_MS), 0);
}
END_TEST

/* Such as `touch -d @13835058055282163`: the product is over 64 bits. */
START_TEST(a_time_that_anybody_can_set_does_no_harm)
{
	object.used_at = INT64_C(13835058055282163);
	ck_assert_int_eq(clean_age_ms(&object, NOW_MS), 0);
	object.used_at = INT64_MAX;
	ck_assert_int_eq(clean_age_ms(&object, NOW_MS), 0);
	criteria.older_than_ms = DAY_MS;
	ck_assert(!matches());
	object.ctime = INT64_MIN;
	object.used_at = INT64_MIN + 1;
	object.left_at = INT64_C(-13835058055282163);
	ck_assert_int_eq(clean_age_ms(&object, NOW_MS), NOW_MS - 999);
	ck_assert(matches());
}
END_TEST

/* A second is all that is known: not a moment older than it can be. */
START_TEST(age_is_never_overstated)
{
	object.ctime = NOW_S - 10;
	criteria.older_than_ms = 10000;
	ck_assert(!matches());
	ck_assert(clean_matches(&criteria, &object, NOW_MS + 999));
}
END_TEST

START_TEST(everything_is_older_than_zero)
{
	object.ctime = NOW_S;
	criteria.older_than_ms = 0;
	ck_assert(matches());
	ck_assert(removes());
	ck_assert_ptr_nonnull(
		strstr(buf_text(&why), "untouched for less than a second"));
}
END_TEST

static const struct period {
	int64_t seconds;
	const char *text;
} periods[] = {
	{2, "1 second"},	   {60, "59 seconds"},
	{61, "1 minute"},	   {3600, "59 minutes"},
	{2 * 3600 + 1, "2 hours"}, {DAY_S + 1, "1 day"},
	{400 * DAY_S, "399 days"},
};

START_TEST(periods_are_rounded_down)
{
	CLEANUP_BUF struct buf end = {0};

	object.ctime = NOW_S - periods[_i].seconds;
	buf_printf(&end, "untouched for %s", periods[_i].text);
	ck_assert(removes());
	ck_assert_ptr_nonnull(strstr(buf_text(&why), buf_text(&end)));
}
END_TEST

Suite *
clean_suite(void)
{
	Suite *suite = suite_create("clean");
	TCase *tests = tcase_create("clean");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, the_reason_is_told_in_full);
	tcase_add_test(tests, what_is_in_use_is_never_removed);
	tcase_add_test(tests, what_is_not_known_is_kept);
	tcase_add_test(tests, what_may_be_used_soon_needs_an_age);
	tcase_add_test(tests, a_never_used_set_has_no_dead_creator);
	tcase_add_loop_test(tests, used_sets_and_queues_need_an_age, 0, 2);
	tcase_add_test(tests, without_a_creator_in_the_kernel_use_decides);
	tcase_add_test(tests, unattached_is_not_for_sets_and_queues);
	tcase_add_test(tests, criteria_are_anded);
	tcase_add_test(tests, an_unknown_owner_is_nobody);
	tcase_add_test(tests, an_unknown_age_is_shown_and_kept);
	tcase_add_test(tests, age_counts_from_the_last_use);
	tcase_add_test(tests, a_time_that_anybody_can_set_does_no_harm);
	tcase_add_test(tests, age_is_never_overstated);
	tcase_add_test(tests, everything_is_older_than_zero);
	tcase_add_loop_test(tests, periods_are_rounded_down, 0,
			    ARRAY_LEN(periods));
	suite_add_tcase(suite, tests);
	return suite;
}
