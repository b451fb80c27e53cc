/* SPDX-License-Identifier: MIT */
/* term.h - what the terminal on a stream can do: colour and width. */
#ifndef BASE_TERM_H
#define BASE_TERM_H

#include <stdbool.h>
#include <stdio.h>

enum term_color { TERM_COLOR_AUTO, TERM_COLOR_ALWAYS, TERM_COLOR_NEVER };

/* "auto", "always" or "never". Returns false for anything else. */
bool term_color_parse(const char *text, enum term_color *color);

/*
 * Shall @stream be coloured? The option decides; then NO_COLOR (not empty: no),
 * CLICOLOR_FORCE (not empty and not "0": yes), then whether it is a terminal
 * whose TERM is set and not "dumb". no-color.org, bixense.com/clicolors.
 */
bool term_wants_color(FILE *stream, enum term_color option);

/* Columns of the terminal on @stream, or @otherwise when it is none. */
int term_width(FILE *stream, int otherwise);

#endif
