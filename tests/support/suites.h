/* SPDX-License-Identifier: MIT */
/*
 * suites.h - how a test program runs the suites of its folder.
 *
 * A folder has a suites.def with rows SUITE(name); for each there is a function
 * `Suite *name_suite(void)`. CK_RUN_SUITE picks one (libcheck).
 */
#ifndef TESTS_SUPPORT_SUITES_H
#define TESTS_SUPPORT_SUITES_H

#include <check.h>
#include <stddef.h>

typedef Suite *suite_function(void);

/* Run them all. Returns the exit status: 0, or 1 when a test failed. */
int suites_run(suite_function *const *suites, size_t count);

#endif
