/* SPDX-License-Identifier: MIT */
/* child.h - waiting for children, whatever signals come meanwhile. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* waitpid(2), but never EINTR. */
pid_t child_wait(pid_t pid, int *status, int options);

/*
 * Reap all children that have ended, those of clone(2) without a signal, too.
 * Returns true when none is left.
 */
bool child_reap_ended(void);

/* Is there a child, be it one that has ended? Reaps none. */
bool child_exists(void);

#endif
