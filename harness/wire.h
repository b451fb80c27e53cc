/* SPDX-License-Identifier: MIT */
/*
 * wire.h - whole messages over a stream socket between the campaign and its
 * wardens: a length, then so many bytes of JSON.
 */
#ifndef HARNESS_WIRE_H
#define HARNESS_WIRE_H

#include <jansson.h>

#include "base/err.h"

/* Send @message and drop the reference. Returns 0, or -1 with *err set. */
int wire_send(int fd, json_t *message, struct err *err);

/*
 * Wait for one. Returns a new reference, or NULL: with err->code EPIPE when the
 * other side is gone, else with what is wrong.
 */
json_t *wire_receive(int fd, struct err *err);

#endif
