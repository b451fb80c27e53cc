/* SPDX-License-Identifier: MIT */
/* matrix.c - points and faults as rows and columns of letters. */
#include "reports/matrix.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/words.h"

/* Upper case fails the gate, a dot is as it should be. */
static const struct {
	char letter;
	char allowed; /* where the policy is may-leak */
	const char *tells;
} letters[] = {
	[VERDICT_CLEAN] = {'.', '.', "clean"},
	[VERDICT_LEAKED] = {'L', 'l', "leaked (l: allowed)"},
	[VERDICT_WINDOW] = {'w', 'w', "window"},
	[VERDICT_UNAVOIDABLE] = {'u', 'u', "unavoidable"},
	[VERDICT_ORPHANED] = {'O', 'o', "orphaned"},
	[VERDICT_HUNG] = {'H', 'h', "hung"},
	[VERDICT_NOT_REACHED] = {'?', '?', "not reached"},
	[VERDICT_NOT_AVAILABLE] = {'-', '-', "not available"},
	[VERDICT_BROKEN] = {'!', '!', "broken"},
};
static_assert(ARRAY_LEN(letters) == VERDICT_COUNT, "a letter for each");

char
matrix_letter(const struct trial *trial)
{
	return trial->policy == POLICY_MUST_CLEAN
		       ? letters[trial->verdict].letter
		       : letters[trial->verdict].allowed;
}

static int
compare_cells(const void *left, const void *right)
{
	const struct matrix_cell *a = left;
	const struct matrix_cell *b = right;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return a->trial < b->trial ? -1 : 1;
}

static bool
has_column(const struct matrix *matrix, const struct fault *fault)
{
	for (size_t i = 0; i < matrix->fault_count; i++)
		if (fault_equal(matrix->faults[i], fault))
			return true;
	return false;
}

static int
compare_columns(const void *left, const void *right)
{
	return log_compare_faults(*(const struct fault *const *)left,
				  *(const struct fault *const *)right);
}

static void
add_column(struct matrix *matrix, const struct fault *fault)
{
	if (fault->class == FAULT_ERROR || has_column(matrix, fault))
		return;
	matrix->faults = mem_grow(matrix->faults, matrix->fault_count + 1,
				  sizeof(struct fault *));
	matrix->faults[matrix->fault_count++] = fault;
}

void
matrix_make(struct matrix *matrix, const struct log *log)
{
	*matrix = (struct matrix) {0};
	matrix->cells = mem_alloc(log->trial_count * sizeof(*matrix->cells));
	for (size_t i = 0; i < log->trial_count; i++) {
		const struct trial *trial = &log->trials[i];
		const struct site *site = log_site(log, trial->site);

		add_column(matrix, &trial->fault);
		if (!site)
			continue;
		matrix->cells[matrix->count++] = (struct matrix_cell) {
			.trial = trial,
			.site = site,
			.row = (size_t)(site - log->sites) * 2 + trial->phase,
		};
	}
	if (matrix->count)
		qsort(matrix->cells, matrix->count, sizeof(*matrix->cells),
		      compare_cells);
	if (matrix->fault_count)
		qsort(matrix->faults, matrix->fault_count,
		      sizeof(*matrix->faults), compare_columns);
}

void
matrix_free(struct matrix *matrix)
{
	free(matrix->cells);
	free(matrix->faults);
	*matrix = (struct matrix) {0};
}

size_t
matrix_row_end(const struct matrix *matrix, size_t start)
{
	size_t end = start;

	while (end < matrix->count &&
	       matrix->cells[end].row == matrix->cells[start].row)
		end++;
	return end;
}

bool
matrix_is_telling(const struct matrix *matrix, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++) {
		const struct trial *trial = matrix->cells[i].trial;
		enum verdict_weight weight = verdict_weight(trial->verdict);

		if (trial_gates(trial, true) ||
		    (weight == WEIGHT_GAP &&
		     trial->verdict != VERDICT_NOT_AVAILABLE))
			return true;
	}
	return false;
}

size_t
matrix_count_telling(const struct matrix *matrix)
{
	size_t count = 0;
	size_t end;

	for (size_t i = 0; i < matrix->count; i = end) {
		end = matrix_row_end(matrix, i);
		count += matrix_is_telling(matrix, i, end);
	}
	return count;
}

/* Rows are narrow: folders are told elsewhere. */
static void
add_source(struct buf *into, const struct site *site)
{
	struct frame frame = *site_place(site);
	const char *slash = frame.file ? strrchr(frame.file, '/') : NULL;

	if (slash)
		frame.file = slash + 1;
	words_add_source(into, &frame);
}

void
matrix_add_point(struct buf *into, const struct matrix_cell *cell)
{
	const struct site *site = cell->site;

	if (strcmp(site->role, "0") != 0) {
		words_add_name(into, site->role);
		buf_add_text(into, "/");
	}
	add_source(into, site);
	buf_add_text(into, " ");
	words_add_name(into, site->operation);
	if (site->n > 1)
		buf_printf(into, ":%u", site->n);
}

bool
matrix_is_in(const struct matrix_cell *cell, const struct fault *fault)
{
	if (!fault)
		return cell->trial->fault.class == FAULT_ERROR;
	return fault_equal(fault, &cell->trial->fault);
}

void
matrix_add_title(struct buf *into, const struct fault *fault)
{
	CLEANUP_BUF struct buf name = {0};
	const char *text;

	if (!fault) {
		buf_add_text(into, "ERRORS");
		return;
	}
	fault_format(fault, &name);
	text = buf_text(&name);
	buf_add_text(into, text + 3 * !strncmp(text, "SIG", 3));
}

void
matrix_add_legend(struct buf *into, const struct classes *classes)
{
	const char *comma = "";

	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (!classes->verdicts[i])
			continue;
		buf_printf(into, "%s%c %s", comma, letters[i].letter,
			   letters[i].tells);
		comma = ", ";
	}
}
