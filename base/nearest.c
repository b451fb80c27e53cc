/* SPDX-License-Identifier: MIT */
/* nearest.c - "did you mean ...?". */
#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

enum { LENGTH_MAX = 31 };

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Optimal string alignment: cost[i][j] is the distance of the first i bytes of
 * @a to the first j bytes of @b.
 */
size_t
nearest_distance(const char *a, const char *b)
{
	size_t cost[LENGTH_MAX + 1][LENGTH_MAX + 1];
	size_t rows = strlen(a);
	size_t columns = strlen(b);

	if (rows > LENGTH_MAX || columns > LENGTH_MAX)
		return SIZE_MAX;
	for (size_t i = 0; i <= rows; i++)
		cost[i][0] = i;
	for (size_t j = 0; j <= columns; j++)
		cost[0][j] = j;
	for (size_t i = 1; i <= rows; i++) {
		for (size_t j = 1; j <= columns; j++) {
			size_t step = smaller(cost[i - 1][j], cost[i][j - 1]);
			size_t same = a[i - 1] == b[j - 1] ? 0 : 1;

			cost[i][j] =
				smaller(step + 1, cost[i - 1][j - 1] + same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				cost[i][j] = smaller(cost[i][j],
						     cost[i - 2][j - 2] + 1);
		}
	}
	return cost[rows][columns];
}

void
nearest_offer(struct nearest *nearest, const char *known)
{
	const size_t length = strlen(known);
	const size_t typed = strlen(nearest->word);
	/* One slip in three letters is a slip; more is another word. */
	const size_t limit = (length + 2) / 3;
	size_t distance;

	/* At least the difference of the lengths: most are settled by that. */
	if (typed > length + limit || length > typed + limit)
		return;
	distance = nearest_distance(nearest->word, known);
	if (distance > limit)
		return;
	if (nearest->best && nearest->distance <= distance)
		return;
	nearest->best = known;
	nearest->distance = distance;
}
