/* SPDX-License-Identifier: MIT */
/*
 * style.h - how text stands out: bold and the eight ANSI colours, never as the
 * only sign of anything. base/term.h says whether a stream is to be coloured.
 */
#ifndef BASE_STYLE_H
#define BASE_STYLE_H

#include <stdbool.h>

enum style {
	STYLE_PLAIN,
	STYLE_HEAD, /* titles */
	STYLE_BAD,  /* what fails a gate */
	STYLE_WARN, /* what a reader should look at */
	STYLE_GOOD,
	STYLE_COUNT
};

/* What switches @style on, "" when not @color or plain; and all off again. */
const char *style_on(bool color, enum style style);
const char *style_off(bool color, enum style style);

#endif
