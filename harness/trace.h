/* SPDX-License-Identifier: MIT */
/* trace.h - tell the visits of one trial as they come, for `ipcrash rerun`. */
#ifndef HARNESS_TRACE_H
#define HARNESS_TRACE_H

#include <stdio.h>

#include "harness/pass.h"
#include "harness/plan.h"

/* @out NULL: nothing is told. One line each. */
void trace_enter(FILE *out, const struct tracee *tracee,
		 const struct visit *visit, const struct frame *place);
void trace_leave(FILE *out, const struct tracee *tracee,
		 const struct visit *visit, int64_t result);
void trace_fire(FILE *out, const struct tracee *tracee,
		const struct planned *planned);

#endif
