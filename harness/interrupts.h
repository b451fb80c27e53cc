/* SPDX-License-Identifier: MIT */
/*
 * interrupts.h - the signals by which a user ends a campaign in an orderly way
 * (SIGINT, SIGTERM, SIGHUP) or asks how far it is (SIGUSR1), read from a
 * descriptor. A progress line that nobody reads must not end it: SIGPIPE is
 * ignored meanwhile.
 */
#ifndef HARNESS_INTERRUPTS_H
#define HARNESS_INTERRUPTS_H

#include <signal.h>

#include "base/err.h"

struct interrupts {
	int fd; /* poll it for input, -1: nothing was taken */
	sigset_t mask;
	struct sigaction pipe;
};
#define INTERRUPTS_NONE ((struct interrupts) {.fd = -1})

/*
 * From now on they come by interrupts_next(). One that is ignored stays so, as
 * nohup(1) and the shell's background jobs want it. Children inherit that they
 * are blocked. Returns 0, or -1 with *err set.
 */
int interrupts_take(struct interrupts *interrupts, struct err *err);
/* The next that has come, 0: none. Does not wait. */
int interrupts_next(const struct interrupts *interrupts);
/*
 * As it was before; those that have come and were not asked for are forgotten:
 * what a second SIGINT would end is ending. May run twice.
 */
void interrupts_give_back(struct interrupts *interrupts);

#endif
