/* SPDX-License-Identifier: MIT */
/* recorder.h - make a golden run. */
#ifndef HARNESS_RECORDER_H
#define HARNESS_RECORDER_H

#include "harness/golden.h"
#include "harness/station.h"

/*
 * Run the target once without a fault and fill *golden. Returns 0, also when
 * the target did badly (golden_is_bad()); or -1 with *err set, err->code being
 * the errno of execvp(3) when *started is TRACER_NOT_EXECUTED.
 */
int
recorder_run(struct station *station, int64_t limit_ms, struct golden *golden,
	     enum tracer_start *started, struct err *err);

#endif
