/* SPDX-License-Identifier: MIT */
/*
 * crash.h - SIGSEGV as it comes in reality: not sent, but by a fault. The
 * thread continues at address 0, as if it had called a null pointer. So the
 * kernel itself kills it if the signal is blocked or ignored, its siginfo is
 * true, and a handler that just returns has the fault again: Rust's, for one,
 * returns from the first to let the second kill.
 */
#ifndef HARNESS_TRACER_CRASH_H
#define HARNESS_TRACER_CRASH_H

#include "harness/tracer/tracer.h"

void crash_start(struct tracee *tracee);

/*
 * In a signal-delivery-stop: has the handler returned from the crash? It would
 * do so for ever. The signal is then blocked and not to be delivered: the next
 * fault kills.
 */
bool crash_comes_back(struct tracee *tracee, const siginfo_t *info);

#endif
