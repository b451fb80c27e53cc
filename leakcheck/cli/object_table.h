/* SPDX-License-Identifier: MIT */
/*
 * object_table.h - objects of one kind as a table that a reader of lsipc(1)
 * and ipcs(1) feels at home in. What is not known is shown as "-".
 */
#ifndef LEAKCHECK_CLI_OBJECT_TABLE_H
#define LEAKCHECK_CLI_OBJECT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/style.h"
#include "leakcheck/cli/names.h"
#include "model/object.h"

struct object_table;

/*
 * @extra is the title of one more column at the end, NULL: none. @names is
 * used until the table is freed.
 */
struct object_table *
object_table_new(enum kind kind, const char *extra, struct names *names);
void object_table_free(struct object_table *table); /* NULL is allowed */
void object_table_free_ptr(struct object_table **table);
#define CLEANUP_OBJECT_TABLE CLEANUP(object_table_free_ptr)

/*
 * Add a row. @object must be of the table's kind. @extra is what stands in the
 * additional column, printable; NULL when the table has none.
 */
void object_table_add(struct object_table *table, const struct object *object,
		      const char *extra, enum style extra_style);

/* Print a title line with the kind, the head and the rows. */
void
object_table_print(const struct object_table *table, FILE *out, bool color);

#endif
