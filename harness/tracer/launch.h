/* SPDX-License-Identifier: MIT */
/* launch.h - the child that becomes the target. For start.c only. */
#ifndef HARNESS_TRACER_LAUNCH_H
#define HARNESS_TRACER_LAUNCH_H

#include <sys/types.h>

#include "base/mem.h"
#include "harness/tracer/tracer.h"

/* What the child could not do. */
enum launch_stage { LAUNCH_NONE, LAUNCH_INPUT, LAUNCH_FILTER, LAUNCH_EXECUTE };
struct launch_failure {
	enum launch_stage stage;
	int code;
};

/* Enough for system calls: the child does nothing else. */
enum { LAUNCH_STACK_BYTES = 1 << 14 };

/* What the child needs, and must stay until it has executed or is dead. */
struct launch {
	const struct tracer_settings *settings;
	char **programs;    /* which execvp(3) would try, in turn */
	char **script;	    /* /bin/sh, a place, the program's arguments */
	char **environment; /* the target's */
	int go[2];	    /* a pipe */
	struct launch_failure failure; /* once the child is dead */
	struct arena arena;
	char *stack;
};

/* Returns 0, or -1 with *err set. */
int launch_prepare(struct launch *launch,
		   const struct tracer_settings *settings, struct err *err);
/*
 * Make the child, which waits then. Returns its number, -1 with errno set. It
 * goes with us: when we are dead before launch_go() it ends.
 */
pid_t launch_child(struct launch *launch);
/* Let it become the target. Should it be dead nothing happens. */
void launch_go(const struct launch *launch);
void launch_release(struct launch *launch);

#endif
