/* SPDX-License-Identifier: MIT */
/*
 * grid.h - points and faults of a log as a grid: rows in program order, so that
 * a window is a run of letters in a column; a column for each fault. Pure.
 */
#ifndef REPORTS_GRID_H
#define REPORTS_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "reports/classes.h"
#include "reports/log.h"

/* A trial and where it belongs. */
struct grid_cell {
	const struct trial *trial; /* of the outcome */
	size_t index;		   /* in the log */
	const struct site *site;
	bool known;    /* something excuses it */
	size_t moment; /* of the golden run, see log_moment() */
	size_t column;
};

/* The trials of one point. */
struct grid_row {
	const struct grid_cell *cells; /* in the order of log_compare_faults */
	size_t count;
};

struct grid {
	struct grid_cell *cells; /* row by row */
	size_t count;
	struct grid_row *rows;
	size_t row_count;
	const struct trial **columns; /* the first trial with each fault */
	size_t column_count;
	size_t lost; /* trials at sites that the log does not have */
};

/* @log and @classes must outlive *grid. */
void grid_make(struct grid *grid, const struct log *log,
	       const struct classes *classes);
void grid_free(struct grid *grid);
#define CLEANUP_GRID CLEANUP(grid_free)

/*
 * What a trial came to as one letter: upper case may fail the gate, lower case
 * is allowed or known, a dot is as it should be.
 */
char grid_letter(const struct trial *trial, bool known);
/* "L leaked (l: allowed or known)", without the letter. */
char grid_verdict_letter(enum verdict verdict);
const char *grid_verdict_tells(enum verdict verdict);

#endif
