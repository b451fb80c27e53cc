/* SPDX-License-Identifier: MIT */
/* suites.c - running the suites of a test program. */
#include "tests/support/suites.h"

#include <stdlib.h>

int
suites_run(suite_function *const *suites, size_t count)
{
	SRunner *runner;
	int failed;

	/* Check's 4 s are a race on a busy machine or under a sanitizer. */
	setenv("CK_DEFAULT_TIMEOUT", "60", 0);
	runner = srunner_create(NULL);
	for (size_t i = 0; i < count; i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
