/* SPDX-License-Identifier: MIT */
/*
 * text_matrix.c - points and faults as a table of letters: rows in program
 * order, so that a window is a run of L in a column; a column for each fault,
 * and one for all error returns, of which every call has its own.
 *
 *	POINT                 PHASE   exit INT TERM KILL ERRORS
 *	src/pool.c:42 shmget  before  .    .   .    .    ..
 *	src/pool.c:42 shmget  return  .    .   L    l
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/table.h"
#include "base/text.h"
#include "reports/text_part.h"
#include "reports/words.h"

enum { ROWS_MAX = 12, FIXED_COLUMNS = 2 };

#define LEGEND "Points and faults: "

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

static char
letter_of(const struct trial *trial)
{
	return trial->policy == POLICY_MUST_CLEAN
		       ? letters[trial->verdict].letter
		       : letters[trial->verdict].allowed;
}

/* A trial and where it belongs. */
struct cell {
	const struct trial *trial;
	const struct site *site;
	size_t row; /* ascending in program order */
};

struct matrix {
	struct cell *cells; /* row by row */
	size_t count;
	const struct fault **faults; /* of the columns but the last */
	size_t fault_count;
};

static int
compare_cells(const void *left, const void *right)
{
	const struct cell *a = left;
	const struct cell *b = right;

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

static void
fill(struct matrix *matrix, const struct log *log)
{
	matrix->cells = mem_alloc(log->trial_count * sizeof(*matrix->cells));
	for (size_t i = 0; i < log->trial_count; i++) {
		const struct trial *trial = &log->trials[i];
		const struct site *site = log_site(log, trial->site);

		add_column(matrix, &trial->fault);
		if (!site)
			continue;
		matrix->cells[matrix->count++] = (struct cell) {
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

static size_t
row_end(const struct matrix *matrix, size_t start)
{
	size_t end = start;

	while (end < matrix->count &&
	       matrix->cells[end].row == matrix->cells[start].row)
		end++;
	return end;
}

/* Is there more to see than that all is well, or wrong but allowed? */
static bool
is_telling(const struct matrix *matrix, size_t start, size_t end)
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

static size_t
count_telling(const struct matrix *matrix)
{
	size_t count = 0;
	size_t end;

	for (size_t i = 0; i < matrix->count; i = end) {
		end = row_end(matrix, i);
		count += is_telling(matrix, i, end);
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

static void
add_point(struct table *table, const struct cell *cell)
{
	const struct site *site = cell->site;
	CLEANUP_BUF struct buf text = {0};

	if (strcmp(site->role, "0") != 0) {
		words_add_name(&text, site->role);
		buf_add_text(&text, "/");
	}
	add_source(&text, site);
	buf_add_text(&text, " ");
	words_add_name(&text, site->operation);
	if (site->n > 1)
		buf_printf(&text, ":%u", site->n);
	table_add(table, STYLE_PLAIN, buf_text(&text));
	table_add(table, STYLE_PLAIN, phase_name(cell->trial->phase));
}

static enum style
style_of(const struct trial *trial)
{
	static const enum style styles[] = {
		[WEIGHT_PASS] = STYLE_PLAIN,
		[WEIGHT_NOTE] = STYLE_WARN,
		[WEIGHT_FINDING] = STYLE_BAD,
		[WEIGHT_GAP] = STYLE_WARN,
	};

	if (trial->policy != POLICY_MUST_CLEAN &&
	    verdict_weight(trial->verdict) == WEIGHT_FINDING)
		return STYLE_WARN;
	return styles[verdict_weight(trial->verdict)];
}

/* The letters of @fault, or of all errors if it is NULL. */
static void
add_cell(struct table *table, const struct matrix *matrix, size_t start,
	 size_t end, const struct fault *fault)
{
	CLEANUP_BUF struct buf text = {0};
	enum style style = STYLE_PLAIN;

	for (size_t i = start; i < end; i++) {
		const struct trial *trial = matrix->cells[i].trial;
		char letter = letter_of(trial);

		if (fault ? !fault_equal(fault, &trial->fault)
			  : trial->fault.class != FAULT_ERROR)
			continue;
		buf_add(&text, &letter, 1);
		if (style == STYLE_PLAIN || style_of(trial) == STYLE_BAD)
			style = style_of(trial);
	}
	table_add(table, style, buf_text(&text));
}

static void
add_rows(struct table *table, const struct matrix *matrix, bool all)
{
	size_t end;

	for (size_t i = 0; i < matrix->count; i = end) {
		end = row_end(matrix, i);
		if (!all && !is_telling(matrix, i, end))
			continue;
		add_point(table, &matrix->cells[i]);
		for (size_t j = 0; j < matrix->fault_count; j++)
			add_cell(table, matrix, i, end, matrix->faults[j]);
		add_cell(table, matrix, i, end, NULL);
	}
}

/* "L leaked (l: allowed), . clean", of what there is. */
static void
put_legend(const struct page *page)
{
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf lines = {0};

	for (int i = 0; i < VERDICT_COUNT; i++)
		if (page->classes->verdicts[i])
			buf_printf(&text, "%s%c %s", text.length ? ", " : "",
				   letters[i].letter, letters[i].tells);
	text_add_wrapped(&lines, buf_text(&text), text.length, strlen(LEGEND),
			 PAGE_WIDTH);
	fprintf(page->out, LEGEND "%s\n", buf_text(&lines));
}

/* Columns are called as the faults, but for "SIG". */
static void
put_table(const struct page *page, const struct matrix *matrix, bool all)
{
	size_t count = FIXED_COLUMNS + matrix->fault_count + 1;
	CLEANUP_FREE struct table_column *columns =
		mem_zalloc(count * sizeof(*columns));
	CLEANUP_BUF struct buf names = {0};
	CLEANUP_TABLE struct table *table = NULL;

	/* All names in one run; it does not move any more when it is read. */
	buf_reserve(&names, count * 32);
	columns[0].title = "POINT";
	columns[1].title = "PHASE";
	for (size_t i = 0; i < matrix->fault_count; i++) {
		size_t start = names.length;

		fault_format(matrix->faults[i], &names);
		buf_add(&names, "", 1);
		columns[FIXED_COLUMNS + i].title =
			names.data + start +
			3 * !strncmp(names.data + start, "SIG", 3);
	}
	columns[count - 1].title = "ERRORS";
	table = table_new(columns, count);
	add_rows(table, matrix, all);
	put_legend(page);
	table_print(table, page->out, 2, page->settings->color);
	fputc('\n', page->out);
}

/* Those that tell something, if there is room for all of them. */
static void
put_telling(struct page *page, const struct matrix *matrix)
{
	const size_t telling = count_telling(matrix);
	CLEANUP_PIECE struct piece piece = {0};
	struct page part;

	if (!telling || telling > ROWS_MAX)
		return;
	part = text_part_begin(page, &piece);
	put_table(&part, matrix, false);
	text_part_end(&part, &piece);
	text_part_fit(page, &piece, false, 0);
}

void
text_part_matrix(struct page *page)
{
	struct matrix matrix = {0};

	fill(&matrix, page->log);
	if (!page->settings->matrix)
		put_telling(page, &matrix);
	else if (matrix.count)
		put_table(page, &matrix, true);
	free(matrix.cells);
	free(matrix.faults);
}
