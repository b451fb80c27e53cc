/* SPDX-License-Identifier: MIT */
/* text_matrix.c - points and faults as a table of letters. */
#include <string.h>

#include "base/mem.h"
#include "base/table.h"
#include "reports/matrix.h"
#include "reports/text_part.h"

enum { ROWS_MAX = 12, FIXED_COLUMNS = 2, TITLE_MAX = 32 };

static void
add_point(struct table *table, const struct matrix_cell *cell)
{
	CLEANUP_BUF struct buf text = {0};

	matrix_add_point(&text, cell);
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
		const struct matrix_cell *cell = &matrix->cells[i];
		char letter = matrix_letter(cell->trial);

		if (!matrix_is_in(cell, fault))
			continue;
		buf_add(&text, &letter, 1);
		if (style == STYLE_PLAIN || style_of(cell->trial) == STYLE_BAD)
			style = style_of(cell->trial);
	}
	table_add(table, style, buf_text(&text));
}

static void
add_rows(struct table *table, const struct matrix *matrix, bool all)
{
	size_t end;

	for (size_t i = 0; i < matrix->count; i = end) {
		end = matrix_row_end(matrix, i);
		if (!all && !matrix_is_telling(matrix, i, end))
			continue;
		add_point(table, &matrix->cells[i]);
		for (size_t j = 0; j < matrix->fault_count; j++)
			add_cell(table, matrix, i, end, matrix->faults[j]);
		add_cell(table, matrix, i, end, NULL);
	}
}

static void
put_table(const struct page *page, const struct matrix *matrix, bool all)
{
	size_t count = FIXED_COLUMNS + matrix->fault_count + 1;
	CLEANUP_FREE struct table_column *columns =
		mem_zalloc(count * sizeof(*columns));
	CLEANUP_BUF struct buf legend = {0};
	CLEANUP_BUF struct buf names = {0};
	CLEANUP_TABLE struct table *table = NULL;

	/* All names in one run; it does not move any more when it is read. */
	buf_reserve(&names, count * TITLE_MAX);
	columns[0].title = "POINT";
	columns[1].title = "PHASE";
	for (size_t i = 0; i <= matrix->fault_count; i++) {
		const char *title = names.data + names.length;

		matrix_add_title(&names, i < matrix->fault_count
						 ? matrix->faults[i]
						 : NULL);
		buf_add(&names, "", 1);
		columns[FIXED_COLUMNS + i].title = title;
	}
	table = table_new(columns, count);
	add_rows(table, matrix, all);
	matrix_add_legend(&legend, page->classes);
	fprintf(page->out, "Points and faults: %s\n", buf_text(&legend));
	table_print(table, page->out, 2, page->settings->color);
	fputc('\n', page->out);
}

void
text_part_matrix(const struct page *page)
{
	bool all = page->settings->matrix;
	CLEANUP_MATRIX struct matrix matrix = {0};
	size_t telling;

	matrix_make(&matrix, page->log);
	telling = matrix_count_telling(&matrix);
	if (all && matrix.count)
		put_table(page, &matrix, true);
	else if (telling > 0 && telling <= ROWS_MAX)
		put_table(page, &matrix, false);
}
