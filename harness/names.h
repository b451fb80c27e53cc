/* SPDX-License-Identifier: MIT */
/*
 * names.h - the frames of call stacks, named once for each different stack:
 * reading debug information is slow, comparing hashes is not.
 */
#ifndef HARNESS_NAMES_H
#define HARNESS_NAMES_H

#include "harness/tally.h"
#include "harness/tracer/stack.h"

struct named_stack {
	uint64_t hash;
	const struct frame *frames;
	size_t count;
	size_t place; /* site_find_place() */
	bool exiting; /* inside exit(): atexit hooks run already */
	/* Inside a function of libc that does several things, or holds locks
	 * that atexit hooks and exit() itself need. */
	bool in_library;
	/* Inside a function of libc that is more than the call's wrapper. */
	bool nested;
	/* Nothing of the program is on the stack: a thread begins or ends. */
	bool alone;
};

struct names {
	struct named_stack *stacks;
	size_t count, room;
	struct tally index; /* stack hash -> index + 1 */
	struct arena arena;
};

/* The tracee must stand where @stack was taken. Holds until the next call. */
const struct named_stack *
names_of(struct names *names, struct stacks *stacks, struct tracee *tracee,
	 const struct stack *stack);
void names_free(struct names *names);

#endif
