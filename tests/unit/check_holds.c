/* SPDX-License-Identifier: MIT */
/* check_holds.c - unit: which semaphores are held, by what threads did. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "harness/holds.h"

Suite *holds_suite(void);

static struct holds holds;
static struct tally locks;

static void
teardown(void)
{
	holds_free(&holds);
	tally_free(&locks);
}

enum { SET = 3, OTHER_SET = 4, SEMAPHORES = 2 };
#define SITE "a.c:f:semget:1"

/*
 * What happened, a word each: "a+1" thread a gives, "b-1" thread b takes, "a0"
 * waits for 0, with "u" behind it by SEM_UNDO; "=" SETVAL, "*" SETALL. Calls of
 * several operations are several words, for the kernel does all or none.
 */
static void
play(int set, unsigned number, const char *story)
{
	while (*story) {
		size_t length = strcspn(story, " ");
		struct sembuf operation = {.sem_num = (unsigned short)number};

		operation.sem_op = (short)atoi(story + 1);
		if (story[length - 1] == 'u')
			operation.sem_flg = SEM_UNDO;
		if (*story == '=')
			holds_reset(&holds, set, number);
		else if (*story == '*')
			holds_reset_all(&holds, set);
		else
			holds_operate(&holds, *story, set, &operation, 1);
		story += length + (story[length] == ' ');
	}
}

/* With that value of the second semaphore at the end; the first is free. */
static bool
is_held(int value, const struct tally *known)
{
	uint16_t values[SEMAPHORES] = {1, (uint16_t)value};
	const struct object set = {.kind = KIND_SYSV_SEM,
				   .known = FIELD_BIT(FIELD_VALUES),
				   .values = values,
				   .count = SEMAPHORES};

	return holds_find(&holds, SET, &set, SITE, known);
}

static const struct {
	const char *golden; /* the run without a fault */
	const char *story;
	int value; /* at the end */
	bool held;
} stories[] = {
	/* A lock that SETVAL has made. */
	{"= a-1 a+1", "= a-1", 0, true},
	{"= a-1 a+1", "= a-1 a+1", 1, false},
	{"= a-1 a+1", "=", 1, false},
	{"= a-1 a+1", "* a-1", 0, true},
	/* One that is made by semop(+1), in this thread or another. */
	{"a+1 a-1 a+1", "a+1 a-1", 0, true},
	{"a+1 a-1 a+1", "a+1", 1, false},
	{"a+1 a-1 a+1", "", 0, false},
	{"a+1 b-1 b+1", "a+1 b-1", 0, true},
	{"a+1 b-1 b+1", "a+1 b-1 b+1 c-1", 0, true},
	{"a+1 b-1 b+1 c-1 c+1", "a+1 b-1 b+1 c-1 c+1", 1, false},
	/* It need not be seen before. */
	{"", "a+1 a-1 a+1 a-1", 0, true},
	/* Who ends by taking it and removing the set. */
	{"= a-1 a+1 a-1", "= a-1", 0, true},
	/* What one produces and the other consumes. */
	{"a+1 b-1 a+1 b-1", "a+1 b-1", 0, false},
	{"a+1 a+1 b-1 b-1", "a+1 a+1 b-1 b-1", 0, false},
	{"= a+1 b-1", "= a+1 b-1", 0, false},
	{"a+5 b-5", "a+5 b-3 b-2", 0, false},
	/* Two that take turns. */
	{"a-1 b+1 a-1 b+1", "a-1", 0, false},
	/* Many may have it; one of them did not give it back. */
	{"= a-1 b-1 a+1 b+1", "= a-1 b-1 a+1", 1, false},
	{"= a-1 b-1 a+1 b+1", "= a-1 b-1", 0, true},
	{"= a-2 a+2", "= a-2", 0, true},
	{"= a-2 a+1 a+1", "= a-2 a+1", 1, false},
	/* The kernel undoes it; but not what another did without. */
	{"= a-1u a+1u", "= a-1u", 1, false},
	{"= a-1u a+1u", "= a-1u", 0, false},
	{"= a-1u a+1u", "= a-1u b-1", 0, true},
	{"= a-1 a+1u", "= a-1 a+1u", 0, true},
	{"= a-1u a+1", "= a-1u a+1", 2, false},
	/* Somebody sets it right, or wrong. */
	{"= a-1 a+1", "= a-1 =", 1, false},
	{"= a-1 a+1", "= a-1 *", 0, false},
	{"= a-1 a+1", "= a-1 = b-1", 0, true},
	{"= a-1 a+1", "= a-1 = a+1 b-1", 0, true},
	/* Free at 0: wait for 0 and add 1. */
	{"a0 a+1 a-1", "a0 a+1 a-1", 0, false},
	{"a0 a+1 a-1", "a0 a+1", 1, true},
	{"a0 a+1 a-1", "a0 a+1 a-1 b0 b+1", 1, true},
	{"a0 a+1u a-1u", "a0 a+1u", 0, false},
	/* A barrier. */
	{"= a-1 b-1 a0 b0", "= a-1 a0", 1, false},
	{"= a-1 b-1 a0 b0", "= a-1 b-1 a0", 0, false},
};

START_TEST(a_story_of_a_semaphore)
{
	play(SET, 1, stories[_i].golden);
	for (size_t i = 0; i < holds.lock_count; i++) {
		ck_assert_int_eq(holds.locks[i].set, SET);
		ck_assert_uint_eq(holds.locks[i].number, 1);
		*tally_of(&locks, holds_lock_key(SITE, 1)) = 1;
	}
	holds_clear(&holds);
	play(SET, 1, stories[_i].story);
	ck_assert_int_eq(is_held(stories[_i].value, &locks), stories[_i].held);
}
END_TEST

START_TEST(each_semaphore_and_each_set_for_itself)
{
	play(SET, 0, "a+1 a-1 a+1 a-1");
	play(OTHER_SET, 1, "a+1 a-1 a+1 a-1");
	ck_assert(!is_held(0, NULL));
	play(SET, 1, "a+1 a-1");
	ck_assert(!is_held(0, NULL));
	ck_assert(!is_held(0, &locks));
	*tally_of(&locks, holds_lock_key(SITE, 0)) = 1;
	*tally_of(&locks, holds_lock_key("b.c:f:semget:1", 1)) = 1;
	ck_assert(!is_held(0, &locks));
	*tally_of(&locks, holds_lock_key(SITE, 1)) = 1;
	ck_assert(is_held(0, &locks));
	play(OTHER_SET, 1, "=");
	ck_assert(is_held(0, &locks));
	play(SET, 0, "=");
	ck_assert(is_held(0, &locks));
	play(SET, 0, "*");
	ck_assert(!is_held(0, &locks));
}
END_TEST

START_TEST(only_sets_whose_values_are_known)
{
	struct object set = {.kind = KIND_SYSV_SEM};

	play(SET, 0, "a+1 a-1 a+1 a-1");
	ck_assert(!holds_find(&holds, SET, &set, NULL, NULL));
	set.kind = KIND_POSIX_SEM;
	ck_assert(!holds_find(&holds, SET, &set, NULL, NULL));
}
END_TEST

/* A lock is told once, however often it is used. */
START_TEST(locks_are_listed_once)
{
	for (int i = 0; i < 100; i++)
		play(SET, 1, "a-1 a+1");
	play(OTHER_SET, 0, "a-1 a+1");
	ck_assert_uint_eq(holds.lock_count, 2);
	ck_assert_int_eq(holds.locks[1].set, OTHER_SET);
}
END_TEST

Suite *
holds_suite(void)
{
	Suite *suite = suite_create("holds");
	TCase *tests = tcase_create("holds");

	tcase_add_checked_fixture(tests, NULL, teardown);
	tcase_add_loop_test(tests, a_story_of_a_semaphore, 0,
			    ARRAY_LEN(stories));
	tcase_add_test(tests, each_semaphore_and_each_set_for_itself);
	tcase_add_test(tests, only_sets_whose_values_are_known);
	tcase_add_test(tests, locks_are_listed_once);
	suite_add_tcase(suite, tests);
	return suite;
}
