/* SPDX-License-Identifier: MIT */
/* questions.h - what can be asked of a tracee and is not for other rooms. */
#ifndef HARNESS_TRACER_QUESTIONS_H
#define HARNESS_TRACER_QUESTIONS_H

#include "harness/tracer/tracer.h"

/* Does the thread wait for something, also for SIGCONT? */
bool questions_sleeps(const struct tracee *tracee);
/* How long it has been on a processor, 0: not known. */
uint64_t questions_ran_ns(const struct tracee *tracee);
/* Is @tid a thread of the process of @tracee? */
bool questions_has_thread(const struct tracee *tracee, pid_t tid);

/* Is it perhaps making a process just now, and has not told yet? */
bool questions_may_make(const struct tracee *tracee);

#endif
