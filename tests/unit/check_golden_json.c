/* SPDX-License-Identifier: MIT */
/* check_golden_json.c - unit: a golden run comes through as it was, or not. */
#include <check.h>
#include <string.h>

#include "base/mem.h"
#include "harness/golden_json.h"

Suite *golden_json_suite(void);

enum { SITES = 2, LIFETIMES = 1 };

static struct site_state sites[SITES];
static struct lifetime lifetimes[LIFETIMES];
static struct hold_lock locks[1];
static struct golden golden, read_now;
static struct err err;

static void
setup(void)
{
	static const struct site site = {.id = "a.c:f:semget:1",
					 .role = "0",
					 .operation = "semget",
					 .call = "semget",
					 .kind = KIND_SYSV_SEM};

	sites[0] = (struct site_state) {.site = site, .row = call_rows};
	sites[1] = (struct site_state) {.site = site, .object = -1};
	lifetimes[0] =
		(struct lifetime) {.kind = KIND_SYSV_SEM, .released = NO_SITE};
	locks[0] = (struct hold_lock) {.number = 3};
	golden = (struct golden) {.sites = sites,
				  .site_count = SITES,
				  .lifetimes = lifetimes,
				  .lifetime_count = LIFETIMES,
				  .locks = locks,
				  .lock_count = 1};
	err = (struct err) {0};
}

static void
teardown(void)
{
	golden_free(&read_now);
}

static int
send_and_read(void)
{
	json_t *json = golden_to_json(&golden);
	int failed = golden_from_json(&read_now, json, &err);

	json_decref(json);
	return failed;
}

START_TEST(what_leads_somewhere_comes_through)
{
	ck_assert_int_eq(send_and_read(), 0);
	ck_assert_uint_eq(read_now.site_count, SITES);
	ck_assert_ptr_eq(read_now.sites[0].row, call_rows);
	ck_assert_int_eq(read_now.sites[1].object, -1);
	ck_assert_int_eq(read_now.lifetimes[0].released, NO_SITE);
	ck_assert_uint_eq(read_now.locks[0].number, 3);
}
END_TEST

/* The campaign would follow them out of its arrays. */
static const struct {
	int *number;
	int value;
} astray[] = {
	{&lifetimes[0].created, NO_SITE}, {&lifetimes[0].created, SITES},
	{&lifetimes[0].released, SITES},  {&lifetimes[0].released, -2},
	{&sites[0].object, LIFETIMES},	  {&sites[1].object, -2},
	{&locks[0].set, LIFETIMES},	  {&locks[0].set, -1},
};

START_TEST(what_leads_nowhere_is_refused)
{
	*astray[_i].number = astray[_i].value;
	ck_assert_int_eq(send_and_read(), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "golden run"));
}
END_TEST

Suite *
golden_json_suite(void)
{
	Suite *suite = suite_create("golden_json");
	TCase *tests = tcase_create("golden_json");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, what_leads_somewhere_comes_through);
	tcase_add_loop_test(tests, what_leads_nowhere_is_refused, 0,
			    ARRAY_LEN(astray));
	suite_add_tcase(suite, tests);
	return suite;
}
