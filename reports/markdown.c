/* SPDX-License-Identifier: MIT */
/*
 * markdown.c - a page for the summary of a step, or a comment: the gate, a
 * table of the findings, the points at which they show, and each in full,
 * folded.
 *
 * What the target calls things is in <code>, in blocks of HTML, or in a fenced
 * block: there nobody is mentioned, nothing becomes a link, and of its bytes
 * only those that end such a block have a meaning. In a table of Markdown they
 * all had one.
 */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "reports/grid.h"
#include "reports/reporter.h"

enum {
	ROWS_MAX = 40,
	FENCE_MIN = 3,
	END_BYTES = 512, /* for what closes a table, and what is left out */
};

struct page {
	struct buf text;
	size_t limit; /* of bytes, 0: none */
};

static bool
has_room(const struct page *page, size_t bytes)
{
	return !page->limit ||
	       page->text.length + bytes + END_BYTES <= page->limit;
}

/* Append all of @piece if there is room. */
static bool
put(struct page *page, const struct buf *piece)
{
	if (!has_room(page, piece->length))
		return false;
	buf_add(&page->text, buf_text(piece), piece->length);
	return true;
}

static void
add_html(struct buf *into, const char *text)
{
	static const struct {
		char byte;
		const char *entity;
	} entities[] = {
		{'&', "&amp;"},
		{'<', "&lt;"},
		{'>', "&gt;"},
		{'"', "&quot;"},
	};

	for (; *text; text++) {
		const char *entity = NULL;

		for (size_t i = 0; i < ARRAY_LEN(entities); i++)
			if (entities[i].byte == *text)
				entity = entities[i].entity;
		if (entity)
			buf_add_text(into, entity);
		else
			buf_add(into, text, 1);
	}
}

static void
add_code(struct buf *into, const char *text)
{
	buf_add_text(into, "<code>");
	add_html(into, text);
	buf_add_text(into, "</code>");
}

static void
add_paragraph(struct buf *into, const char *text)
{
	buf_add_text(into, "<p>");
	add_html(into, text);
	buf_add_text(into, "</p>\n");
}

static size_t
longest_run(const char *text, char byte)
{
	size_t longest = 0;
	size_t run = 0;

	for (; *text; text++) {
		run = *text == byte ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void
add_fence(struct buf *into, size_t length, const char *after)
{
	for (size_t i = 0; i < length; i++)
		buf_add_text(into, "`");
	buf_printf(into, "%s\n", after);
}

/* Lines of @text as they are: the fence is longer than any in it. */
static void
add_fenced(struct buf *into, const char *text)
{
	size_t fence = longest_run(text, '`') + 1;

	if (fence < FENCE_MIN)
		fence = FENCE_MIN;
	add_fence(into, fence, "text");
	buf_add_text(into, text);
	add_fence(into, fence, "");
}

static void
add_head(struct buf *into, const struct results *results)
{
	buf_add_text(into, "<h2>");
	add_code(into, results->tool);
	buf_printf(into, ": gate %s</h2>\n", results->gate);
	if (results->command) {
		buf_add_text(into, "<p>");
		add_code(into, results->command);
		buf_add_text(into, "</p>\n");
	}
	if (results->summary)
		add_paragraph(into, results->summary);
	buf_add_text(into, "\n");
}

static void
add_notes(struct buf *into, const struct results *results)
{
	CLEANUP_BUF struct buf text = {0};

	if (!results->notes.count)
		return;
	results_add_block(&text, &results->notes, "");
	add_fenced(into, buf_text(&text));
	buf_add_text(into, "\n");
}

static const char *
standing_of(const struct result_finding *finding)
{
	static const char *const standings[] = {
		[LEVEL_ERROR] = "fails the gate",
		[LEVEL_WARNING] = "warning",
	};

	return finding->excuse ? "excused" : standings[finding->level];
}

static void
add_row(struct buf *into, const struct result_finding *finding)
{
	const char *rerun = block_find(&finding->block, "rerun:");

	buf_printf(into, "<tr><td>%s</td><td>", standing_of(finding));
	add_code(into, finding->title);
	buf_printf(into, "</td><td>%zu</td><td>", finding->cases);
	if (rerun)
		add_code(into, rerun);
	buf_add_text(into, "</td></tr>\n");
}

/* Below the table, outside of it: a paragraph. */
static void
put_left_out(struct page *page, size_t count, const char *what)
{
	CLEANUP_BUF struct buf text = {0};

	if (!count)
		return;
	text_add_count(&text, count, what);
	buf_printf(&page->text,
		   "<p>%s more: no room for it here, the text report has "
		   "all.</p>\n\n",
		   buf_text(&text));
}

static void
put_findings(struct page *page, const struct results *results)
{
	CLEANUP_BUF struct buf piece = {0};
	size_t i;

	buf_add_text(&piece, "<table>\n<tr><th></th><th>finding</th>"
			     "<th>trials</th><th>see it again</th></tr>\n");
	if (!results->finding_count)
		return;
	if (!put(page, &piece)) {
		put_left_out(page, results->finding_count, "finding");
		return;
	}
	for (i = 0; i < results->finding_count; i++) {
		buf_clear(&piece);
		add_row(&piece, &results->findings[i]);
		if (!put(page, &piece))
			break;
	}
	buf_add_text(&page->text, "</table>\n\n");
	put_left_out(page, results->finding_count - i, "finding");
}

static void
add_matrix_head(struct buf *into, const struct grid *grid,
		const struct classes *classes)
{
	buf_add_text(into, "<p>Points and faults: ");
	grid_add_legend(into, classes);
	buf_add_text(into, "</p>\n<table>\n<tr><th>point</th><th>phase</th>");
	for (size_t i = 0; i <= grid_own_columns(grid); i++) {
		buf_add_text(into, "<th>");
		grid_add_title(into, grid_fault(grid, i));
		buf_add_text(into, "</th>");
	}
	buf_add_text(into, "</tr>\n");
}

static void
add_matrix_row(struct buf *into, const struct grid *grid,
	       const struct grid_row *row)
{
	CLEANUP_BUF struct buf point = {0};

	grid_add_point(&point, row->cells);
	buf_add_text(into, "<tr><td>");
	add_code(into, buf_text(&point));
	buf_printf(into, "</td><td>%s</td>",
		   phase_name(row->cells->trial->phase));
	for (size_t i = 0; i <= grid_own_columns(grid); i++) {
		buf_add_text(into, "<td>");
		for (size_t j = 0; j < row->count; j++)
			if (grid_is_in(&row->cells[j], grid_fault(grid, i)))
				buf_printf(into, "%c",
					   grid_letter(row->cells[j].trial,
						       row->cells[j].known));
		buf_add_text(into, "</td>");
	}
	buf_add_text(into, "</tr>\n");
}

/* Only the rows with more to see than that all is well. */
static size_t
put_matrix_rows(struct page *page, const struct grid *grid)
{
	size_t rows = 0;

	for (size_t i = 0; i < grid->row_count && rows < ROWS_MAX; i++) {
		CLEANUP_BUF struct buf piece = {0};

		if (!grid_is_telling(&grid->rows[i]))
			continue;
		add_matrix_row(&piece, grid, &grid->rows[i]);
		if (!put(page, &piece))
			break;
		rows++;
	}
	return rows;
}

static void
put_matrix(struct page *page, const struct block_source *source)
{
	CLEANUP_GRID struct grid grid = {0};
	CLEANUP_BUF struct buf head = {0};
	size_t telling;

	if (!source)
		return;
	grid_make(&grid, source->log, source->classes);
	telling = grid_count_telling(&grid);
	add_matrix_head(&head, &grid, source->classes);
	if (telling && put(page, &head)) {
		telling -= put_matrix_rows(page, &grid);
		buf_add_text(&page->text, "</table>\n\n");
	}
	put_left_out(page, telling, "point");
}

/* A blank line ends the HTML, and Markdown begins: the fence. */
static void
add_details(struct buf *into, const struct result_finding *finding)
{
	CLEANUP_BUF struct buf block = {0};

	buf_printf(into, "<details><summary>%s: ", standing_of(finding));
	add_code(into, finding->title);
	buf_add_text(into, "</summary>\n");
	if (finding->excuse) {
		buf_add_text(into, "<p>");
		add_code(into, finding->excuse);
		buf_add_text(into, "</p>\n");
	}
	add_paragraph(into, finding->rule->tells);
	add_paragraph(into, finding->rule->remedy);
	buf_add_text(into, "\n");
	results_add_block(&block, &finding->block, "");
	add_fenced(into, buf_text(&block));
	buf_add_text(into, "\n</details>\n\n");
}

static void
put_all_details(struct page *page, const struct results *results)
{
	size_t i;

	for (i = 0; i < results->finding_count; i++) {
		CLEANUP_BUF struct buf piece = {0};

		add_details(&piece, &results->findings[i]);
		if (!put(page, &piece))
			break;
	}
	put_left_out(page, results->finding_count - i, "block");
}

int
report_markdown(const struct report *report, FILE *out, struct err *err)
{
	const struct results *results = report->results;
	struct page page = {.limit = report->limit};
	CLEANUP_BUF struct buf head = {0};

	add_head(&head, results);
	add_notes(&head, results);
	if (!put(&page, &head))
		return err_set(err, 0, "%zu bytes are too few for a summary",
			       report->limit);
	put_findings(&page, results);
	put_matrix(&page, report->source);
	put_all_details(&page, results);
	fwrite(buf_text(&page.text), 1, page.text.length, out);
	buf_free(&page.text);
	return 0;
}
