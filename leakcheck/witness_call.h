/* SPDX-License-Identifier: MIT */
/*
 * witness_call.h - a call that was let go, until it is known what came of it.
 *
 * What it makes is looked for again and again. It is certainly the call's if
 * nothing was there a moment before, when the call was still under way.
 */
#ifndef LEAKCHECK_WITNESS_CALL_H
#define LEAKCHECK_WITNESS_CALL_H

#include "leakcheck/caller.h"

struct witness_call {
	struct caller caller;
	int number;	     /* of the system call */
	int64_t deadline_ns; /* until then it is worth to wait for it */
	int64_t asked_ns;    /* when the latest look was begun */
	int64_t clear_ns; /* under way then, and had made nothing; 0: never */
	bool over;	  /* it had left before the latest look */
};

/* It goes on now. */
void witness_call_start(struct witness_call *call);

/*
 * A look begins: has the call left, so that what it made is there if it made
 * anything? A thread @tid (0: none) that calls again has left earlier calls.
 */
void witness_call_ask(struct witness_call *call, pid_t tid);

/* The look has found what the call can have made: is it certainly its? */
bool witness_call_is_certain(const struct witness_call *call);

/*
 * The look has found nothing. Returns until when it is worth to look again, 0
 * when the call is over.
 */
int64_t witness_call_wait(struct witness_call *call);

#endif
