/* SPDX-License-Identifier: MIT */
/*
 * text_class.c - leak classes as text: those that gate in full, as many as fit
 * a screen, the others in a line or two.
 */
#include <string.h>

#include "base/text.h"
#include "reports/text_part.h"

enum {
	BLOCKS_MAX = 3, /* in full */
	LINES_MAX = 8,	/* of the rest */
};

/* What a class is called, in capitals as it must catch the eye. */
static const char *const titles[VERDICT_COUNT] = {
	[VERDICT_LEAKED] = "LEAK",
	[VERDICT_WINDOW] = "WINDOW",
	[VERDICT_ORPHANED] = "ORPHANED",
	[VERDICT_HUNG] = "HUNG",
};

/* "LEAK 1 of 2": of those that gate, or of the others. */
static void
put_title(const struct page *page, const struct leak_class *class)
{
	const struct classes *classes = page->classes;
	size_t index = (size_t)(class - classes->items);
	bool color = page->settings->color;
	enum style style = class->gating ? STYLE_BAD : STYLE_WARN;
	CLEANUP_BUF struct buf subject = {0};

	block_add_subject(&subject, class);
	fprintf(page->out, "%s%s %zu of %zu%s  %s%s%s  (class %s)\n",
		style_on(color, style), titles[class->verdict],
		class->gating ? index + 1 : index + 1 - classes->gating,
		class->gating ? classes->gating
			      : classes->count - classes->gating,
		style_off(color, style), style_on(color, STYLE_HEAD),
		buf_text(&subject), style_off(color, STYLE_HEAD), class->id);
}

static void
put_block(const struct page *page, const struct leak_class *class)
{
	CLEANUP_BLOCK struct block block = {.source = &page->source};

	put_title(page, class);
	block_add_class(&block, class);
	text_part_block(page, &block);
	fputc('\n', page->out);
}

static void
put_line(const struct page *page, const struct leak_class *class)
{
	bool color = page->settings->color;
	enum style style = class->gating ? STYLE_BAD : STYLE_WARN;
	const char *word = class->gating ? titles[class->verdict] : "warning";
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf lines = {0};

	block_add_subject(&text, class);
	block_add_outcome(&text, &page->source, class);
	text_add_wrapped(&lines, buf_text(&text), text.length, LABEL_WIDTH,
			 PAGE_WIDTH);
	fprintf(page->out, "%s%s%s%*s%s\n", style_on(color, style), word,
		style_off(color, style), LABEL_WIDTH - (int)strlen(word), "",
		buf_text(&lines));
}

void
text_part_classes(const struct page *page)
{
	const struct classes *classes = page->classes;
	size_t blocks = 0;
	size_t lines = 0;

	for (size_t i = 0; i < classes->count; i++) {
		const struct leak_class *class = &classes->items[i];
		size_t room = class->gating ? BLOCKS_MAX : 0;

		if (block_is_told(classes, i))
			continue;
		if (blocks < room || page->settings->verbose) {
			put_block(page, class);
			blocks++;
		} else if (lines++ < LINES_MAX) {
			put_line(page, class);
		}
	}
	if (lines > LINES_MAX)
		fprintf(page->out, "          and %zu more; -v shows all\n",
			lines - LINES_MAX);
	if (lines)
		fputc('\n', page->out);
}
