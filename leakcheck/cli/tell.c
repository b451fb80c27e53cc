/* SPDX-License-Identifier: MIT */
/* tell.c - what several commands say in the same words. */
#include "leakcheck/cli/tell.h"

#include <string.h>

#include "leakcheck/cli/commands.h"

enum { SHOWN = 10 };

void
tell_lines(const char *text, FILE *out)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		fprintf(out, PROGRAM ": %.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

void
tell_add_blind_spots(struct buf *into, const struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->blind_count && i < SHOWN; i++) {
		buf_add_text(into, "not looked at: ");
		snapshot_add_blind_text(into, &snapshot->blind[i]);
		buf_add_text(into, "\n");
	}
	if (snapshot->blind_count > SHOWN)
		buf_printf(into,
			   "not looked at: %zu more (--json lists them)\n",
			   snapshot->blind_count - SHOWN);
}

void
tell_blind_spots(const struct snapshot *snapshot, FILE *out)
{
	CLEANUP_BUF struct buf text = {0};

	tell_add_blind_spots(&text, snapshot);
	tell_lines(buf_text(&text), out);
}
