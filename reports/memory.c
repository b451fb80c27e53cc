/* SPDX-License-Identifier: MIT */
/* memory.c - what the gate remembers from earlier. */
#include "reports/memory.h"

void
memory_free(struct memory *memory)
{
	suppressions_free(&memory->suppressions);
	baseline_free(&memory->baseline);
}

/* A suppression says why, so it goes first. */
struct known *
memory_find(const struct memory *memory, const struct finding *finding)
{
	struct known *known = suppressions_find(&memory->suppressions, finding);

	return known ? known : baseline_find(&memory->baseline, finding);
}
