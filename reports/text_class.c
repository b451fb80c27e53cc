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
	/* What blocks leave of the room to others, if there are any. */
	LINES_FOR_FAILURES = 6,
	LINES_FOR_WARNINGS = 4,
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

typedef void put_class(const struct page *page, const struct leak_class *class);

/*
 * False if there is no room for it and @rest more lines, unless it is the
 * @first.
 */
static bool
try(struct page *page, const struct leak_class *class, put_class *put,
    bool first, size_t rest)
{
	CLEANUP_PIECE struct piece piece = {0};
	struct page part = text_part_begin(page, &piece);

	put(&part, class);
	text_part_end(&part, &piece);
	return text_part_fit(page, &piece, first, rest);
}

/* How many classes are told by themselves, from @first to before @end. */
static size_t
count_told(const struct classes *classes, size_t first, size_t end)
{
	size_t count = 0;

	for (size_t i = first; i < end; i++)
		count += !block_is_told(classes, i);
	return count;
}

/* The blocks of the first ones. Returns where those begin that have none. */
static size_t
put_blocks(struct page *page, size_t first, size_t end, size_t most)
{
	const struct classes *classes = page->classes;
	size_t blocks = 0;

	for (size_t i = first; i < end; i++) {
		size_t rest = count_told(classes, i + 1, end)
				      ? LINES_FOR_FAILURES
				      : 0;

		if (block_is_told(classes, i))
			continue;
		if (blocks == most)
			return i;
		if (!try(page, &classes->items[i], put_block, blocks == 0,
			 rest))
			return i;
		blocks++;
	}
	return end;
}

/* A line or two for each of at most @most, and how many more there are. */
static void
put_lines(struct page *page, size_t first, size_t end, size_t most,
	  const char *more)
{
	const struct classes *classes = page->classes;
	size_t left = count_told(classes, first, end);
	size_t lines = 0;

	if (!left)
		return;
	for (size_t i = first; i < end; i++) {
		if (block_is_told(classes, i))
			continue;
		/* The empty line, and that there are more. */
		if (lines == most || !try(page, &classes->items[i], put_line,
					  lines == 0, left > 1 ? 2 : 1))
			break;
		lines++;
		left--;
	}
	text_part_more(page, left, more);
	fputc('\n', page->out);
}

void
text_part_failures(struct page *page)
{
	const struct classes *classes = page->classes;
	const size_t end = classes->gating;
	const bool verbose = page->settings->verbose;
	size_t kept = end < classes->count ? LINES_FOR_WARNINGS : 0;

	page->room -= kept < page->room ? kept : page->room;
	put_lines(page, put_blocks(page, 0, end, verbose ? end : BLOCKS_MAX),
		  end, LINES_MAX, "more");
}

void
text_part_warnings(struct page *page)
{
	const struct classes *classes = page->classes;
	const size_t first = classes->gating;
	const size_t known = first + classes_warnings(classes);

	if (page->settings->verbose) {
		put_blocks(page, first, classes->count, classes->count);
		return;
	}
	put_lines(page, first, known, LINES_MAX, "more");
	put_lines(page, known, classes->count, KNOWN_MAX,
		  "more that are known");
}
