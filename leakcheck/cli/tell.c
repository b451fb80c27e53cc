/* SPDX-License-Identifier: MIT */
/* tell.c - what several commands say in the same words. */
#include "leakcheck/cli/tell.h"

#include "leakcheck/cli/commands.h"

enum { SHOWN = 10 };

void
tell_blind_spots(const struct snapshot *snapshot, FILE *out)
{
	for (size_t i = 0; i < snapshot->blind_count && i < SHOWN; i++) {
		CLEANUP_BUF struct buf text = {0};

		snapshot_add_blind_text(&text, &snapshot->blind[i]);
		fprintf(out, PROGRAM ": not looked at: %s\n", buf_text(&text));
	}
	if (snapshot->blind_count > SHOWN)
		fprintf(out,
			PROGRAM ": not looked at: %zu more (--json lists "
				"them)\n",
			snapshot->blind_count - SHOWN);
}
