/* SPDX-License-Identifier: MIT */
/*
 * err.h - why something failed: an errno value and a sentence.
 *
 * The convention of the whole tree: a function that can fail takes
 * `struct err *err` last. 0 or a pointer means success and *err is untouched;
 * -1 or NULL means that *err says why. Callers add what they were doing with
 * err_wrap() on the way up. Only a program's main.c prints or exits.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

struct err {
	int code;	/* an errno value, 0 when none fits */
	char text[480]; /* one sentence without a newline */
};

/*
 * Fill *err. When @code is not 0, ": " and strerror(code) are appended.
 * Always returns -1, so that `return err_set(...)` reads as one statement.
 */
int
err_set(struct err *err, int code, const char *format, ...) PRINTF_LIKE(3, 4);

/* Put "<format>: " before what *err says already. Always returns -1. */
int err_wrap(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
