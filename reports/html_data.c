/* SPDX-License-Identifier: MIT */
/*
 * html_data.c - what the script wants to know and the table does not say: a
 * block of JSON that a browser does not run.
 *
 *	{"rerun":"ipcrash rerun ","columns":["exit","SIGINT"],
 *	 "sites":[["src/a.c:f:shmget:1","sysv-shm","src/a.c:42"]],
 *	 "rows":[[0,"before"],[0,"return"]],
 *	 "letters":{"L":"leaked"},"classes":{"9f2b6c0d":[1]}}
 *
 * The short name of a trial follows from site, phase and fault (LOG_FORMAT.md);
 * 20,000 of them need not be here.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reports/html_part.h"

static json_t *
json_bytes(const char *bytes)
{
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, bytes, strlen(bytes));
	return json_string(buf_text(&text));
}

static json_t *
columns_to_json(const struct html *html)
{
	json_t *columns = json_array();

	for (size_t i = 0; i < html->grid.column_count; i++) {
		const struct trial *trial =
			html->grid.columns[html->columns.order[i]];
		CLEANUP_BUF struct buf name = {0};

		fault_format(&trial->fault, &name);
		json_array_append_new(columns, json_string(buf_text(&name)));
	}
	return columns;
}

static json_t *
sites_to_json(const struct log *log)
{
	json_t *sites = json_array();

	for (size_t i = 0; i < log->site_count; i++) {
		const struct site *site = &log->sites[i];
		json_t *entry = json_array();
		CLEANUP_BUF struct buf source = {0};

		json_array_append_new(entry, json_bytes(site->id));
		json_array_append_new(
			entry, json_string(site->kind < KIND_COUNT
						   ? kind_name(site->kind)
						   : ""));
		words_add_source(&source, site_place(site));
		json_array_append_new(entry, json_string(buf_text(&source)));
		json_array_append_new(sites, entry);
	}
	return sites;
}

static json_t *
rows_to_json(const struct html *html)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < html->grid.row_count; i++) {
		const struct grid_cell *cell = html->grid.rows[i].cells;

		json_array_append_new(
			rows,
			json_pack("[I,s]",
				  (json_int_t)(cell->site - html->log->sites),
				  phase_name(cell->trial->phase)));
	}
	return rows;
}

/* Also those that are allowed. */
static json_t *
letters_to_json(const struct html *html)
{
	json_t *letters = json_object();

	for (size_t i = 0; i < html->log->trial_count; i++) {
		const struct trial_outcome *outcome =
			&html->classes->outcomes[i];
		const struct trial *trial = outcome->trial;
		const char letter[] = {grid_letter(trial, outcome->known),
				       '\0'};

		if (!json_object_get(letters, letter))
			json_object_set_new(
				letters, letter,
				json_string(verdict_name(trial->verdict)));
	}
	return letters;
}

/* Rows in which a trial shows it: both lists are in program order. */
static json_t *
rows_of_class(const struct html *html, const struct leak_class *class)
{
	json_t *rows = json_array();
	size_t next = 0;

	for (size_t i = 0; i < html->grid.row_count; i++) {
		const struct grid_row *row = &html->grid.rows[i];
		bool shows = false;

		for (size_t j = 0; j < row->count; j++) {
			size_t index = row->cells[j].index;

			while (next < class->trial_count &&
			       log_index_of(html->log, class->trials[next]) <
				       index)
				next++;
			shows |= next < class->trial_count &&
				 log_index_of(html->log, class->trials[next]) ==
					 index;
		}
		if (shows)
			json_array_append_new(rows,
					      json_integer((json_int_t)i));
	}
	return rows;
}

static json_t *
classes_to_json(const struct html *html)
{
	json_t *classes = json_object();

	for (size_t i = 0; i < html->classes->count; i++) {
		const struct leak_class *class = &html->classes->items[i];

		json_object_set_new(classes, class->id,
				    rows_of_class(html, class));
	}
	return classes;
}

/* No "</script>" and no "<!--" can be in it: '<' is only in strings. */
static void
put_json(struct html *html, const char *text)
{
	CLEANUP_BUF struct buf safe = {0};

	for (; *text; text++)
		if (*text == '<')
			buf_add_text(&safe, "\\u003c");
		else
			buf_add(&safe, text, 1);
	html_raw(html, buf_text(&safe), safe.length);
}

void
html_data(struct html *html)
{
	json_t *data = json_object();
	CLEANUP_BUF struct buf rerun = {0};
	char *text;

	words_add_rerun(&rerun, html->source.folder);
	json_object_set_new(data, "rerun", json_string(buf_text(&rerun)));
	json_object_set_new(data, "columns", columns_to_json(html));
	json_object_set_new(data, "letters", letters_to_json(html));
	json_object_set_new(data, "sites", sites_to_json(html->log));
	json_object_set_new(data, "rows", rows_to_json(html));
	json_object_set_new(data, "classes", classes_to_json(html));
	text = json_dumps(data, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(data);
	html_open(html, "script", NULL);
	html_attribute(html, "type", "application/json");
	html_attribute(html, "id", "d");
	if (text)
		put_json(html, text);
	else
		html->failed = true;
	html_close(html);
	html_newline(html);
	free(text);
}
