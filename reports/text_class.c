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
	KNOWN_MAX = 3,	/* of what is known */
};

/* What a class is called, in capitals as it must catch the eye. */
static const char *const titles[VERDICT_COUNT] = {
	[VERDICT_LEAKED] = "LEAK",
	[VERDICT_WINDOW] = "WINDOW",
	[VERDICT_ORPHANED] = "ORPHANED",
	[VERDICT_HUNG] = "HUNG",
};

/* Those that gate, warnings and what is known follow each other. */
struct part {
	const char *word; /* in front of the title */
	const char *line; /* of a class in a line, NULL: the title */
	enum style style;
	size_t start, count;
};

static struct part
part_of(const struct classes *classes, const struct leak_class *class)
{
	size_t warnings = classes_warnings(classes);
	size_t known = classes->gating + warnings;

	if (class->gating)
		return (struct part) {"", NULL, STYLE_BAD, 0, classes->gating};
	if (!class->known)
		return (struct part) {"", "warning", STYLE_WARN,
				      classes->gating, warnings};
	return (struct part) {"KNOWN ", "known", STYLE_PLAIN, known,
			      classes->count - known};
}

/* "LEAK 1 of 2": of those that gate, or of the others. */
static void
put_title(const struct page *page, const struct leak_class *class)
{
	const struct classes *classes = page->classes;
	size_t index = (size_t)(class - classes->items);
	bool color = page->settings->color;
	const struct part part = part_of(classes, class);
	CLEANUP_BUF struct buf subject = {0};

	block_add_subject(&subject, class);
	fprintf(page->out, "%s%s%s %zu of %zu%s  %s%s%s  (class %s)\n",
		style_on(color, part.style), part.word, titles[class->verdict],
		index + 1 - part.start, part.count,
		style_off(color, part.style), style_on(color, STYLE_HEAD),
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
	const struct part part = part_of(page->classes, class);
	const char *word = part.line ? part.line : titles[class->verdict];
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf lines = {0};

	block_add_subject(&text, class);
	block_add_outcome(&text, &page->source, class);
	text_add_wrapped(&lines, buf_text(&text), text.length, LABEL_WIDTH,
			 PAGE_WIDTH);
	fprintf(page->out, "%s%s%s%*s%s\n", style_on(color, part.style), word,
		style_off(color, part.style), LABEL_WIDTH - (int)strlen(word),
		"", buf_text(&lines));
}

static void
put_rest(const struct page *page, size_t count, size_t shown, const char *more)
{
	if (count > shown)
		fprintf(page->out, "          and %zu %s; -v shows all\n",
			count - shown, more);
}

void
text_part_classes(const struct page *page)
{
	const struct classes *classes = page->classes;
	size_t blocks = 0;
	size_t lines = 0;
	size_t known = 0;

	for (size_t i = 0; i < classes->count; i++) {
		const struct leak_class *class = &classes->items[i];
		size_t room = class->gating ? BLOCKS_MAX : 0;

		if (block_is_told(classes, i))
			continue;
		if (blocks < room || page->settings->verbose) {
			put_block(page, class);
			blocks++;
		} else if (class->known ? known++ < KNOWN_MAX
					: lines++ < LINES_MAX) {
			put_line(page, class);
		}
	}
	put_rest(page, lines, LINES_MAX, "more");
	put_rest(page, known, KNOWN_MAX, "more that are known");
	if (lines || known)
		fputc('\n', page->out);
}
