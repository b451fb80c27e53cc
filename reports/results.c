/* SPDX-License-Identifier: MIT */
/* results.c - what all formats of other tools need. */
#include "reports/results.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { LABEL_WIDTH = 9 };

void
results_free(struct results *results)
{
	for (size_t i = 0; i < results->case_count; i++)
		block_free(&results->cases[i].block);
	for (size_t i = 0; i < results->finding_count; i++)
		block_free(&results->findings[i].block);
	block_free(&results->notes);
	free(results->cases);
	free(results->findings);
	arena_free(&results->arena);
	*results = (struct results) {0};
}

void
results_add_block(struct buf *into, const struct block *block,
		  const char *before)
{
	for (size_t i = 0; i < block->count; i++) {
		const struct block_line *line = &block->lines[i];

		buf_add_text(into, before);
		if (line->quoted)
			buf_printf(into, "%*d | %s\n", LABEL_WIDTH - 3,
				   line->quoted, line->text);
		else
			buf_printf(into, "%-*s%s\n", LABEL_WIDTH, line->label,
				   line->text);
	}
}

/* Without "./", with ".." and repeated slashes as they are. */
static const char *
skip_here(const char *path)
{
	while (path[0] == '.' && path[1] == '/') {
		path += 2;
		path += strspn(path, "/");
	}
	return path;
}

bool
results_add_path(struct buf *into, const struct results *results,
		 const struct frame *frame)
{
	const char *top = results->directory;
	const char *file = frame ? frame->file : NULL;
	size_t length = top ? strlen(top) : 0;

	if (!file)
		return false;
	if (length && strncmp(file, top, length) == 0 && file[length] == '/')
		file += length + 1;
	file = skip_here(file);
	text_add_printable(into, file, strlen(file));
	return true;
}
