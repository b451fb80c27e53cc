/* SPDX-License-Identifier: MIT */
/* orders.h - what tracer.h does not offer of the orders to tracees. */
#ifndef HARNESS_TRACER_ORDERS_H
#define HARNESS_TRACER_ORDERS_H

#include "harness/tracer/tracer.h"

/*
 * Inside enter(): back to before the call instruction. Returns false when the
 * thread was killed.
 */
bool orders_undo(struct tracee *tracee);

/*
 * At the end of a call: give back what tracee_amend() has changed. Returns
 * whether the call is to be made anew.
 */
bool orders_settle(struct tracee *tracee, int64_t result);

#endif
