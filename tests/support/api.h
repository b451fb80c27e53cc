/* SPDX-License-Identifier: MIT */
/* api.h - what the tests of the library's interface share. */
#ifndef TESTS_SUPPORT_API_H
#define TESTS_SUPPORT_API_H

#include <check.h>
#include <stdbool.h>

#include "leakcheck/leakcheck.h"

enum { API_MODE = 0640, API_BYTES = 5000, API_KEY = 0x1234abcd };

extern struct leakcheck_error api_error;

#define OK(call)   ck_assert_msg((call) == 0, "%s", api_error.message)
#define HAVE(call) ck_assert_msg((call) != NULL, "%s", api_error.message)

/* How to make and recognise an object of each kind; paths are in LIVE_DIR. */
enum { API_KINDS = LEAKCHECK_UNIX_SOCKET + 1 };
struct api_maker {
	int (*make)(void); /* negative: it failed */
	const char *path;  /* NULL: it has an identifier */
	const char *name;
};
extern const struct api_maker api_makers[API_KINDS];

/* Make one object of @kind, or fail the test; and one of each. */
int api_make(enum leakcheck_kind kind);
void api_make_all(void);

/* Only LIVE_DIR is watched, or a test would see what others do in /tmp. */
struct leakcheck_options *api_options(void);
/* A snapshot with these. */
struct leakcheck_snapshot *api_take(void);

/* Become an ordinary user, as if started by him: prctl(2), PR_SET_DUMPABLE. */
void api_become_user(void);

/* Return false, and say so, when the test @test cannot be done here. */
bool api_can_isolate(const char *test);
/* Isolate, or fail the test; privileges must be what they were. */
void api_isolate(struct leakcheck_options *options);

#endif
