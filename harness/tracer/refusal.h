/* SPDX-License-Identifier: MIT */
/* refusal.h - why the kernel does not let us trace, and what helps. */
#ifndef HARNESS_TRACER_REFUSAL_H
#define HARNESS_TRACER_REFUSAL_H

#include "base/err.h"

/*
 * Fill *err for errno value @code of ptrace(2), or of seccomp(2). @proc_dir as
 * in struct tracer_settings.
 */
void refusal_of_ptrace(int code, int proc_dir, struct err *err);
void refusal_of_filter(int code, struct err *err);

#endif
