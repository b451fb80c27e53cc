/* SPDX-License-Identifier: MIT */
/*
 * untraced.h - children made with CLONE_UNTRACED, which the kernel does not
 * tell a tracer of: clone(2). The flag is taken out of the call, and put back
 * before the program can look.
 */
#ifndef HARNESS_TRACER_UNTRACED_H
#define HARNESS_TRACER_UNTRACED_H

#include "harness/tracer/tracee.h"
#include "model/calls.h"

/* The filter must stop at these. */
enum { UNTRACED_ROWS = 2 };
extern const struct call_row untraced_rows[UNTRACED_ROWS];

/* @tracee is about to make its call: take the flag out, if that has it. */
void untraced_hide(struct tracee *tracee);
/*
 * Put it back, if it was taken out: the call is over, or has made its child, or
 * @tracee is that child and begins.
 */
void untraced_restore(struct tracee *tracee);
/* @child was made by the call of @tracee. */
void untraced_inherit(struct tracee *child, const struct tracee *tracee);

#endif
