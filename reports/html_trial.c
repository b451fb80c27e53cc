/* SPDX-License-Identifier: MIT */
/*
 * html_trial.c - what there is to tell of a trial, and of those of its point
 * that came to the same: each of them has its anchor here, #t-7f3a9c12.
 */
#include <string.h>

#include "base/text.h"
#include "model/end.h"
#include "reports/html_part.h"

enum { DRAWN_MAX = 3, ATTEMPTS_MAX = 12 };

/* "src/pool.c:42  pool_open() in libpool.so.1" */
static void
put_frame(struct html *html, const struct frame *frame)
{
	html_open(html, "li", NULL);
	html_place_link(html, frame);
	if (frame->module && frame->file) {
		const char *slash = strrchr(frame->module, '/');

		html_open(html, "small", NULL);
		html_text(html, " ");
		html_bytes(html, slash ? slash + 1 : frame->module);
		html_close(html);
	}
	html_close(html);
}

static void
put_stack(struct html *html, const char *title, const struct site *site)
{
	if (!site || !site->frame_count)
		return;
	html_put(html, "h4", NULL, title);
	html_open(html, "ol", "stack");
	for (size_t i = 0; i < site->frame_count; i++)
		put_frame(html, &site->frames[i]);
	html_close(html);
	html_newline(html);
}

static void
put_summary(struct html *html, const struct html_case *told)
{
	const struct trial *trial = told->trials[0];
	CLEANUP_BUF struct buf text = {0};

	html_open(html, "summary", NULL);
	html_putf(html, "b", html_verdict_class(html, trial), "%c",
		  grid_letter(trial, html_known(html, trial)));
	for (size_t i = 0; i < told->count; i++) {
		buf_add_text(&text, " ");
		fault_format(&told->trials[i]->fault, &text);
	}
	html_put(html, "span", "f", buf_text(&text));
	buf_clear(&text);
	words_add_point(&text, html->log, trial);
	html_textf(html, " %s", buf_text(&text));
	html_putf(html, "span", "v", " %s", verdict_name(trial->verdict));
	if (html_known(html, trial))
		html_putf(html, "span", "v", ", %s",
			  known_by_name(html_known(html, trial)->by));
	else if (trial->policy != POLICY_MUST_CLEAN)
		html_put(html, "span", "v", ", allowed");
	html_close(html);
}

static void
put_lives(struct html *html, const struct html_case *told)
{
	const struct trial *trial = told->trials[0];
	size_t drawn = 0;

	for (size_t i = 0; i < trial->left_count && drawn < DRAWN_MAX; i++) {
		if (trial->left[i].expected)
			continue;
		html_life(html, told, &trial->left[i]);
		html_life_list(html, told, &trial->left[i]);
		drawn++;
	}
	if (!drawn)
		html_life_list(html, told, NULL);
}

/* Of the first that is left: where it was made, by whom that was called. */
static void
put_stacks(struct html *html, const struct html_case *told)
{
	const struct leftover *left = trial_first_left(told->trials[0]);
	const struct site *made =
		left && left->created_at ? log_site(html->log, left->created_at)
					 : NULL;

	put_stack(html, "Stack where it was made", made);
	if (made != told->site)
		put_stack(html, "Stack where the fault came", told->site);
}

static void
put_words(struct html *html, const struct html_case *told)
{
	const struct trial *trial = told->trials[0];
	CLEANUP_BLOCK struct block block = {.source = &html->source};
	CLEANUP_BUF struct buf text = {0};

	block_add(&block, "verdict:", verdict_tells(trial->verdict));
	if (trial->verdict == VERDICT_WINDOW) {
		text_add_count(&text, trial->window_instructions,
			       "instruction");
		if (trial->window_closes.file || trial->window_closes.module) {
			buf_add_text(&text, ", until ");
			words_add_source(&text, &trial->window_closes);
		}
		block_add(&block, "window:", buf_text(&text));
		buf_clear(&text);
	}
	if (trial->window_unknown)
		block_add(&block, "window:",
			  "whether it leaks for some instructions only could "
			  "not be found out");
	block_add_why(&text, trial, trial_first_left(trial));
	block_add(&block, "why:", buf_text(&text));
	if (trial->represents > 1) {
		buf_clear(&text);
		buf_printf(&text, "it stands for %u equal points",
			   trial->represents);
		block_add(&block, "equal:", buf_text(&text));
	}
	if (html_known(html, trial)) {
		buf_clear(&text);
		known_add_text(&text, html_known(html, trial));
		block_add(&block, "known:", buf_text(&text));
	}
	block_add_leftovers(&block, trial);
	block_add_survivors(&block, trial);
	block_add_remarks(&block, trial);
	html_block(html, &block);
}

static void
put_output(struct html *html, const struct trial *trial)
{
	const char *line = trial->output;
	CLEANUP_BUF struct buf text = {0};

	if (!line)
		return;
	while (*line) {
		size_t length = strcspn(line, "\n");

		text_add_printable(&text, line, length);
		buf_add_text(&text, "\n");
		line += length + (line[length] == '\n');
	}
	html_put(html, "h4", NULL, "End of its output");
	html_put(html, "pre", "output", buf_text(&text));
}

static void
put_command(struct html *html, const struct trial *trial, const char *option)
{
	CLEANUP_BUF struct buf text = {0};

	words_add_rerun(&text, html->source.folder);
	buf_printf(&text, "%s%s", option, trial->short_id);
	html_text(html, " ");
	html_put(html, "code", "cmd", buf_text(&text));
}

/* Each with its anchor and its commands. */
static void
put_trials(struct html *html, const struct html_case *told)
{
	html_put(html, "h4", NULL, "Once more");
	html_open(html, "ul", "again");
	for (size_t i = 0; i < told->count; i++) {
		const struct trial *trial = told->trials[i];
		CLEANUP_BUF struct buf name = {0};

		fault_format(&trial->fault, &name);
		html_open(html, "li", NULL);
		html_attributef(html, "id", "t-%s", trial->short_id);
		html_put(html, "b", NULL, buf_text(&name));
		put_command(html, trial, "");
		put_command(html, trial, "--gdb ");
		html_close(html);
	}
	html_close(html);
}

static void
put_case(struct html *html, const struct html_case *told)
{
	html_open(html, "details", "trial");
	put_summary(html, told);
	html_open(html, "div", "body");
	put_lives(html, told);
	put_words(html, told);
	put_stacks(html, told);
	put_output(html, told->trials[0]);
	put_trials(html, told);
	html_close(html);
	html_close(html);
	html_newline(html);
}

void
html_trials(struct html *html)
{
	const struct html_cases *cases = &html->cases;
	CLEANUP_BUF struct buf text = {0};

	if (!cases->count)
		return;
	html_open(html, "section", NULL);
	html_attribute(html, "id", "trials");
	html_put(html, "h2", NULL, "Trials that are not clean");
	if (cases->left_out) {
		text_add_count(&text, cases->left_out, "trial");
		html_putf(html, "p", "note",
			  "%s more are not told here, to keep the page light: "
			  "those that fail the gate come first. ipcrash rerun "
			  "tells each of them.",
			  buf_text(&text));
	}
	for (size_t i = 0; i < cases->count; i++)
		if (cases->items[i].told)
			put_case(html, &cases->items[i]);
	html_close(html);
	html_newline(html);
}
