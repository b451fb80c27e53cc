/* SPDX-License-Identifier: MIT */
/*
 * call_filter.h - seccomp programs that pick calls by number and argument, as
 * the rows of the catalogue have it. Pure: makes code, loads nothing.
 */
#ifndef MODEL_CALL_FILTER_H
#define MODEL_CALL_FILTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/calls.h"

/* The call @number of some ABI, where @row's condition on arguments holds. */
struct call_case {
	uint32_t number;
	const struct call_row *row; /* of it argument, mask and value count */
};

/* The cases of one architecture, in any order. */
struct call_cases {
	uint32_t arch; /* AUDIT_ARCH_..., <linux/audit.h> */
	struct call_case *items;
	size_t count;
};

/*
 * Append to @code an array of struct sock_filter that returns @match for a
 * call that any case of its architecture holds for, and @otherwise for all
 * others: SECCOMP_RET_..., seccomp(2). Sorts the cases.
 */
void call_filter_make(struct buf *code, const struct call_cases *archs,
		      size_t arch_count, uint32_t match, uint32_t otherwise);

#endif
