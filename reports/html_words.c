/* SPDX-License-Identifier: MIT */
/* html_words.c - what the text report says, too, with links. */
#include <string.h>

#include "reports/html_part.h"

static bool
is_command(const char *label)
{
	return strcmp(label, "rerun:") == 0 || strcmp(label, "debug:") == 0;
}

static void
put_text(struct html *html, const struct block_line *line)
{
	if (line->quoted) {
		html_putf(html, "b", "nr", "%d", line->quoted);
		html_text(html, " ");
	}
	if (line->quoted || is_command(line->label))
		html_put(html, "code", line->quoted ? "quote" : "cmd",
			 line->text);
	else
		html_text(html, line->text);
}

/* "after:" is "after" here: the style puts it apart. */
static void
put_label(struct html *html, const char *label)
{
	size_t length = strcspn(label, ":");

	html_putf(html, "dt", NULL, "%.*s", (int)length, label);
}

void
html_block(struct html *html, const struct block *block)
{
	html_open(html, "dl", NULL);
	for (size_t i = 0; i < block->count; i++) {
		const struct block_line *line = &block->lines[i];

		if (i == 0 || *line->label)
			put_label(html, *line->label ? line->label : "line:");
		html_open(html, "dd", NULL);
		put_text(html, line);
		html_close(html);
	}
	html_close(html);
	html_newline(html);
}

void
html_source_link(struct html *html, const struct frame *frame)
{
	const struct html_line *line = html_lines_find(&html->lines, frame);
	CLEANUP_BUF struct buf text = {0};

	words_add_source(&text, frame);
	if (!line || !line->shown) {
		html_put(html, "code", NULL, buf_text(&text));
		return;
	}
	html_open(html, "a", "src");
	html_attributef(html, "href", "#L%zu-%d", line->file_index,
			line->number);
	html_text(html, buf_text(&text));
	html_close(html);
}

void
html_place_link(struct html *html, const struct frame *frame)
{
	if (frame->function && frame->file) {
		html_open(html, "code", NULL);
		html_bytes(html, frame->function);
		html_text(html, "()");
		html_close(html);
		html_text(html, " at ");
	}
	html_source_link(html, frame);
}

void
html_point(struct html *html, const struct trial *trial)
{
	const struct site *site = log_site(html->log, trial->site);

	html_text(html,
		  trial->phase == PHASE_BEFORE ? "before " : "return of ");
	if (!site) {
		html_bytes(html, trial->site);
		return;
	}
	html_open(html, "code", NULL);
	html_bytes(html, site->operation);
	html_close(html);
	html_text(html, " ");
	html_source_link(html, site_place(site));
}
