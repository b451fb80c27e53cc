/* SPDX-License-Identifier: MIT */
/* stacks.h - which layout a tracee has, for what stack.h offers. */
#ifndef HARNESS_TRACER_STACKS_H
#define HARNESS_TRACER_STACKS_H

#include "harness/tracer/layout.h"

/* What was mapped when last looked at. NULL when it is gone. */
struct layout *
stacks_layout(struct stacks *stacks, const struct tracee *tracee);

/* Where we, and what we trace, were started. NULL: not known. */
const char *stacks_top(const struct stacks *stacks);

/* Look again. Returns false when nothing has changed. */
bool stacks_look_again(struct stacks *stacks, const struct tracee *tracee);

#endif
