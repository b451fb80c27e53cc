/* SPDX-License-Identifier: MIT */
/* known.c - what excuses a finding, in words. */
#include "reports/known.h"

#include <assert.h>

#include "base/attr.h"

static const struct {
	const char *name;
	const char *before; /* the source */
} words[] = {
	[KNOWN_SUPPRESSED] = {"suppressed", "suppressed by "},
	[KNOWN_BASELINE] = {"baseline", "in the baseline, "},
};
static_assert(ARRAY_LEN(words) == KNOWN_BY_COUNT, "words for each");

const char *
known_by_name(enum known_by by)
{
	return words[by].name;
}

void
known_add_text(struct buf *into, const struct known *known)
{
	buf_printf(into, "%s%s", words[known->by].before, known->source);
	if (known->reason)
		buf_printf(into, ": %s", known->reason);
}
