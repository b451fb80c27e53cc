/* SPDX-License-Identifier: MIT */
/*
 * html_matrix.c - points and faults as a table of letters, as lean as it can
 * be: there may be 20,000 of them. Rows in program order, so that a window is a
 * run of letters in a column. Columns in groups: must be clean, may leak,
 * errors. Between the points and the letters is what is alive: html_lanes.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "reports/html_part.h"

enum { FIXED_COLUMNS = 3 };

static const struct {
	const char *class;
	const char *title;
} groups[HTML_GROUPS] = {
	[HTML_MUST_CLEAN] = {"g0", "must be clean"},
	[HTML_MAY_LEAK] = {"g1", "may leak"},
	[HTML_ERRORS] = {"g2", "errors"},
};

struct matrix {
	struct html *html;
	const struct trial **trials; /* of one row, by columns of the grid */
	struct html_lanes *lanes;
};

static enum html_group
group_of(const struct trial *trial)
{
	if (trial->fault.class == FAULT_ERROR)
		return HTML_ERRORS;
	return trial->policy == POLICY_MUST_CLEAN ? HTML_MUST_CLEAN
						  : HTML_MAY_LEAK;
}

void
html_columns_make(struct html_columns *columns, const struct grid *grid)
{
	size_t next = 0;

	*columns = (struct html_columns) {
		.order = mem_alloc(grid->column_count *
				   sizeof(*columns->order))};
	for (int group = 0; group < HTML_GROUPS; group++)
		for (size_t i = 0; i < grid->column_count; i++)
			if ((int)group_of(grid->columns[i]) == group) {
				columns->order[next++] = i;
				columns->counts[group]++;
			}
}

void
html_columns_free(struct html_columns *columns)
{
	free(columns->order);
	*columns = (struct html_columns) {0};
}

static void
put_group_title(struct html *html, const char *title, const char *class,
		size_t columns)
{
	html_open(html, "th", class);
	html_attribute(html, "scope", "colgroup");
	html_attributef(html, "colspan", "%zu", columns);
	html_text(html, title);
	html_close(html);
}

/* Columns are called as the faults, but for "SIG". */
static void
put_column(struct html *html, const struct fault *fault, const char *class)
{
	CLEANUP_BUF struct buf title = {0};

	grid_add_title(&title, fault);
	html_open(html, "th", class);
	html_attribute(html, "scope", "col");
	html_put(html, "span", NULL, buf_text(&title));
	html_close(html);
}

/* The first column of a group has a line at its left. */
static const char *
class_of_column(const struct matrix *matrix, size_t shown)
{
	size_t start = 0;

	for (int group = 0; group < HTML_GROUPS; group++) {
		if (start == shown)
			return "e";
		start += matrix->html->columns.counts[group];
	}
	return NULL;
}

static void
put_head(const struct matrix *matrix)
{
	struct html *html = matrix->html;
	const struct grid *grid = &html->grid;

	html_open(html, "thead", NULL);
	html_open(html, "tr", NULL);
	put_group_title(html, "points in program order", NULL, FIXED_COLUMNS);
	for (int group = 0; group < HTML_GROUPS; group++)
		if (matrix->html->columns.counts[group])
			put_group_title(html, groups[group].title, "e",
					matrix->html->columns.counts[group]);
	html_close(html);
	html_open(html, "tr", NULL);
	for (int i = 0; i < FIXED_COLUMNS; i++) {
		static const char *const titles[FIXED_COLUMNS] = {
			"point", "phase", "alive"};

		html_open(html, "th", NULL);
		html_attribute(html, "scope", "col");
		html_text(html, titles[i]);
		html_close(html);
	}
	for (size_t i = 0; i < grid->column_count; i++)
		put_column(
			html,
			&grid->columns[matrix->html->columns.order[i]]->fault,
			class_of_column(matrix, i));
	html_close(html);
	html_close(html);
	html_newline(html);
}

static void
put_source(struct html *html, const struct site *site)
{
	CLEANUP_BUF struct buf text = {0};

	grid_add_source(&text, site);
	html_textf(html, " %s", buf_text(&text));
}

static void
put_function(struct html *html, const struct frame *frame)
{
	if (!frame->function || !frame->file)
		return;
	html_text(html, " ");
	html_open(html, "small", NULL);
	html_bytes(html, frame->function);
	html_close(html);
}

static void
put_point(struct html *html, const struct grid_cell *cell)
{
	const struct site *site = cell->site;

	html_open(html, "th", NULL);
	html_attribute(html, "scope", "row");
	if (strcmp(site->role, "0") != 0) {
		html_bytes(html, site->role);
		html_text(html, "/");
	}
	html_open(html, "b", NULL);
	html_bytes(html, site->operation);
	if (site->n > 1)
		html_textf(html, ":%u", site->n);
	html_close(html);
	put_source(html, site);
	put_function(html, site_place(site));
	html_close(html);
	html_put(html, "td", NULL, phase_name(cell->trial->phase));
}

/* "<td>.</td>" is most of the page. */
static void
put_letter(struct html *html, const struct trial *trial)
{
	char letter[] = {grid_letter(trial, html_known(html, trial)), '\0'};

	if (trial->verdict == VERDICT_CLEAN) {
		html_put(html, "td", NULL, letter);
		return;
	}
	html_open(html, "td", html_verdict_class(html, trial));
	if (html_cases_has(html, trial)) {
		html_open(html, "a", NULL);
		html_attributef(html, "href", "#t-%s", trial->short_id);
		html_text(html, letter);
		html_close(html);
	} else {
		html_text(html, letter);
	}
	html_close(html);
}

static void
put_letters(struct matrix *matrix, const struct grid_row *row)
{
	const size_t columns = matrix->html->grid.column_count;

	memset(matrix->trials, 0, columns * sizeof(*matrix->trials));
	for (size_t i = 0; i < row->count; i++)
		matrix->trials[row->cells[i].column] = row->cells[i].trial;
	for (size_t i = 0; i < columns; i++) {
		const struct trial *trial =
			matrix->trials[matrix->html->columns.order[i]];

		if (trial)
			put_letter(matrix->html, trial);
		else
			html_put(matrix->html, "td", "n", "-");
	}
}

static void
put_end(struct html *html, const struct campaign_object *object)
{
	const struct site *site =
		object->released_at ? log_site(html->log, object->released_at)
				    : NULL;

	html_text(html, site ? "removed at" : "never removed");
	if (site)
		put_source(html, site);
}

/* What was made last, and where it goes: the rows are its life. */
static void
put_group(const struct matrix *matrix)
{
	struct html *html = matrix->html;
	const struct campaign_object *object =
		html_lanes_any(matrix->lanes) ? html_lanes_newest(matrix->lanes)
					      : NULL;

	html_open(html, "tr", "g");
	html_open(html, "th", NULL);
	html_attribute(html, "scope", "rowgroup");
	html_attribute(html, "colspan", "2");
	if (object) {
		html_textf(html, "%s made at", kind_name(object->kind));
		put_source(html, log_site(html->log, object->created_at));
	} else {
		html_text(html, "no object is there");
	}
	html_close(html);
	html_lanes_put_between(html, matrix->lanes);
	html_open(html, "td", NULL);
	html_attributef(html, "colspan", "%zu", html->grid.column_count);
	if (object)
		put_end(html, object);
	html_close(html);
	html_close(html);
	html_newline(html);
}

static void
put_rows(struct matrix *matrix)
{
	struct html *html = matrix->html;
	const struct grid *grid = &html->grid;
	bool was_alive = true;

	for (size_t i = 0; i < grid->row_count; i++) {
		const struct grid_row *row = &grid->rows[i];
		bool begins =
			html_lanes_step(matrix->lanes, row->cells->moment);
		bool is_alive = html_lanes_any(matrix->lanes);

		if (i == 0 || begins || (was_alive && !is_alive)) {
			if (i > 0)
				html_close(html);
			html_open(html, "tbody", NULL);
			put_group(matrix);
		}
		was_alive = is_alive;
		html_open(html, "tr", NULL);
		put_point(html, row->cells);
		html_lanes_put(html, matrix->lanes, row,
			       i + 1 < grid->row_count ? row[1].cells->moment
						       : SIZE_MAX);
		put_letters(matrix, row);
		html_close(html);
		html_newline(html);
	}
	if (grid->row_count)
		html_close(html);
}

static void
put_legend(struct html *html)
{
	const struct classes *classes = html->classes;

	html_open(html, "p", "legend");
	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (!classes->verdicts[i])
			continue;
		html_putf(html, "b", NULL, "%c",
			  grid_verdict_letter((enum verdict)i));
		html_textf(html, " %s, ", grid_verdict_tells((enum verdict)i));
	}
	html_text(html, "- not tried. Each letter is one run with one fault at "
			"one point.");
	html_close(html);
}

static void
put_table(struct matrix *matrix)
{
	struct html *html = matrix->html;

	html_open(html, "div", "scroll");
	html_attribute(html, "tabindex", "0");
	html_attribute(html, "role", "region");
	html_attribute(html, "aria-label", "points and faults");
	html_open(html, "table", NULL);
	html_attribute(html, "id", "m");
	html_put(html, "caption", NULL,
		 "Rows are points of the program, columns are faults.");
	put_head(matrix);
	put_rows(matrix);
	html_close(html);
	html_close(html);
}

static void
put_lost(struct html *html)
{
	CLEANUP_BUF struct buf text = {0};

	if (!html->grid.lost)
		return;
	text_add_count(&text, html->grid.lost, "trial");
	buf_add_text(&text, " at sites that the log does not have: no row here "
			    "tells of them.");
	html_put(html, "p", "note", buf_text(&text));
}

/* Behind the rows: they have shown which these are. */
static void
put_undrawn(struct html *html, const struct html_lanes *lanes)
{
	CLEANUP_BUF struct buf text = {0};

	if (!html_lanes_undrawn(lanes))
		return;
	text_add_count(&text, html_lanes_undrawn(lanes), "object");
	buf_add_text(&text, " not drawn beside the points, for too many are "
			    "alive at once; +2 says of how many more that is "
			    "so at a point.");
	html_put(html, "p", "legend", buf_text(&text));
}

void
html_matrix(struct html *html)
{
	struct matrix matrix = {.html = html};

	html_open(html, "section", NULL);
	html_attribute(html, "id", "matrix");
	html_put(html, "h2", NULL, "Points and faults");
	put_lost(html);
	if (html->grid.row_count) {
		matrix.lanes = html_lanes_new(html->log);
		matrix.trials = mem_alloc(html->grid.column_count *
					  sizeof(*matrix.trials));
		put_legend(html);
		put_table(&matrix);
		put_undrawn(html, matrix.lanes);
	} else {
		html_put(html, "p", "empty", "No trial has been made.");
	}
	html_lanes_free(matrix.lanes);
	free(matrix.trials);
	html_close(html);
	html_newline(html);
}
