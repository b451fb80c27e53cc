/* SPDX-License-Identifier: MIT */
/*
 * html_source.c - the lines of the source where points are, and some around
 * them: how many trials left what a line makes, and what trials at it came to.
 *
 * Never a whole file: the log may name any, and a page travels further than a
 * log. What cannot be read, or is no regular file, is not shown.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "reports/html_part.h"

enum { AROUND = 4, FILES_MAX = 40, LINE_MAX_BYTES = 200, TAB = 8, COLUMNS = 4 };

static size_t
find_file(const struct html_lines *lines, const char *file)
{
	size_t files = 0;

	for (size_t i = 0; i < lines->count; i++) {
		if (strcmp(lines->items[i].file, file) == 0)
			return lines->items[i].file_index;
		if (lines->items[i].file_index >= files)
			files = lines->items[i].file_index + 1;
	}
	return files;
}

/* lines->count: there is none. */
static size_t
index_of(const struct html_lines *lines, const struct frame *frame)
{
	size_t i = 0;

	if (!frame->file || frame->line <= 0)
		return lines->count;
	while (i < lines->count &&
	       (lines->items[i].number != frame->line ||
		strcmp(lines->items[i].file, frame->file) != 0))
		i++;
	return i;
}

static void
add_line(struct html_lines *lines, const struct frame *frame)
{
	size_t index;

	if (!frame->file || frame->line <= 0 ||
	    index_of(lines, frame) < lines->count)
		return;
	index = find_file(lines, frame->file);
	lines->items =
		mem_grow(lines->items, lines->count + 1, sizeof(*lines->items));
	lines->items[lines->count++] = (struct html_line) {
		.file = frame->file,
		.number = frame->line,
		.file_index = index,
	};
}

static struct html_line *
line_of(struct html_lines *lines, const struct log *log, const char *site)
{
	const struct site *found = site ? log_site(log, site) : NULL;
	size_t index =
		found ? index_of(lines, site_place(found)) : lines->count;

	return index < lines->count ? &lines->items[index] : NULL;
}

static void
count_trial(struct html_lines *lines, const struct log *log,
	    const struct trial_outcome *outcome)
{
	const struct trial *trial = outcome->trial;
	enum verdict_weight weight = verdict_weight(trial->verdict);
	struct html_line *line = line_of(lines, log, trial->site);

	if (line) {
		line->tried++;
		line->findings +=
			weight == WEIGHT_FINDING || weight == WEIGHT_NOTE;
	}
	for (size_t i = 0; i < trial->left_count; i++) {
		if (trial->left[i].expected)
			continue;
		line = line_of(lines, log, trial->left[i].created_at);
		if (!line)
			continue;
		line->left++;
		line->allowed += !trial_gates(trial, true) || outcome->known;
	}
}

static int
compare_lines(const void *left, const void *right)
{
	const struct html_line *a = left;
	const struct html_line *b = right;

	if (a->file_index != b->file_index)
		return a->file_index < b->file_index ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* Mark what will be shown: links go only there. */
static void
find_shown(struct html_lines *lines, const struct log *log)
{
	bool can_read = false;

	for (size_t i = 0; i < lines->count; i++) {
		struct html_line *line = &lines->items[i];

		if (i == 0 || line->file_index != line[-1].file_index) {
			FILE *in = line->file_index < FILES_MAX
					   ? words_open_source(log, line->file)
					   : NULL;

			can_read = in;
			if (in)
				fclose(in);
		}
		line->shown = can_read;
	}
}

void
html_lines_make(struct html_lines *lines, const struct log *log,
		const struct classes *classes)
{
	*lines = (struct html_lines) {0};
	for (size_t i = 0; i < log->site_count; i++)
		add_line(lines, site_place(&log->sites[i]));
	for (size_t i = 0; i < log->trial_count; i++)
		count_trial(lines, log, &classes->outcomes[i]);
	if (lines->count)
		qsort(lines->items, lines->count, sizeof(*lines->items),
		      compare_lines);
	find_shown(lines, log);
}

void
html_lines_free(struct html_lines *lines)
{
	free(lines->items);
	*lines = (struct html_lines) {0};
}

const struct html_line *
html_lines_find(const struct html_lines *lines, const struct frame *frame)
{
	size_t index = index_of(lines, frame);

	return index < lines->count ? &lines->items[index] : NULL;
}

/* Tabs are blanks here, and a backslash is itself. */
static void
add_code(struct buf *into, const char *line, size_t length)
{
	size_t column = 0;
	bool cut = length > LINE_MAX_BYTES;

	while (length && strchr("\r\n", line[length - 1]))
		length--;
	if (cut)
		length = LINE_MAX_BYTES;
	for (size_t i = 0; i < length;) {
		size_t run = strcspn(line + i, "\t\\");

		if (run > length - i)
			run = length - i;
		if (run) {
			text_add_printable(into, line + i, run);
			column += run;
		} else if (line[i] == '\t') {
			buf_printf(into, "%*s", (int)(TAB - column % TAB), "");
			column += TAB - column % TAB;
		} else {
			buf_add_text(into, "\\");
			column++;
		}
		i += run ? run : 1;
	}
	if (cut)
		buf_add_text(into, " ...");
}

/* "4 left, 3 of 12": what there is to tell of the line. */
static void
put_counts(struct html *html, const struct html_line *line)
{
	html_open(html, "td",
		  line->left > line->allowed ? "bad"
		  : line->left		     ? "warn"
					     : NULL);
	if (line->left)
		html_textf(html, "%zu", line->left);
	html_close(html);
	html_open(html, "td", line->findings ? "tried some" : "tried");
	if (line->tried)
		html_textf(html, "%zu/%zu", line->findings, line->tried);
	html_close(html);
}

static void
put_code(struct html *html, int number, const struct html_line *line,
	 const char *bytes, size_t length)
{
	CLEANUP_BUF struct buf code = {0};

	add_code(&code, bytes, length);
	html_open(html, "tr", line ? "site" : NULL);
	if (line)
		html_attributef(html, "id", "L%zu-%d", line->file_index,
				number);
	html_open(html, "th", NULL);
	html_attribute(html, "scope", "row");
	html_textf(html, "%d", number);
	html_close(html);
	if (line) {
		put_counts(html, line);
	} else {
		html_put(html, "td", NULL, "");
		html_put(html, "td", NULL, "");
	}
	html_open(html, "td", NULL);
	html_put(html, "code", NULL, buf_text(&code));
	html_close(html);
	html_close(html);
	html_newline(html);
}

static void
put_skip(struct html *html)
{
	html_open(html, "tr", "skip");
	html_open(html, "td", NULL);
	html_attributef(html, "colspan", "%d", COLUMNS);
	html_text(html, "...");
	html_close(html);
	html_close(html);
}

/* @next: the first of @lines behind @number. */
static bool
is_near(const struct html_line *lines, size_t count, size_t next, int number)
{
	return (next > 0 && number <= lines[next - 1].number + AROUND) ||
	       (next < count && number >= lines[next].number - AROUND);
}

/* @lines, @count: those of one file. */
static void
put_lines(struct html *html, const struct html_line *lines, size_t count,
	  FILE *in)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t room = 0;
	size_t next = 0;
	int last = lines[count - 1].number + AROUND;
	int shown = 0;

	for (int number = 1; number <= last; number++) {
		ssize_t length = getline(&bytes, &room, in);
		const struct html_line *line = NULL;

		if (length < 0)
			return;
		if (next < count && lines[next].number == number)
			line = &lines[next++];
		if (!is_near(lines, count, next, number))
			continue;
		if (shown && number > shown + 1)
			put_skip(html);
		put_code(html, number, line, bytes, (size_t)length);
		shown = number;
	}
}

static bool
has_findings(const struct html_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i].findings || lines[i].left)
			return true;
	return false;
}

static void
put_head(struct html *html)
{
	static const char *const titles[COLUMNS] = {"line", "left", "here",
						    "source"};

	html_open(html, "thead", NULL);
	html_open(html, "tr", NULL);
	for (int i = 0; i < COLUMNS; i++) {
		html_open(html, "th", NULL);
		html_attribute(html, "scope", "col");
		html_text(html, titles[i]);
		html_close(html);
	}
	html_close(html);
	html_close(html);
	html_newline(html);
}

static void
put_file(struct html *html, const struct html_line *lines, size_t count)
{
	FILE *in = words_open_source(html->log, lines->file);

	if (!in)
		return;
	html_open(html, "details", "file");
	if (has_findings(lines, count))
		html_attribute(html, "open", "");
	html_open(html, "summary", NULL);
	html_open(html, "code", NULL);
	html_bytes(html, lines->file);
	html_close(html);
	html_close(html);
	html_open(html, "table", "source");
	put_head(html);
	html_open(html, "tbody", NULL);
	put_lines(html, lines, count, in);
	html_close(html);
	html_close(html);
	html_close(html);
	html_newline(html);
	fclose(in);
}

bool
html_lines_any(const struct html_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		if (lines->items[i].shown)
			return true;
	return false;
}

void
html_source(struct html *html)
{
	const struct html_lines *lines = &html->lines;
	size_t end;

	if (!html_lines_any(lines))
		return;
	html_open(html, "section", NULL);
	html_attribute(html, "id", "source");
	html_put(html, "h2", NULL, "Source");
	html_put(html, "p", "legend",
		 "left: trials that left what the line makes. here: of the "
		 "trials at its points, those that found something.");
	for (size_t i = 0; i < lines->count; i = end) {
		end = i;
		while (end < lines->count && lines->items[end].file_index ==
						     lines->items[i].file_index)
			end++;
		if (lines->items[i].shown)
			put_file(html, &lines->items[i], end - i);
	}
	html_close(html);
	html_newline(html);
}
