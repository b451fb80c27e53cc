/* SPDX-License-Identifier: MIT */
/* tell.c - what several commands say in the same words. */
#include "leakcheck/cli/tell.h"

#include <string.h>

#include "base/text.h"
#include "leakcheck/cli/commands.h"

enum { SHOWN = 10 };

void
tell_add_kinds(struct buf *into, unsigned kinds)
{
	const char *comma = "";

	if (kinds == KIND_ALL) {
		buf_add_text(into, "all kinds");
		return;
	}
	for (int i = 0; i < KIND_COUNT; i++) {
		if (!(kinds & KIND_BIT(i)))
			continue;
		buf_printf(into, "%s%s", comma, kind_name((enum kind)i));
		comma = ", ";
	}
}

void
tell_add_blind_spot(struct buf *into, const struct blind_spot *spot)
{
	tell_add_kinds(into, spot->kinds);
	if (spot->levels >= 0)
		buf_printf(into, " more than %d level%s below ", spot->levels,
			   spot->levels == 1 ? "" : "s");
	else if (spot->path)
		buf_add_text(into, " in ");
	if (spot->path) {
		text_add_printable(into, spot->path, strlen(spot->path));
	}
	buf_add_text(into, ": ");
	text_add_printable(into, spot->why, strlen(spot->why));
}

void
tell_blind_spots(const struct snapshot *snapshot, FILE *out)
{
	for (size_t i = 0; i < snapshot->blind_count && i < SHOWN; i++) {
		CLEANUP_BUF struct buf text = {0};

		tell_add_blind_spot(&text, &snapshot->blind[i]);
		fprintf(out, PROGRAM ": not looked at: %s\n", buf_text(&text));
	}
	if (snapshot->blind_count > SHOWN)
		fprintf(out,
			PROGRAM ": not looked at: %zu more (--json lists "
				"them)\n",
			snapshot->blind_count - SHOWN);
}
