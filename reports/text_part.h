/* SPDX-License-Identifier: MIT */
/* text_part.h - what the files of the text report share. */
#ifndef REPORTS_TEXT_PART_H
#define REPORTS_TEXT_PART_H

#include "base/style.h"
#include "reports/block.h"
#include "reports/text.h"

enum { PAGE_WIDTH = 80, LABEL_WIDTH = 10 };

struct page {
	FILE *out;
	const struct log *log;
	const struct classes *classes;
	const struct text_settings *settings;
	struct block_source source;
};

/* "  after:  TEXT", wrapped; an empty @label goes on with the one before. */
void text_part_labelled(const struct page *page, const char *label,
			const char *text);
/* All lines of a block. */
void text_part_block(const struct page *page, const struct block *block);

/* text_class.c: gating classes in full, others in a line. */
void text_part_classes(const struct page *page);

/* text_matrix.c: points and faults. */
void text_part_matrix(const struct page *page);

#endif
