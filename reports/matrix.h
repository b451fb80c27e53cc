/* SPDX-License-Identifier: MIT */
/*
 * matrix.h - points and faults as rows and columns of letters: rows in program
 * order, so that a window is a run of L in a column; a column for each fault,
 * and one for all error returns, of which every call has its own.
 *
 *	POINT                 PHASE   exit INT TERM KILL ERRORS
 *	src/pool.c:42 shmget  before  .    .   .    .    ..
 *	src/pool.c:42 shmget  return  .    .   L    l
 */
#ifndef REPORTS_MATRIX_H
#define REPORTS_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "reports/classes.h"
#include "reports/log.h"

/* A trial and where it belongs. */
struct matrix_cell {
	const struct trial *trial;
	const struct site *site;
	size_t row; /* ascending in program order */
};

struct matrix {
	struct matrix_cell *cells; /* row by row */
	size_t count;
	const struct fault **faults; /* of the columns but the last */
	size_t fault_count;
};

/* @log must outlive *matrix. */
void matrix_make(struct matrix *matrix, const struct log *log);
void matrix_free(struct matrix *matrix);
#define CLEANUP_MATRIX CLEANUP(matrix_free)

/* Behind the last cell of the row that begins at @start. */
size_t matrix_row_end(const struct matrix *matrix, size_t start);
/* Is there more to see than that all is well, or wrong but allowed? */
bool matrix_is_telling(const struct matrix *matrix, size_t start, size_t end);
size_t matrix_count_telling(const struct matrix *matrix);

/* Is it in the column of @fault, or of all errors if that is NULL? */
bool matrix_is_in(const struct matrix_cell *cell, const struct fault *fault);
/* Upper case fails the gate, a dot is as it should be. */
char matrix_letter(const struct trial *trial);

/* Append the name of a row, without its phase: "pool.c:42 shmget". */
void matrix_add_point(struct buf *into, const struct matrix_cell *cell);
/* Append that of a column: as the fault, but for "SIG". */
void matrix_add_title(struct buf *into, const struct fault *fault);
/* Append "L leaked (l: allowed), . clean", of what there is. */
void matrix_add_legend(struct buf *into, const struct classes *classes);

#endif
