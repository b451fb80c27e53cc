/* SPDX-License-Identifier: MIT */
/* object_table.c - which columns a kind has and what stands in them. */
#include "leakcheck/cli/object_table.h"

#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/table.h"
#include "model/field.h"

/* Append the cell of @object; what is not known was dealt with before. */
typedef void add_cell(struct buf *into, const struct object *object,
		      enum field field, struct names *names);

static void
add_plain(struct buf *into, const struct object *object, enum field field,
	  struct names *names)
{
	(void)names;
	object_add_field(into, object, field);
}

/* As ipcs(1) has it: octal without a zero in front. */
static void
add_mode(struct buf *into, const struct object *object, enum field field,
	 struct names *names)
{
	(void)field;
	(void)names;
	buf_printf(into, "%03o", object->mode);
}

static void
add_owner(struct buf *into, const struct object *object, enum field field,
	  struct names *names)
{
	(void)field;
	buf_add_text(into, names_user(names, object->uid));
}

static void
add_time(struct buf *into, const struct object *object, enum field field,
	 struct names *names)
{
	char text[sizeof("2026-11-23 10:10:45 and a longer year")];
	time_t seconds = object->ctime;
	struct tm parts;

	(void)field;
	(void)names;
	if (seconds && localtime_r(&seconds, &parts) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts))
		buf_add_text(into, text);
	else
		buf_add_text(into, "-");
}

static void
add_creator(struct buf *into, const struct object *object, enum field field,
	    struct names *names)
{
	const char *command;

	(void)field;
	names_process(names, object->cpid, &command);
	buf_add_text(into, command);
}

static void
add_state(struct buf *into, const struct object *object, enum field field,
	  struct names *names)
{
	const char *command;

	(void)field;
	if (object->marked)
		buf_add_text(into, "marked for destruction");
	if (!object_knows(object, FIELD_CPID) ||
	    names_process(names, object->cpid, &command) != LIFE_DEAD)
		return;
	buf_printf(into, "%screator dead", object->marked ? ", " : "");
}

/* All columns in their order; a kind has those whose field it has. */
static const struct column {
	struct table_column column;
	enum field field;
	add_cell *add;
} columns[] = {
	{{"KEY", TABLE_LEFT}, FIELD_KEY, add_plain},
	{{"ID", TABLE_RIGHT}, FIELD_ID, add_plain},
	{{"PERMS", TABLE_RIGHT}, FIELD_MODE, add_mode},
	{{"OWNER", TABLE_LEFT}, FIELD_UID, add_owner},
	{{"BYTES", TABLE_RIGHT}, FIELD_BYTES, add_plain},
	{{"NATTCH", TABLE_RIGHT}, FIELD_NATTCH, add_plain},
	{{"MESSAGES", TABLE_RIGHT}, FIELD_MESSAGES, add_plain},
	{{"NSEMS", TABLE_RIGHT}, FIELD_NSEMS, add_plain},
	{{"CTIME", TABLE_LEFT}, FIELD_CTIME, add_time},
	{{"CPID", TABLE_RIGHT}, FIELD_CPID, add_plain},
	{{"LPID", TABLE_RIGHT}, FIELD_LPID, add_plain},
	{{"LSPID", TABLE_RIGHT}, FIELD_LSPID, add_plain},
	{{"LRPID", TABLE_RIGHT}, FIELD_LRPID, add_plain},
	{{"CREATOR", TABLE_LEFT}, FIELD_CPID, add_creator},
	{{"STATE", TABLE_LEFT}, FIELD_MARKED, add_state},
	{{"PATH", TABLE_LEFT}, FIELD_PATH, add_plain},
};

struct object_table {
	enum kind kind;
	bool has_extra;
	struct names *names;
	struct table *table;
	size_t count;
	struct table_column columns[ARRAY_LEN(columns) + 1];
};

static bool
has_column(enum kind kind, const struct column *column)
{
	return field_rows[column->field].kinds & KIND_BIT(kind);
}

struct object_table *
object_table_new(enum kind kind, const char *extra, struct names *names)
{
	struct object_table *table = mem_zalloc(sizeof(*table));
	size_t count = 0;

	table->kind = kind;
	table->names = names;
	table->has_extra = extra;
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (has_column(kind, &columns[i]))
			table->columns[count++] = columns[i].column;
	if (extra)
		table->columns[count++] =
			(struct table_column) {extra, TABLE_LEFT};
	table->table = table_new(table->columns, count);
	return table;
}

void
object_table_free(struct object_table *table)
{
	if (!table)
		return;
	table_free(table->table);
	free(table);
}

void
object_table_free_ptr(struct object_table **table)
{
	object_table_free(*table);
	*table = NULL;
}

void
object_table_add(struct object_table *table, const struct object *object,
		 const char *extra, enum style extra_style)
{
	CLEANUP_BUF struct buf text = {0};

	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		const struct column *column = &columns[i];
		bool is_state = column->add == add_state;

		if (!has_column(table->kind, column))
			continue;
		buf_clear(&text);
		if (is_state || object_knows(object, column->field))
			column->add(&text, object, column->field, table->names);
		else
			buf_add_text(&text, "-");
		table_add(table->table, is_state ? STYLE_WARN : STYLE_PLAIN,
			  buf_text(&text));
	}
	if (table->has_extra)
		table_add(table->table, extra_style, extra);
	table->count++;
}

void
object_table_print(const struct object_table *table, FILE *out, bool color)
{
	fprintf(out, "%s%s%s (%zu)\n", style_on(color, STYLE_HEAD),
		kind_title(table->kind), style_off(color, STYLE_HEAD),
		table->count);
	table_print(table->table, out, 0, color);
}
