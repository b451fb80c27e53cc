/* SPDX-License-Identifier: MIT */
/* html_part.h - what the files of the HTML report share. */
#ifndef REPORTS_HTML_PART_H
#define REPORTS_HTML_PART_H

#include <libxml/xmlwriter.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "reports/block.h"
#include "reports/grid.h"
#include "reports/html.h"
#include "reports/words.h"

/* Trials of one point that came to the same, and are told in one place. */
struct html_case {
	const struct trial *const *trials;
	size_t count;
	const struct site *site; /* NULL: the log does not have it */
	bool told;		 /* it is among those that the page has */
};

struct html_cases {
	struct html_case *items; /* in program order */
	size_t count;
	const struct trial **trials; /* of all of them, one after the other */
	size_t trial_count;
	struct html_case **of; /* of each trial of the log, or NULL */
	size_t left_out;       /* trials that are not told in detail */
};

/* A line of the source, and what there is to tell of it. */
struct html_line {
	const char *file; /* as the log has it */
	int number;
	size_t file_index; /* 0: of the first that the page shows */
	bool shown;	   /* the page has it */
	size_t left;	   /* trials that left an object that it made */
	size_t allowed;	   /* of them, those that may */
	size_t tried;	   /* trials at its points */
	size_t findings;   /* of them, those that show something */
};

struct html_lines {
	struct html_line *items; /* by file in program order, then number */
	size_t count;
};

/* Columns of the matrix stand in groups. */
enum html_group { HTML_MUST_CLEAN, HTML_MAY_LEAK, HTML_ERRORS, HTML_GROUPS };
struct html_columns {
	size_t *order; /* as they are shown, to those of the grid */
	size_t counts[HTML_GROUPS];
};

struct html {
	xmlTextWriterPtr writer;
	bool failed;
	const struct log *log;
	const struct classes *classes;
	struct block_source source; /* of the words, nothing shortened */
	struct grid grid;
	struct html_columns columns;
	struct html_cases cases;
	struct html_lines lines;
};

/*
 * html_write.c: elements. What is written is escaped; @text must be printable
 * already (base/text.h), @bytes may be anything and are made so.
 */
void html_open(struct html *html, const char *tag, const char *class);
void html_close(struct html *html);
void html_attribute(struct html *html, const char *name, const char *text);
void html_attributef(struct html *html, const char *name, const char *format,
		     ...) PRINTF_LIKE(3, 4);
void html_text(struct html *html, const char *text);
void html_textf(struct html *html, const char *format, ...) PRINTF_LIKE(2, 3);
void html_bytes(struct html *html, const char *bytes);
/* An element with a text in it, and nothing else. */
void html_put(struct html *html, const char *tag, const char *class,
	      const char *text);
void html_putf(struct html *html, const char *tag, const char *class,
	       const char *format, ...) PRINTF_LIKE(4, 5);
/* An element that has no end, as <meta>: html_attribute() follows. */
void html_open_void(struct html *html, const char *tag);
void html_close_void(struct html *html);
/* A newline, for who reads the page's source. */
void html_newline(struct html *html);
/* As it is. */
void html_raw(struct html *html, const char *bytes, size_t length);

/* html_assets.c */
struct html_asset {
	const char *start;
	const char *end;
	const char *hash; /* as a Content-Security-Policy has it */
};
extern const struct html_asset html_style;
extern const struct html_asset html_script;

/* html_words.c: what the text report says, too. */
/* The lines of a block as a <dl>. */
void html_block(struct html *html, const struct block *block);
/* "before shmget src/pool.c:42" */
void html_point(struct html *html, const struct trial *trial);
/* "src/pool.c:42", a link to the line if the page has it. */
void html_source_link(struct html *html, const struct frame *frame);
/* "pool_open() at src/pool.c:42" */
void html_place_link(struct html *html, const struct frame *frame);

/* html_cases.c: which trials are told in detail, and together. */
void html_cases_make(struct html_cases *cases, const struct log *log,
		     const struct classes *classes);
void html_cases_free(struct html_cases *cases);
/* Is it among those that the page has? */
bool html_cases_has(const struct html *html, const struct trial *trial);

/* html_class.c: leak classes, those that gate first. */
void html_classes(struct html *html);
/* "lit", "bad", ...: the class of what a trial came to. */
const char *
html_verdict_class(const struct html *html, const struct trial *trial);
/* What excuses it, NULL: nothing. */
const struct known *
html_known(const struct html *html, const struct trial *trial);

/* html_lanes.c: what is alive at the points of the grid, row by row. */
struct html_lanes *html_lanes_new(const struct log *log);
void html_lanes_free(struct html_lanes *lanes);
/* Go on to @moment; moments must ascend. Has an object come? */
bool html_lanes_step(struct html_lanes *lanes, size_t moment);
bool html_lanes_any(const struct html_lanes *lanes);
/* How many objects have not been drawn so far, for want of a lane. */
size_t html_lanes_undrawn(const struct html_lanes *lanes);
/* The one that came last. */
const struct campaign_object *html_lanes_newest(const struct html_lanes *lanes);
/* A cell of the table. @next: moment of the row below, SIZE_MAX: none. */
void html_lanes_put(struct html *html, struct html_lanes *lanes,
		    const struct grid_row *row, size_t next);
/* The same between two rows. */
void html_lanes_put_between(struct html *html, const struct html_lanes *lanes);

/* html_matrix.c: points and faults. */
void html_columns_make(struct html_columns *columns, const struct grid *grid);
void html_columns_free(struct html_columns *columns);
void html_matrix(struct html *html);
/* html_trial.c: what there is to tell of a trial. */
void html_trials(struct html *html);

/* html_life.c: an object's life beside that of the run without a fault. */
void html_life(struct html *html, const struct html_case *told,
	       const struct leftover *left);
/* The same, and what came after the fault, as a list. */
void html_life_list(struct html *html, const struct html_case *told,
		    const struct leftover *left);

/* html_source.c: lines around the points, with what there is to tell. */
void html_lines_make(struct html_lines *lines, const struct log *log,
		     const struct classes *classes);
void html_lines_free(struct html_lines *lines);
const struct html_line *
html_lines_find(const struct html_lines *lines, const struct frame *frame);
/* Has the page any source at all? */
bool html_lines_any(const struct html_lines *lines);
void html_source(struct html *html);

/* html_run.c: how the campaign was made. */
void html_run(struct html *html);

/* html_data.c: what the script wants to know. */
void html_data(struct html *html);

#endif
