/* SPDX-License-Identifier: MIT */
/* grid.c - points and faults of a log as a grid. */
#include "reports/grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/words.h"

static const struct {
	char letter;
	char allowed; /* where the policy is may-leak */
	const char *tells;
} letters[] = {
	[VERDICT_CLEAN] = {'.', '.', "clean"},
	[VERDICT_LEAKED] = {'L', 'l', "leaked (l: allowed or known)"},
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
grid_letter(const struct trial *trial, bool known)
{
	return trial->policy == POLICY_MUST_CLEAN && !known
		       ? letters[trial->verdict].letter
		       : letters[trial->verdict].allowed;
}

char
grid_verdict_letter(enum verdict verdict)
{
	return letters[verdict].letter;
}

const char *
grid_verdict_tells(enum verdict verdict)
{
	return letters[verdict].tells;
}

static int
compare_cells(const void *left, const void *right)
{
	const struct grid_cell *a = left;
	const struct grid_cell *b = right;

	if (a->moment != b->moment)
		return a->moment < b->moment ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

static int
compare_columns(const void *left, const void *right)
{
	const struct trial *const *a = left;
	const struct trial *const *b = right;

	return log_compare_faults(&(*a)->fault, &(*b)->fault);
}

static size_t
find_column(const struct grid *grid, const struct fault *fault)
{
	size_t i = 0;

	while (i < grid->column_count &&
	       !fault_equal(&grid->columns[i]->fault, fault))
		i++;
	return i;
}

static void
add_column(struct grid *grid, const struct trial *trial)
{
	if (find_column(grid, &trial->fault) < grid->column_count)
		return;
	grid->columns = mem_grow(grid->columns, grid->column_count + 1,
				 sizeof(*grid->columns));
	grid->columns[grid->column_count++] = trial;
}

static void
add_cell(struct grid *grid, const struct log *log,
	 const struct trial_outcome *outcome, size_t index)
{
	const struct trial *trial = outcome->trial;
	const struct site *site = log_site(log, trial->site);

	add_column(grid, trial);
	if (!site) {
		grid->lost++;
		return;
	}
	grid->cells[grid->count++] = (struct grid_cell) {
		.trial = trial,
		.index = index,
		.known = outcome->known,
		.site = site,
		.moment = log_moment(log, trial->site, trial->phase),
	};
}

static void
find_rows(struct grid *grid)
{
	grid->rows = mem_alloc(grid->count * sizeof(*grid->rows));
	for (size_t i = 0; i < grid->count; i++) {
		if (i == 0 ||
		    grid->cells[i].moment != grid->cells[i - 1].moment)
			grid->rows[grid->row_count++] =
				(struct grid_row) {.cells = &grid->cells[i]};
		grid->rows[grid->row_count - 1].count++;
	}
}

void
grid_make(struct grid *grid, const struct log *log,
	  const struct classes *classes)
{
	*grid = (struct grid) {0};
	grid->cells = mem_alloc(log->trial_count * sizeof(*grid->cells));
	for (size_t i = 0; i < log->trial_count; i++)
		add_cell(grid, log, &classes->outcomes[i], i);
	if (grid->count)
		qsort(grid->cells, grid->count, sizeof(*grid->cells),
		      compare_cells);
	if (grid->column_count)
		qsort(grid->columns, grid->column_count, sizeof(*grid->columns),
		      compare_columns);
	for (size_t i = 0; i < grid->count; i++)
		grid->cells[i].column =
			find_column(grid, &grid->cells[i].trial->fault);
	find_rows(grid);
}

void
grid_free(struct grid *grid)
{
	free(grid->cells);
	free(grid->rows);
	free(grid->columns);
	*grid = (struct grid) {0};
}

bool
grid_is_telling(const struct grid_row *row)
{
	for (size_t i = 0; i < row->count; i++) {
		const struct grid_cell *cell = &row->cells[i];
		enum verdict verdict = cell->trial->verdict;

		if ((trial_gates(cell->trial, true) && !cell->known) ||
		    (verdict_weight(verdict) == WEIGHT_GAP &&
		     verdict != VERDICT_NOT_AVAILABLE))
			return true;
	}
	return false;
}

size_t
grid_count_telling(const struct grid *grid)
{
	size_t count = 0;

	for (size_t i = 0; i < grid->row_count; i++)
		count += grid_is_telling(&grid->rows[i]);
	return count;
}

/* Error returns come last. */
size_t
grid_own_columns(const struct grid *grid)
{
	size_t count = grid->column_count;

	while (count && grid->columns[count - 1]->fault.class == FAULT_ERROR)
		count--;
	return count;
}

const struct fault *
grid_fault(const struct grid *grid, size_t index)
{
	return index < grid_own_columns(grid) ? &grid->columns[index]->fault
					      : NULL;
}

bool
grid_is_in(const struct grid_cell *cell, const struct fault *fault)
{
	if (!fault)
		return cell->trial->fault.class == FAULT_ERROR;
	return fault_equal(fault, &cell->trial->fault);
}

void
grid_add_source(struct buf *into, const struct site *site)
{
	struct frame frame = *site_place(site);
	const char *slash = frame.file ? strrchr(frame.file, '/') : NULL;

	if (slash)
		frame.file = slash + 1;
	words_add_source(into, &frame);
}

void
grid_add_point(struct buf *into, const struct grid_cell *cell)
{
	const struct site *site = cell->site;

	if (strcmp(site->role, "0") != 0) {
		words_add_name(into, site->role);
		buf_add_text(into, "/");
	}
	grid_add_source(into, site);
	buf_add_text(into, " ");
	words_add_name(into, site->operation);
	if (site->n > 1)
		buf_printf(into, ":%u", site->n);
}

void
grid_add_title(struct buf *into, const struct fault *fault)
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
grid_add_legend(struct buf *into, const struct classes *classes)
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
