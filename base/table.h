/* SPDX-License-Identifier: MIT */
/*
 * table.h - text in columns, as wide as they need to be. Rows are added cell by
 * cell from left to right and printed together. Widths are counted in code
 * points; no line ends in blanks. A column in which every cell is empty is left
 * out.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/style.h"

enum table_side { TABLE_LEFT, TABLE_RIGHT };

struct table_column {
	const char *title;
	enum table_side side;
};

struct table;

/* @columns must outlive the table. */
struct table *table_new(const struct table_column *columns, size_t count);
void table_free(struct table *table); /* NULL is allowed */
void table_free_ptr(struct table **table);
#define CLEANUP_TABLE CLEANUP(table_free_ptr)

/*
 * Add the next cell; after the last one of a row comes the first of the next.
 * @text must be safe for a terminal (base/text.h) and is copied.
 */
void table_add(struct table *table, enum style style, const char *text);

/* Print the titles and the complete rows, each line after @indent blanks. */
void
table_print(const struct table *table, FILE *out, size_t indent, bool color);

#endif
