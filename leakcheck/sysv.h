/* SPDX-License-Identifier: MIT */
/*
 * sysv.h - looking at single System V objects by the kernel's index, for the
 * collector and for those who follow what is being made.
 */
#ifndef LEAKCHECK_SYSV_H
#define LEAKCHECK_SYSV_H

#include <stdbool.h>

#include "model/object.h"

/* The highest index in use in the caller's IPC namespace, -1 when none. */
int sysv_max_index(enum kind kind);

/*
 * Fill the cleared @object with what is at @index, but for semaphore values.
 * Returns false when there is nothing, or nothing can be told.
 * SHM_STAT_ANY in shmctl(2), and its like in semctl(2) and msgctl(2).
 */
bool sysv_at_index(enum kind kind, int index, struct object *object);

/* Is there an object with this key now? Never for IPC_PRIVATE. */
bool sysv_has_key(enum kind kind, uint32_t key);

#endif
