/* SPDX-License-Identifier: MIT */
/* style.c - the escape sequences behind the styles, ECMA-48 SGR. */
#include "base/style.h"

#include <assert.h>

#include "base/attr.h"

static const char *const sequences[] = {
	[STYLE_PLAIN] = "",	   [STYLE_HEAD] = "\033[1m",
	[STYLE_BAD] = "\033[31m",  [STYLE_WARN] = "\033[33m",
	[STYLE_GOOD] = "\033[32m",
};
static_assert(ARRAY_LEN(sequences) == STYLE_COUNT, "a sequence for each");

const char *
style_on(bool color, enum style style)
{
	return color ? sequences[style] : "";
}

const char *
style_off(bool color, enum style style)
{
	return color && style != STYLE_PLAIN ? "\033[0m" : "";
}
