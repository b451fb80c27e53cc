/* SPDX-License-Identifier: MIT */
/*
 * memory.h - what the gate remembers from earlier: suppressions and a baseline.
 * Whoever clusters a log (classes.h) asks it of each finding.
 */
#ifndef REPORTS_MEMORY_H
#define REPORTS_MEMORY_H

#include "base/attr.h"
#include "reports/baseline.h"
#include "reports/suppress.h"

struct memory {
	struct suppressions suppressions;
	struct baseline baseline;
	bool strict; /* suppressions that excuse nothing fail the gate */
};

void memory_free(struct memory *memory);
#define CLEANUP_MEMORY CLEANUP(memory_free)

/* What excuses @finding, a suppression first; NULL: nothing does. */
struct known *
memory_find(const struct memory *memory, const struct finding *finding);

#endif
