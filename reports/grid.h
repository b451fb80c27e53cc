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
#include "base/buf.h"
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

/* Is there more to see than that all is well, or wrong but allowed? */
bool grid_is_telling(const struct grid_row *row);
size_t grid_count_telling(const struct grid *grid);

/*
 * Where columns are few: one for each fault that is no error, and behind them
 * one for all errors, of which every call has its own. How many of the first.
 */
size_t grid_own_columns(const struct grid *grid);
/* The @index of these, NULL: that of the errors. */
const struct fault *grid_fault(const struct grid *grid, size_t index);
/* Is a cell in the column of @fault, or of the errors if that is NULL? */
bool grid_is_in(const struct grid_cell *cell, const struct fault *fault);

/* Append where @site is, without its folder: "pool.c:42". Rows are narrow. */
void grid_add_source(struct buf *into, const struct site *site);
/* Append the name of a row, without its phase: "pool.c:42 shmget". */
void grid_add_point(struct buf *into, const struct grid_cell *cell);
/* Append that of a column: as the fault, but for "SIG". */
void grid_add_title(struct buf *into, const struct fault *fault);
/* Append "L leaked (l: allowed or known), . clean", of what there is. */
void grid_add_legend(struct buf *into, const struct classes *classes);

/*
 * What a trial came to as one letter: upper case may fail the gate, lower case
 * is allowed or known, a dot is as it should be.
 */
char grid_letter(const struct trial *trial, bool known);
/* "L leaked (l: allowed or known)", without the letter. */
char grid_verdict_letter(enum verdict verdict);
const char *grid_verdict_tells(enum verdict verdict);

#endif
