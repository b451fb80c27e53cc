/* SPDX-License-Identifier: MIT */
/*
 * claim.h - what a call that makes an object may have made, when its end was
 * not seen: its thread was killed, or the tracer was. An object that is there
 * then may as well be another's. Pure.
 */
#ifndef HARNESS_CLAIM_H
#define HARNESS_CLAIM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "model/object.h"

#define CLAIM_ANY_USER ((uid_t)-1)

/* Plain data without pointers: it lies in shared memory, too. */
struct claim {
	enum kind kind;
	uint32_t key; /* BY_ID */
	pid_t process;
	uid_t user;	   /* to whom what it makes belongs, or any */
	int64_t since_ns;  /* when the call was begun */
	int64_t closed_ns; /* when it was surely over, 0: not known */
};

/* The call begins, or it is over: by the clock of the objects. */
void claim_open(struct claim *claim);
void claim_close(struct claim *claim);

/* Can the object be one that this process has made, as far as it tells? */
bool claim_is_maker(const struct claim *claim, const struct object *object);

/*
 * Must it be? Of its kind and key, made by this process or its user, while the
 * call was under way. A set or a queue without a key may be anybody's, unless
 * @alone: nobody else makes objects here. Who claims a path must know that
 * nothing was there before, or something else.
 */
bool
claim_fits(const struct claim *claim, const struct object *object, bool alone);

#endif
