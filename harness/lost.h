/* SPDX-License-Identifier: MIT */
/*
 * lost.h - calls that were making a System V object when their thread was
 * killed. The kernel may have done them, and nobody has seen the result: ten
 * threads make segments, and one of them gets SIGKILL. Pure.
 */
#ifndef HARNESS_LOST_H
#define HARNESS_LOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/claim.h"
#include "model/calls.h"
#include "model/object.h"

struct lost_call {
	const struct call_row *row;
	struct claim claim;
	int number;	/* of the call, the caller's own count */
	uint64_t stack; /* where it was made */
};

struct lost {
	struct lost_call *calls;
	size_t count, room;
};

void lost_add(struct lost *lost, const struct lost_call *call);
/*
 * The call that has made @object, which no other has: its claim fits. NULL when
 * there is none, or when calls at different places may have been it. @alone:
 * see claim.h.
 */
const struct lost_call *
lost_find(const struct lost *lost, const struct object *object, bool alone);
/* Is there a call whose object cannot be told from those of others? */
bool lost_is_unsure(const struct lost *lost);
void lost_clear(struct lost *lost); /* for the next run */
void lost_free(struct lost *lost);

#endif
