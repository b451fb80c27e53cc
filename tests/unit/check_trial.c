/* SPDX-License-Identifier: MIT */
/* check_trial.c - unit: identities of trials, and which fail the gate. */
#include <check.h>
#include <signal.h>
#include <string.h>

#include "base/attr.h"
#include "model/trial.h"

Suite *trial_suite(void);

#define ID "src/pool.c:pool_open:shmget:1:return:SIGTERM"

START_TEST(the_id_of_a_trial)
{
	struct fault fault = {FAULT_SIGNAL, SIGTERM, false};
	struct buf text = {0};

	trial_add_id(&text, "src/pool.c:pool_open:shmget:1", PHASE_RETURN,
		     &fault);
	ck_assert_str_eq(buf_text(&text), ID);
	buf_free(&text);
}
END_TEST

/* Vectors of http://www.isthe.com/chongo/tech/comp/fnv/ */
START_TEST(the_hash_is_fnv1a)
{
	ck_assert_uint_eq(trial_hash(""), 0xcbf29ce484222325);
	ck_assert_uint_eq(trial_hash("a"), 0xaf63dc4c8601ec8c);
	ck_assert_uint_eq(trial_hash("foobar"), 0x85944171f73967e8);
	/* Bytes count as unsigned. */
	ck_assert_uint_eq(trial_hash("\xff"), 0xaf64724c8602eb6e);
}
END_TEST

START_TEST(short_ids)
{
	char text[TRIAL_SHORT_ID + 1];

	trial_short_id("foobar", text);
	ck_assert_str_eq(text, "85944171");
	trial_short_id("chongo was here!\n", text);
	ck_assert_str_eq(text, "46810940");
	trial_short_id("a.c:f:shmget:7600", text);
	ck_assert_str_eq(text, "006c0629");
}
END_TEST

static const struct {
	const char *given;
	bool means_it;
} given[] = {
	{ID, true},
	{"0f3a9c12", true},
	{"0f3a9c1", true},
	{"0f3a", true},
	{"0F3A", true},
	{"0f3", false},
	{"", false},
	{"0f3b", false},
	{"0f3a9c12 ", false},
	{"0f3a9c123", false},
	{"3a9c12", false},
	{"src/", false},
	{"src/pool.c:pool_open:shmget:1:return", false},
	{ID "x", false},
};

START_TEST(who_is_called)
{
	struct trial trial = {.id = ID, .short_id = "0f3a9c12"};

	ck_assert_int_eq(trial_is_called(&trial, given[_i].given),
			 given[_i].means_it);
}
END_TEST

static const struct {
	enum verdict verdict;
	bool gates, gates_strictly;
} gates[] = {
	{VERDICT_CLEAN, false, false},
	{VERDICT_LEAKED, true, true},
	{VERDICT_WINDOW, false, true},
	{VERDICT_UNAVOIDABLE, false, false},
	{VERDICT_ORPHANED, true, true},
	{VERDICT_HUNG, true, true},
	{VERDICT_NOT_REACHED, false, false},
	{VERDICT_NOT_AVAILABLE, false, false},
	{VERDICT_BROKEN, false, false},
};

START_TEST(what_fails_the_gate)
{
	struct trial trial = {.verdict = gates[_i].verdict,
			      .policy = POLICY_MUST_CLEAN};

	ck_assert_int_eq(_i, gates[_i].verdict);
	ck_assert_int_eq(trial_gates(&trial, false), gates[_i].gates);
	ck_assert_int_eq(trial_gates(&trial, true), gates[_i].gates_strictly);
	trial.policy = POLICY_MAY_LEAK;
	ck_assert(!trial_gates(&trial, false));
	ck_assert(!trial_gates(&trial, true));
}
END_TEST

START_TEST(verdicts_have_names)
{
	enum verdict verdict;

	ck_assert(verdict_parse(verdict_name((enum verdict)_i), &verdict));
	ck_assert_int_eq(verdict, _i);
	ck_assert_uint_gt(strlen(verdict_tells(verdict)), 0);
	ck_assert(!verdict_parse("leak", &verdict));
	ck_assert(!verdict_parse("", &verdict));
}
END_TEST

START_TEST(phases_and_reactions_have_names)
{
	enum reaction reaction;
	enum phase phase;

	ck_assert(phase_parse(phase_name(PHASE_RETURN), &phase));
	ck_assert_int_eq(phase, PHASE_RETURN);
	ck_assert(phase_parse("before", &phase));
	ck_assert_int_eq(phase, PHASE_BEFORE);
	ck_assert(!phase_parse("after", &phase));
	for (int i = 0; i < REACTION_COUNT; i++) {
		ck_assert(reaction_parse(reaction_name((enum reaction)i),
					 &reaction));
		ck_assert_int_eq(reaction, i);
	}
	ck_assert(!reaction_parse("handle", &reaction));
}
END_TEST

START_TEST(freeing_may_happen_twice)
{
	struct trial trial = {0};

	trial.id = arena_copy(&trial.arena, ID, strlen(ID));
	trial_free(&trial);
	ck_assert_ptr_null(trial.id);
	trial_free(&trial);
}
END_TEST

Suite *
trial_suite(void)
{
	Suite *suite = suite_create("trial");
	TCase *tests = tcase_create("trial");

	tcase_add_test(tests, the_id_of_a_trial);
	tcase_add_test(tests, the_hash_is_fnv1a);
	tcase_add_test(tests, short_ids);
	tcase_add_loop_test(tests, who_is_called, 0, ARRAY_LEN(given));
	tcase_add_loop_test(tests, what_fails_the_gate, 0, VERDICT_COUNT);
	tcase_add_loop_test(tests, verdicts_have_names, 0, VERDICT_COUNT);
	tcase_add_test(tests, phases_and_reactions_have_names);
	tcase_add_test(tests, freeing_may_happen_twice);
	suite_add_tcase(suite, tests);
	return suite;
}
