/* SPDX-License-Identifier: MIT */
/*
 * layout.h - a process's modules and a Dwfl of them. What libdwfl learns of the
 * files is kept, and serves all processes with the same modules at the same
 * addresses: the first use costs tens of milliseconds, a later one
 * microseconds.
 */
#ifndef HARNESS_TRACER_LAYOUT_H
#define HARNESS_TRACER_LAYOUT_H

#include <elfutils/libdwfl.h>

#include "harness/tracer/modules.h"
#include "harness/tracer/stack.h"

struct layout;

/* Takes over what is in @modules. Never fails: it may just know little. */
struct layout *layout_new(struct modules *modules);
void layout_free(struct layout *layout); /* NULL is allowed */
const struct modules *layout_modules(const struct layout *layout);

/*
 * The stack of @tracee, which is stopped and has this layout: pc, depth and
 * interrupted. At least one frame: of one that was killed, where its last call
 * was.
 */
void layout_unwind(struct layout *layout, struct tracee *tracee,
		   struct stack *stack);

/*
 * What libdwfl knows of the module at @address, NULL: nothing. Good until
 * another of these functions is called.
 */
Dwfl_Module *
layout_find(struct layout *layout, struct tracee *tracee, uint64_t address);

/* A function, found once. */
struct layout_function {
	uint64_t start, end; /* 0: there is none */
};
/* In the program, or in libc. Local ones of the same name count last. */
struct layout_function
layout_function(struct layout *layout, struct tracee *tracee, const char *name);

#endif
