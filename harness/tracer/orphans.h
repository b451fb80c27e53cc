/* SPDX-License-Identifier: MIT */
/*
 * orphans.h - processes whose maker was killed after it had made them, but
 * before ptrace(2) could tell. They are traced all the same.
 */
#ifndef HARNESS_TRACER_ORPHANS_H
#define HARNESS_TRACER_ORPHANS_H

#include "harness/tracer/state.h"

/*
 * Nothing else is to be done now: let those go on of whom nobody will tell any
 * more. They count as children of the process that died last.
 */
void orphans_adopt(struct tracer *tracer);

/* Is a process traced by us that has not stopped yet for the first time? */
bool orphans_are_hidden(const struct tracer *tracer);

#endif
