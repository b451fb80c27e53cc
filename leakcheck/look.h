/* SPDX-License-Identifier: MIT */
/* look.h - look at one named thing and add it to a snapshot. */
#ifndef LEAKCHECK_LOOK_H
#define LEAKCHECK_LOOK_H

#include "leakcheck/snapshot.h"

/*
 * If @path is a FIFO or a socket now, add it. The snapshot must be brought into
 * order again afterwards, and what is there twice dropped. Returns whether it
 * is there. That it cannot be looked at becomes a blind spot.
 */
bool look_at_path(struct snapshot *into, const char *path);

/*
 * The same for the message queue @name ("/name"), with or without mqueuefs,
 * unless the snapshot has one of that name.
 */
bool look_at_queue(struct snapshot *into, const char *name);

#endif
