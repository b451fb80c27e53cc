/* SPDX-License-Identifier: MIT */
/*
 * check_example.c - tests that notice IPC objects which are left behind.
 *
 *	cc check_example.c $(pkg-config --cflags --libs leakcheck check)
 *	./a.out				one test passes, one fails: see why
 *	CK_RUN_CASE=good ./a.out	only the one that passes
 */
#include <leakcheck/leakcheck_check.h>
#include <sys/shm.h>

/* What is tested: shared memory, at an address of the caller's choice. */
static void *
pool_open(void *address)
{
	int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	void *pool = shmat(id, address, 0);

	if (pool == (void *)-1)
		return NULL;	    /* The bug: the segment stays. */
	shmctl(id, IPC_RMID, NULL); /* it goes with the last user */
	return pool;
}

START_TEST(test_open)
{
	ck_assert_int_eq(shmdt(pool_open(NULL)), 0);
}

START_TEST(test_open_fails)
{
	/* This is true, and without leakcheck the test would pass. */
	ck_assert_ptr_null(pool_open((void *)1));
}

static void
add_case(Suite *suite, const char *name, const TTest *test)
{
	TCase *tcase = tcase_create(name);

	leakcheck_check_add(tcase); /* This line is all that it takes. */
	tcase_add_test(tcase, test);
	suite_add_tcase(suite, tcase);
}

int
main(void)
{
	Suite *suite = suite_create("pool");
	SRunner *runner = srunner_create(suite);
	int failed;

	add_case(suite, "good", test_open);
	add_case(suite, "bad", test_open_fails);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
