/* SPDX-License-Identifier: MIT */
/*
 * table.c - text in columns.
 *
 * All texts lie one after the other in one buffer: a cell is an offset, and
 * tens of thousands of rows cost few allocations.
 */
#include "base/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { COLUMN_GAP = 2 };

struct cell {
	size_t offset; /* in table->texts, NUL-terminated there */
	size_t width;
	enum style style;
};

struct table {
	const struct table_column *columns;
	size_t column_count;
	struct cell *cells; /* row by row */
	size_t count;
	size_t room;
	struct buf texts;
	size_t *widths; /* of the widest cell of each column, 0: all empty */
};

struct table *
table_new(const struct table_column *columns, size_t count)
{
	struct table *table = mem_zalloc(sizeof(*table));

	table->columns = columns;
	table->column_count = count;
	table->widths = mem_zalloc(count * sizeof(*table->widths));
	return table;
}

void
table_free(struct table *table)
{
	if (!table)
		return;
	free(table->cells);
	free(table->widths);
	buf_free(&table->texts);
	free(table);
}

void
table_free_ptr(struct table **table)
{
	table_free(*table);
	*table = NULL;
}

/* Code points of UTF-8: all bytes but those that continue one. */
static size_t
width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

void
table_add(struct table *table, enum style style, const char *text)
{
	size_t column = table->count % table->column_count;
	struct cell *cell;

	if (table->count == table->room) {
		table->room = table->room ? table->room * 2 : 64;
		table->cells = mem_grow(table->cells, table->room,
					sizeof(*table->cells));
	}
	cell = &table->cells[table->count++];
	*cell = (struct cell) {.offset = table->texts.length,
			       .width = width_of(text),
			       .style = style};
	buf_add(&table->texts, text, strlen(text) + 1);
	if (cell->width > table->widths[column])
		table->widths[column] = cell->width;
}

/* How wide column @index is with its title, 0 when it is left out. */
static size_t
shown_width(const struct table *table, size_t index)
{
	size_t title = width_of(table->columns[index].title);

	if (!table->widths[index])
		return 0;
	return table->widths[index] > title ? table->widths[index] : title;
}

/*
 * A line while it is made, to be written at once: a row has many cells. Blanks
 * wait for a text to come behind them.
 */
struct line {
	struct buf text;
	bool color;
	size_t blanks;
};

static void
add_cell(struct line *line, const struct table *table, size_t index,
	 const char *text, const struct cell *cell)
{
	size_t padding = shown_width(table, index) - cell->width;
	bool right = table->columns[index].side == TABLE_RIGHT;

	line->blanks += right ? padding : 0;
	if (cell->width) {
		memset(buf_reserve(&line->text, line->blanks), ' ',
		       line->blanks);
		line->text.length += line->blanks;
		buf_add_text(&line->text, style_on(line->color, cell->style));
		buf_add_text(&line->text, text);
		buf_add_text(&line->text, style_off(line->color, cell->style));
		line->blanks = 0;
	}
	line->blanks += (right ? 0 : padding) + COLUMN_GAP;
}

static void
start_line(struct line *line, size_t indent)
{
	buf_clear(&line->text);
	line->blanks = indent;
}

static void
end_line(struct line *line, FILE *out)
{
	buf_add_text(&line->text, "\n");
	fwrite(line->text.data, 1, line->text.length, out);
}

static void
add_titles(struct line *line, const struct table *table)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const char *title = table->columns[i].title;
		struct cell cell = {.width = width_of(title),
				    .style = STYLE_HEAD};

		if (table->widths[i])
			add_cell(line, table, i, title, &cell);
	}
}

static void
add_row(struct line *line, const struct table *table, const struct cell *row)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->widths[i])
			add_cell(line, table, i,
				 table->texts.data + row[i].offset, &row[i]);
}

void
table_print(const struct table *table, FILE *out, size_t indent, bool color)
{
	size_t rows = table->count / table->column_count;
	struct line line = {.color = color};

	if (rows == 0)
		return;
	start_line(&line, indent);
	add_titles(&line, table);
	end_line(&line, out);
	for (size_t i = 0; i < rows; i++) {
		start_line(&line, indent);
		add_row(&line, table, table->cells + i * table->column_count);
		end_line(&line, out);
	}
	buf_free(&line.text);
}
