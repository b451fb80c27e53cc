/* SPDX-License-Identifier: MIT */
/* filter.h - the seccomp program that stops a target at chosen calls. */
#ifndef HARNESS_TRACER_FILTER_H
#define HARNESS_TRACER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "model/calls.h"

struct tracer_filter;

/*
 * What tells stops of ours, PTRACE_GET_SYSCALL_INFO. A program may have a
 * filter of its own that wants a tracer.
 */
enum { FILTER_MARK = 0x1bc };

/*
 * Stop at the calls of @rows (with their argument conditions), or at every call
 * when @rows is NULL. Calls of other ABIs of the machine (32-bit, x32) stop
 * too, and those of untraced.h. Returns NULL with *err set.
 */
struct tracer_filter *
filter_new(const struct call_row *const *rows, size_t count, struct err *err);
void filter_free(struct tracer_filter *filter); /* NULL is allowed */
void filter_free_ptr(struct tracer_filter **filter);
#define CLEANUP_FILTER CLEANUP(filter_free_ptr)

/* Is this call, of the machine's own ABI, of @rows? */
bool filter_matches(const struct tracer_filter *filter, int number,
		    const uint64_t *args);

/*
 * Put it on the calling process: system calls and nothing else, as launch.c
 * wants it. Returns 0 or an errno.
 */
int filter_load(const struct tracer_filter *filter);

#endif
