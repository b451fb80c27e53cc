/* SPDX-License-Identifier: MIT */
/* term.c - what the terminal on a stream can do. */
#include "base/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/attr.h"

static const char *const color_names[] = {
	[TERM_COLOR_AUTO] = "auto",
	[TERM_COLOR_ALWAYS] = "always",
	[TERM_COLOR_NEVER] = "never",
};

bool
term_color_parse(const char *text, enum term_color *color)
{
	for (size_t i = 0; i < ARRAY_LEN(color_names); i++) {
		if (strcmp(color_names[i], text) != 0)
			continue;
		*color = (enum term_color)i;
		return true;
	}
	return false;
}

/* A terminal that does not tell what it is gets no colour either. */
static bool
can_color(FILE *stream)
{
	const char *name = getenv("TERM");

	return name && *name && strcmp(name, "dumb") != 0 &&
	       isatty(fileno(stream));
}

bool
term_wants_color(FILE *stream, enum term_color option)
{
	const char *no = getenv("NO_COLOR");
	const char *force = getenv("CLICOLOR_FORCE");

	if (option != TERM_COLOR_AUTO)
		return option == TERM_COLOR_ALWAYS;
	if (no && *no)
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	return can_color(stream);
}

int
term_width(FILE *stream, int otherwise)
{
	struct winsize size;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return otherwise;
	return size.ws_col;
}
