/* SPDX-License-Identifier: MIT */
/* main.c - runs the suites that suites.def lists. */
#include "base/attr.h"
#include "tests/support/suites.h"

#define SUITE(name) Suite *name##_suite(void);
#include "tests/live/suites.def"
#undef SUITE

static suite_function *const suites[] = {
#define SUITE(name) name##_suite,
#include "tests/live/suites.def"
#undef SUITE
};

int
main(void)
{
	return suites_run(suites, ARRAY_LEN(suites));
}
