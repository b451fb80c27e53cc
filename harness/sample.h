/* SPDX-License-Identifier: MIT */
/* sample.h - a fair part of a plan that is too long. */
#ifndef HARNESS_SAMPLE_H
#define HARNESS_SAMPLE_H

#include "harness/plan.h"

/*
 * Keep @limit of the plan's items, in their order, and count the others as left
 * out. Where must-clean faults alone are too many nothing else is kept. Each
 * site and each fault has its share; chance, which @seed decides, has the rest.
 */
void sample_plan(struct plan *plan, size_t limit, uint64_t seed);

#endif
