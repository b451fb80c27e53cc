/* SPDX-License-Identifier: MIT */
/* block.c - lines with labels. */
#include "reports/block.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/words.h"

static void
add(struct block *block, struct block_line line)
{
	line.text = arena_copy(&block->arena, line.text, strlen(line.text));
	block->lines =
		mem_grow(block->lines, block->count + 1, sizeof(*block->lines));
	block->lines[block->count++] = line;
}

void
block_add(struct block *block, const char *label, const char *text)
{
	add(block, (struct block_line) {.label = label, .text = text});
}

void
block_add_whole(struct block *block, const char *label, const char *text)
{
	add(block,
	    (struct block_line) {.label = label, .text = text, .whole = true});
}

void
block_add_quote(struct block *block, const struct frame *frame)
{
	CLEANUP_BUF struct buf text = {0};

	if (words_add_quote(&text, block->source->log, frame))
		add(block, (struct block_line) {.label = "",
						.text = buf_text(&text),
						.quoted = frame->line});
}

const char *
block_find(const struct block *block, const char *label)
{
	for (size_t i = 0; i < block->count; i++)
		if (!block->lines[i].quoted &&
		    strcmp(block->lines[i].label, label) == 0)
			return block->lines[i].text;
	return NULL;
}

bool
block_add_text(struct buf *into, const struct block *block, const char *label)
{
	const char *before = "";
	bool found = false;

	for (size_t i = 0; i < block->count; i++) {
		const struct block_line *line = &block->lines[i];

		if (line->quoted)
			continue;
		if (*line->label)
			found = strcmp(line->label, label) == 0;
		if (!found)
			continue;
		buf_printf(into, "%s%s", before, line->text);
		before = "; ";
	}
	return *before;
}

void
block_free(struct block *block)
{
	free(block->lines);
	arena_free(&block->arena);
	block->lines = NULL;
	block->count = 0;
}
