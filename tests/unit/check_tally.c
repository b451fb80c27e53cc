/* SPDX-License-Identifier: MIT */
/* check_tally.c - unit: numbers by key, handlers by process. */
#include <check.h>
#include <signal.h>

#include "harness/handlers.h"
#include "harness/tally.h"

Suite *tally_suite(void);

enum { MANY = 10000 };

START_TEST(every_key_has_its_own_number)
{
	struct tally tally = {0};

	/* Keys that are alike in their low or high bits only. */
	for (uint64_t i = 0; i < MANY; i++) {
		*tally_of(&tally, i << 40) += (unsigned)i;
		*tally_of(&tally, i + 1) += 3;
	}
	ck_assert_uint_eq(tally_get(&tally, 0), 0);
	ck_assert_uint_eq(tally_get(&tally, MANY), 3);
	for (uint64_t i = 1; i < MANY; i++)
		ck_assert_uint_eq(tally_get(&tally, i << 40), i);
	tally_clear(&tally);
	ck_assert_uint_eq(tally_get(&tally, MANY), 0);
	*tally_of(&tally, MANY) = 1;
	ck_assert_uint_eq(tally_get(&tally, MANY), 1);
	tally_free(&tally);
	ck_assert_uint_eq(tally_get(&tally, MANY), 0);
}
END_TEST

START_TEST(a_mixed_key_depends_on_order)
{
	ck_assert_uint_ne(tally_mix(1, 2), tally_mix(2, 1));
	ck_assert_uint_ne(tally_mix_text(1, "ab"), tally_mix_text(1, "ba"));
	ck_assert_uint_eq(tally_mix_text(tally_mix_text(1, "a"), "b"),
			  tally_mix_text(1, "ab"));
}
END_TEST

START_TEST(a_child_has_its_parents_handlers_of_then)
{
	struct handlers handlers = {0};

	handlers_note(&handlers, 10, SIGTERM, 0x1000);
	handlers_inherit(&handlers, 11, 10);
	handlers_note(&handlers, 10, SIGTERM, 0x2000);
	ck_assert_uint_eq(handlers_find(&handlers, 11, SIGTERM), 0x1000);
	ck_assert_uint_eq(handlers_find(&handlers, 10, SIGTERM), 0x2000);
	ck_assert_uint_eq(handlers_find(&handlers, 10, SIGINT), HANDLER_NONE);
	handlers_forget(&handlers, 10);
	ck_assert_uint_eq(handlers_find(&handlers, 10, SIGTERM), HANDLER_NONE);
	ck_assert_uint_eq(handlers_find(&handlers, 11, SIGTERM), 0x1000);
	/* What the target passes may be any number. */
	handlers_note(&handlers, 11, -1, 1);
	handlers_note(&handlers, 11, 4000, 1);
	ck_assert_uint_eq(handlers_find(&handlers, 11, 4000), HANDLER_NONE);
	for (pid_t pid = 20; pid < 60; pid++)
		handlers_inherit(&handlers, pid, pid > 20 ? pid - 1 : 11);
	ck_assert_uint_eq(handlers_find(&handlers, 59, SIGTERM), 0x1000);
	handlers_free(&handlers);
}
END_TEST

Suite *
tally_suite(void)
{
	Suite *suite = suite_create("tally");
	TCase *tests = tcase_create("tally");

	tcase_add_test(tests, every_key_has_its_own_number);
	tcase_add_test(tests, a_mixed_key_depends_on_order);
	tcase_add_test(tests, a_child_has_its_parents_handlers_of_then);
	suite_add_tcase(suite, tests);
	return suite;
}
