/* SPDX-License-Identifier: MIT */
/*
 * signals.h - sending signals to stopped tracees, and hiding from the program
 * what tracing does to them.
 */
#ifndef HARNESS_TRACER_SIGNALS_H
#define HARNESS_TRACER_SIGNALS_H

#include "harness/tracer/tracer.h"

/*
 * Send @signal to the thread; or, if that blocks it, to its process, or a
 * thread in sigwait(3) would never see it. tgkill(2). SIGSEGV: see crash.h
 */
void signals_raise(struct tracee *tracee, int signal);

/* As tracee_unblock(), the other way. */
void signals_block(struct tracee *tracee, int signal);

/*
 * In the signal-delivery-stop of a signal that signals_raise() has sent: make
 * *info what it would be without us, for programs look at it. A fault has its
 * si_code and address, abort(3) the process's own pid, the others seem to be
 * from kill(2). sigaction(2), PTRACE_SETSIGINFO
 */
void signals_pretend(struct tracee *tracee, siginfo_t *info);

/*
 * In a signal-delivery-stop after which @signal (0: none) is delivered. A
 * signal that is ignored does not wake a process, but it does one that is
 * traced, and calls that the kernel never restarts (semop(2), epoll_wait(2):
 * signal(7)) return EINTR then: have that call made again.
 */
void signals_hide_interruption(struct tracee *tracee, const siginfo_t *info,
			       int signal);
/* At the end of a call that returns EINTR: will that be done? */
bool signals_will_hide(const struct tracee *tracee);

#endif
