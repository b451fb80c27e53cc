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
#include <string.h>

#include "base/mem.h"
#include "base/table.h"
#include "base/text.h"
#include "reports/grid.h"
#include "reports/text_part.h"
#include "reports/words.h"

enum { ROWS_MAX = 12, FIXED_COLUMNS = 2 };

#define LEGEND "Points and faults: "

static void
add_point(struct table *table, const struct grid_cell *cell)
{
	CLEANUP_BUF struct buf text = {0};

	grid_add_point(&text, cell);
	table_add(table, STYLE_PLAIN, buf_text(&text));
	table_add(table, STYLE_PLAIN, phase_name(cell->trial->phase));
}

static enum style
style_of(const struct grid_cell *cell)
{
	static const enum style styles[] = {
		[WEIGHT_PASS] = STYLE_PLAIN,
		[WEIGHT_NOTE] = STYLE_WARN,
		[WEIGHT_FINDING] = STYLE_BAD,
		[WEIGHT_GAP] = STYLE_WARN,
	};

	enum verdict_weight weight = verdict_weight(cell->trial->verdict);

	if (cell->known)
		return STYLE_PLAIN;
	if (cell->trial->policy != POLICY_MUST_CLEAN &&
	    weight == WEIGHT_FINDING)
		return STYLE_WARN;
	return styles[weight];
}

/* The letters of @fault, or of all errors if it is NULL. */
static void
add_cell(struct table *table, const struct grid_row *row,
	 const struct fault *fault)
{
	CLEANUP_BUF struct buf text = {0};
	enum style style = STYLE_PLAIN;

	for (size_t i = 0; i < row->count; i++) {
		const struct grid_cell *cell = &row->cells[i];
		char letter = grid_letter(cell->trial, cell->known);

		if (!grid_is_in(cell, fault))
			continue;
		buf_add(&text, &letter, 1);
		if (style == STYLE_PLAIN || style_of(cell) == STYLE_BAD)
			style = style_of(cell);
	}
	table_add(table, style, buf_text(&text));
}

static void
add_rows(struct table *table, const struct grid *grid, bool all)
{
	for (size_t i = 0; i < grid->row_count; i++) {
		const struct grid_row *row = &grid->rows[i];

		if (!all && !grid_is_telling(row))
			continue;
		add_point(table, row->cells);
		for (size_t j = 0; j <= grid_own_columns(grid); j++)
			add_cell(table, row, grid_fault(grid, j));
	}
}

static void
put_legend(const struct page *page)
{
	CLEANUP_BUF struct buf text = {0};
	CLEANUP_BUF struct buf lines = {0};

	grid_add_legend(&text, page->classes);
	text_add_wrapped(&lines, buf_text(&text), text.length, strlen(LEGEND),
			 PAGE_WIDTH);
	fprintf(page->out, LEGEND "%s\n", buf_text(&lines));
}

static void
put_table(const struct page *page, const struct grid *grid, bool all)
{
	size_t count = FIXED_COLUMNS + grid_own_columns(grid) + 1;
	CLEANUP_FREE struct table_column *columns =
		mem_zalloc(count * sizeof(*columns));
	CLEANUP_BUF struct buf names = {0};
	CLEANUP_TABLE struct table *table = NULL;

	/* All names in one run; it does not move any more when it is read. */
	buf_reserve(&names, count * 32);
	columns[0].title = "POINT";
	columns[1].title = "PHASE";
	for (size_t i = FIXED_COLUMNS; i < count; i++) {
		size_t start = names.length;

		grid_add_title(&names, grid_fault(grid, i - FIXED_COLUMNS));
		buf_add(&names, "", 1);
		columns[i].title = names.data + start;
	}
	table = table_new(columns, count);
	add_rows(table, grid, all);
	put_legend(page);
	table_print(table, page->out, 2, page->settings->color);
	fputc('\n', page->out);
}

/* Those that tell something, if there is room for all of them. */
static void
put_telling(struct page *page, const struct grid *grid)
{
	const size_t telling = grid_count_telling(grid);
	CLEANUP_PIECE struct piece piece = {0};
	struct page part;

	if (!telling || telling > ROWS_MAX)
		return;
	part = text_part_begin(page, &piece);
	put_table(&part, grid, false);
	text_part_end(&part, &piece);
	text_part_fit(page, &piece, false, 0);
}

void
text_part_matrix(struct page *page)
{
	CLEANUP_GRID struct grid grid = {0};

	grid_make(&grid, page->log, page->classes);
	if (!page->settings->matrix)
		put_telling(page, &grid);
	else if (grid.row_count)
		put_table(page, &grid, true);
}
