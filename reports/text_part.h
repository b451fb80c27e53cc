/* SPDX-License-Identifier: MIT */
/* text_part.h - what the files of the text report share. */
#ifndef REPORTS_TEXT_PART_H
#define REPORTS_TEXT_PART_H

#include "base/buf.h"
#include "base/style.h"
#include "reports/text.h"

enum { PAGE_WIDTH = 80, LABEL_WIDTH = 10 };

struct page {
	FILE *out;
	const struct log *log;
	const struct classes *classes;
	const struct text_settings *settings;
};

/* "  after:  TEXT", wrapped; an empty @label goes on with the one before. */
void text_part_labelled(const struct page *page, const char *label,
			const char *text);
/* Append "src/pool.c:42" or the next best, printable. */
void text_part_add_source(struct buf *into, const struct frame *frame);
/* Append "pool_open() at src/pool.c:42", printable. */
void text_part_add_place(struct buf *into, const struct frame *frame);
/* Append "2 clean, 1 leaked": what its repetitions came to. */
void text_part_add_runs(struct buf *into, const struct trial *trial);
/* Append "before shmget src/pool.c:42": where the fault was. */
void text_part_add_point(struct buf *into, const struct log *log,
			 const struct trial *trial);
/* "    42 |  id = shmget(...);" if the file can be read. */
void text_part_quote(const struct page *page, const struct frame *frame);

/* text_why.c: append why @left (NULL: nothing) was left after @trial. */
void text_part_add_why(struct buf *into, const struct trial *trial,
		       const struct leftover *left);
/* The most frequent reasons of a class; of those that gate, if any does. */
void text_part_reasons(const struct page *page, const struct leak_class *class);

/* text_class.c: gating classes in full, others in a line. */
void text_part_classes(const struct page *page);

/* text_details.c: parts of the block of one trial. */
void text_part_left(const struct page *page, const struct leftover *left,
		    size_t more);
/* All that was left, each with the line that made it. */
void text_part_leftovers(const struct page *page, const struct trial *trial);
void text_part_survivors(const struct page *page, const struct trial *trial);
void text_part_output(const struct page *page, const struct trial *trial);
/* The last line of what a program wrote. */
void text_part_add_last_line(struct buf *into, const char *output);
/* "rerun ", "rerun -o DIR ": for the short name of a trial to follow. */
void text_part_add_rerun(struct buf *into, const struct page *page);
/* What is left, what stayed, what was printed and how to redo @trial. */
void text_part_details(const struct page *page, const struct trial *trial,
		       const struct leftover *left);
/* @count, but everything if the report is verbose. */
size_t text_part_limit(const struct page *page, size_t count);

/* text_matrix.c: points and faults. */
void text_part_matrix(const struct page *page);

#endif
