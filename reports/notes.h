/* SPDX-License-Identifier: MIT */
/*
 * notes.h - what a reader must know besides the findings: what could not be
 * followed, what was not tried, which trials say nothing, what is missing.
 */
#ifndef REPORTS_NOTES_H
#define REPORTS_NOTES_H

#include <stdbool.h>

#include "reports/block.h"

/* A line with the label "note:" for each. The source needs its classes. */
void notes_add(struct block *notes);
/*
 * Append "5 of 42 trials were made; ...". Returns false, with nothing appended,
 * if all of them were.
 */
bool notes_add_missing(struct buf *into, const struct log *log);
/* Append "35 trials at 6 sites: 30 clean, 5 leaked (2 allowed)". */
void notes_add_summary(struct buf *into, const struct log *log,
		       const struct classes *classes);

#endif
