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

void
memory_start(struct memory *memory)
{
	for (size_t i = 0; i < memory->suppressions.count; i++)
		memory->suppressions.items[i].known.last = NULL;
	for (size_t i = 0; i < memory->baseline.count; i++)
		memory->baseline.items[i].known.last = NULL;
}

void
memory_count(struct known *known, const struct trial *trial)
{
	known->trials += known->last != trial;
	known->last = trial;
}
