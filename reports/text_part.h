/* SPDX-License-Identifier: MIT */
/* text_part.h - what the files of the text report share. */
#ifndef REPORTS_TEXT_PART_H
#define REPORTS_TEXT_PART_H

#include "base/style.h"
#include "reports/block.h"
#include "reports/text.h"

/* A window that is not small; half of today's are higher. */
enum { PAGE_WIDTH = 80, PAGE_LINES = 45, LABEL_WIDTH = 10 };

struct page {
	FILE *out;
	const struct log *log;
	const struct classes *classes;
	const struct text_settings *settings;
	struct block_source source;
	size_t room; /* in lines; what is left for a part of the report */
};

/* Lines of text that may be shown or not. */
struct piece {
	char *text;
	size_t size;
	size_t lines;
};
/* What is printed to the page that this returns goes to the piece. */
struct page text_part_begin(const struct page *page, struct piece *piece);
void text_part_end(struct page *page, struct piece *piece);
void text_part_free(struct piece *piece);
#define CLEANUP_PIECE CLEANUP(text_part_free)

/* Print it. It takes from the room. */
void text_part_show(struct page *page, const struct piece *piece);
/*
 * The same if that leaves room for @rest more lines, and in any case for the
 * @first of a list: what goes on unseen must not begin so. False if not.
 */
bool text_part_fit(struct page *page, const struct piece *piece, bool first,
		   size_t rest);
/* "and 5 more; -v shows all", if there are; "more" is @more. */
void text_part_more(const struct page *page, size_t count, const char *more);

/* "  after:  TEXT", wrapped; an empty @label goes on with the one before. */
void text_part_labelled(const struct page *page, const char *label,
			const char *text);
/* All lines of a block. */
void text_part_block(const struct page *page, const struct block *block);

/*
 * Parts of the report. Each keeps to the room, which it may change, if anything
 * can be left out; and ends with an empty line if it prints at all.
 */
typedef void text_part(struct page *page);
/* text_class.c: gating classes, in full as far as there is room. */
text_part text_part_failures;
/* The others, in a line or two. */
text_part text_part_warnings;
/* text_matrix.c: points and faults. */
text_part text_part_matrix;

#endif
