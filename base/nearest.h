/* SPDX-License-Identifier: MIT */
/*
 * nearest.h - "did you mean ...?": the known word that is nearest to a
 * mistyped one. Offer all known words, then look at `best`.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *word; /* as it was typed */
	const char *best; /* NULL when nothing offered is near */
	size_t distance;  /* of best */
};

void nearest_offer(struct nearest *nearest, const char *known);

/*
 * How many letters must be added, dropped, replaced or swapped with their
 * neighbour to make one from the other. Words of more than 31 bytes are as far
 * away as can be (SIZE_MAX).
 */
size_t nearest_distance(const char *a, const char *b);

#endif
