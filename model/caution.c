/* SPDX-License-Identifier: MIT */
/* caution.c - caution.def as a table. */
#include "model/caution.h"

#include <assert.h>

#include "base/attr.h"

static const char *const texts_of[] = {
#define CAUTION(symbol, tells) [CAUTION_##symbol] = (tells),
#include "model/caution.def"
#undef CAUTION
};
static_assert(ARRAY_LEN(texts_of) == CAUTION_COUNT, "a text for each caution");

const char *
caution_tells(enum caution caution)
{
	return texts_of[caution];
}

size_t
caution_texts(unsigned set, const char *texts[CAUTION_COUNT])
{
	size_t count = 0;

	for (int i = 0; i < CAUTION_COUNT; i++)
		if (set & CAUTION_BIT(i))
			texts[count++] = texts_of[i];
	return count;
}
