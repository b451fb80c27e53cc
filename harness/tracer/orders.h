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

#endif
