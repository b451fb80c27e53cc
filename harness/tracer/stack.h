/* SPDX-License-Identifier: MIT */
/*
 * stack.h - call stacks of stopped tracees by libdwfl. Taking one is cheap
 * (addresses only); naming its frames reads debug information and is done
 * once for each different stack.
 */
#ifndef HARNESS_TRACER_STACK_H
#define HARNESS_TRACER_STACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "harness/tracer/tracer.h"
#include "model/site.h"

struct stacks; /* what is known of modules; lives for a whole campaign */

enum { STACK_DEPTH = 64 };
struct stack {
	size_t depth;
	uint64_t pc[STACK_DEPTH]; /* the call's own first */
	/*
	 * Bit n: pc[n] is where a signal came, or what its handler returns to.
	 * All others are return addresses.
	 */
	uint64_t interrupted;
	/* Of modules and offsets, of a signal handler only of its own frames:
	 * equal in every run. */
	uint64_t hash;
	uint64_t image; /* tracee_image() */
};

struct stacks *stacks_new(void);
void stacks_free(struct stacks *stacks); /* NULL is allowed */

/*
 * The stack of a tracee inside enter() or leave(). Never fails: what cannot be
 * unwound is a stack of one frame.
 */
void
stack_take(struct stacks *stacks, struct tracee *tracee, struct stack *stack);

/*
 * Name the frames of a stack of @tracee (stopped, the same image), and those of
 * functions that the compiler has inlined. Fills @frames, room for STACK_DEPTH,
 * with texts from @arena; returns how many.
 */
size_t stack_name(struct stacks *stacks, struct tracee *tracee,
		  const struct stack *stack, struct frame *frames,
		  struct arena *arena);
/* One for an address: the function that is no inlined one, and the line. */
void
stack_name_address(struct stacks *stacks, struct tracee *tracee,
		   uint64_t address, struct frame *frame, struct arena *arena);

/*
 * The address of the function @name in the tracee, looked for in the main
 * program and in libc; 0 when there is none (static and stripped, Go).
 */
uint64_t stack_find_function(struct stacks *stacks, struct tracee *tracee,
			     const char *name);
/*
 * Is the thread inside @function, that is: does a return address of @stack lie
 * in it?
 */
bool stack_is_inside(struct stacks *stacks, struct tracee *tracee,
		     const struct stack *stack, const char *function);
/* Does this frame belong to the C library or the dynamic loader? By soname. */
bool stack_is_libc(const struct frame *frame);

#endif
