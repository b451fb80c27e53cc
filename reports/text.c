/* SPDX-License-Identifier: MIT */
/* text.c - the report of a campaign for a reader at a terminal. */
#include "reports/text.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/end.h"
#include "reports/notes.h"
#include "reports/reporter.h"
#include "reports/text_part.h"
#include "reports/words.h"

/* Of them, where something fails: that matters more. */
enum { NOTE_LINES = 14 };

void
text_part_labelled(const struct page *page, const char *label, const char *text)
{
	CLEANUP_BUF struct buf line = {0};

	text_add_wrapped(&line, text, strlen(text), LABEL_WIDTH, PAGE_WIDTH);
	fprintf(page->out, "  %-*s%s\n", LABEL_WIDTH - 2, label,
		buf_text(&line));
}

void
text_part_block(const struct page *page, const struct block *block)
{
	for (size_t i = 0; i < block->count; i++) {
		const struct block_line *line = &block->lines[i];

		if (line->quoted)
			fprintf(page->out, "%6d | %s\n", line->quoted,
				line->text);
		else if (line->whole)
			fprintf(page->out, "  %-*s%s\n", LABEL_WIDTH - 2,
				line->label, line->text);
		else
			text_part_labelled(page, line->label, line->text);
	}
}

struct page
text_part_begin(const struct page *page, struct piece *piece)
{
	struct page part = *page;

	*piece = (struct piece) {0};
	part.out = mem_stream(&piece->text, &piece->size);
	return part;
}

void
text_part_end(struct page *page, struct piece *piece)
{
	fclose(page->out);
	page->out = NULL;
	for (size_t i = 0; i < piece->size; i++)
		piece->lines += piece->text[i] == '\n';
}

void
text_part_free(struct piece *piece)
{
	free(piece->text);
	*piece = (struct piece) {0};
}

void
text_part_show(struct page *page, const struct piece *piece)
{
	fwrite(piece->text, 1, piece->size, page->out);
	page->room -= piece->lines < page->room ? piece->lines : page->room;
}

bool
text_part_fit(struct page *page, const struct piece *piece, bool first,
	      size_t rest)
{
	if (!first &&
	    (piece->lines > page->room || rest > page->room - piece->lines))
		return false;
	text_part_show(page, piece);
	return true;
}

void
text_part_more(const struct page *page, size_t count, const char *more)
{
	if (count)
		fprintf(page->out, "%*sand %zu %s; -v shows all\n", LABEL_WIDTH,
			"", count, more);
}

static struct page
page_of(const struct log *log, const struct classes *classes,
	const struct text_settings *settings, FILE *out)
{
	return (struct page) {
		.out = out,
		.log = log,
		.classes = classes,
		.settings = settings,
		.source = {.log = log,
			   .classes = classes,
			   .folder = settings->folder,
			   .whole = settings->verbose},
		.room = settings->verbose ? SIZE_MAX : PAGE_LINES,
	};
}

static void
put_header(struct page *page)
{
	const struct campaign_record *record = &page->log->campaign;
	CLEANUP_BUF struct buf text = {0};

	if (!page->settings->header)
		return;
	words_add_name(&text, record->tool ? record->tool : "ipcrash");
	buf_add_text(&text, "  ");
	words_add_command(&text, &record->target);
	fprintf(page->out, "%s  (%s)\n\n", buf_text(&text),
		record->sandboxed ? "in a sandbox" : "on the host");
}

static void
put_note(const struct page *page, const char *note)
{
	CLEANUP_BUF struct buf lines = {0};

	text_add_wrapped(&lines, note, strlen(note), LABEL_WIDTH, PAGE_WIDTH);
	fprintf(page->out, "note:     %s\n", buf_text(&lines));
}

static bool
try_note(struct page *page, const char *note, bool first, size_t rest)
{
	CLEANUP_PIECE struct piece piece = {0};
	struct page part = text_part_begin(page, &piece);

	put_note(&part, note);
	text_part_end(&part, &piece);
	return text_part_fit(page, &piece, first, rest);
}

static void
put_notes(struct page *page)
{
	CLEANUP_BLOCK struct block notes = {.source = &page->source};
	size_t shown = 0;

	if (page->classes->gating && !page->settings->verbose)
		page->room = NOTE_LINES;
	notes_add(&notes);
	if (!notes.count)
		return;
	while (shown < notes.count &&
	       try_note(page, notes.lines[shown].text, shown == 0,
			shown + 1 < notes.count ? 2 : 1))
		shown++;
	text_part_more(page, notes.count - shown, "more");
	fputc('\n', page->out);
}

/* ": 2 findings, 1 warning, 5 suppressed" */
static void
add_class_counts(struct buf *into, const struct classes *classes)
{
	const struct {
		size_t count;
		const char *one, *more;
	} counts[] = {
		{classes->gating, "finding", "findings"},
		{classes->idle, "idle suppression", "idle suppressions"},
		{classes_warnings(classes), "warning", "warnings"},
		{classes->known[KNOWN_SUPPRESSED], "suppressed", "suppressed"},
		{classes->known[KNOWN_BASELINE], "in the baseline",
		 "in the baseline"},
	};
	const char *before = ": ";

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		if (!counts[i].count)
			continue;
		buf_printf(into, "%s%zu %s", before, counts[i].count,
			   counts[i].count == 1 ? counts[i].one
						: counts[i].more);
		before = ", ";
	}
}

static void
put_places(const struct page *page)
{
	const char *folder = page->settings->folder;
	CLEANUP_BUF struct buf text = {0};

	if (!page->settings->log)
		return;
	text_add_printable(&text, page->settings->log,
			   strlen(page->settings->log));
	buf_add_text(&text, " (ipcrash report");
	if (folder) {
		buf_add_text(&text, " ");
		text_add_word(&text, folder, strlen(folder));
	}
	buf_add_text(&text, " shows this again, -v all of it, --matrix each "
			    "point)");
	text_part_labelled(page, "Log", buf_text(&text));
}

static void
put_summary(struct page *page)
{
	static const struct {
		enum style style;
		const char *word;
	} gates[] = {
		[GATE_PASSED] = {STYLE_GOOD, "PASSED"},
		[GATE_FAILED] = {STYLE_BAD, "FAILED"},
		[GATE_INCOMPLETE] = {STYLE_WARN, "INCOMPLETE"},
	};
	const struct log *log = page->log;
	enum gate gate = classes_gate(page->classes, log);
	bool color = page->settings->color;
	CLEANUP_BUF struct buf text = {0};

	if (log->has_summary) {
		const int64_t ms = log->summary.duration_ns / NS_PER_MS;

		buf_printf(&text, "[%.1f s] ", (double)ms / 1000);
	}
	notes_add_summary(&text, log, page->classes);
	fprintf(page->out, "------------\n");
	text_part_labelled(page, "Summary", buf_text(&text));
	buf_clear(&text);
	buf_printf(&text, "%s%s%s", style_on(color, gates[gate].style),
		   gates[gate].word, style_off(color, gates[gate].style));
	add_class_counts(&text, page->classes);
	text_part_labelled(page, "Gate", buf_text(&text));
	put_places(page);
}

/*
 * In the order in which they get their room; and the place of each on the page,
 * where what failed and how to redo it comes last, for that is what is seen.
 */
enum { PLACES = 6 };
static const struct {
	text_part *put;
	int place;
} parts[PLACES] = {
	{put_header, 0},	 {put_summary, 5},	  {put_notes, 3},
	{text_part_failures, 4}, {text_part_warnings, 2}, {text_part_matrix, 1},
};

void
text_report(const struct log *log, const struct classes *classes,
	    const struct text_settings *settings, FILE *out)
{
	struct page page = page_of(log, classes, settings, out);
	struct piece pieces[PLACES];
	size_t room = page.room;

	for (size_t i = 0; i < PLACES; i++) {
		struct piece *piece = &pieces[parts[i].place];
		struct page part = text_part_begin(&page, piece);

		part.room = room;
		parts[i].put(&part);
		text_part_end(&part, piece);
		room -= piece->lines < room ? piece->lines : room;
	}
	for (size_t i = 0; i < PLACES; i++) {
		text_part_show(&page, &pieces[i]);
		text_part_free(&pieces[i]);
	}
}

void
text_trial(const struct log *log, const struct trial *trial,
	   const struct text_settings *settings, FILE *out)
{
	const struct page page = page_of(log, NULL, settings, out);
	CLEANUP_BLOCK struct block block = {.source = &page.source};
	CLEANUP_BUF struct buf text = {0};

	buf_printf(&text, "%s  ", verdict_name(trial->verdict));
	text_add_printable(&text, trial->id, strlen(trial->id));
	fprintf(out, "%s (%s)\n", buf_text(&text),
		verdict_tells(trial->verdict));
	block_add_trial(&block, trial);
	text_part_block(&page, &block);
}

void
text_golden(const struct log *log, const struct trial *end, bool hung,
	    const struct text_settings *settings, FILE *out)
{
	const struct page page = page_of(log, NULL, settings, out);
	CLEANUP_BLOCK struct block block = {.source = &page.source};

	fprintf(out, "%sBAD%s  the run without a fault\n",
		style_on(settings->color, STYLE_BAD),
		style_off(settings->color, STYLE_BAD));
	block_add_golden(&block, end, hung);
	text_part_block(&page, &block);
}

/* Why there is no log. */
static void
put_results(const struct results *results, FILE *out)
{
	CLEANUP_BUF struct buf text = {0};

	results_add_block(&text, &results->notes, "  ");
	fprintf(out, "%s  %s\n\n%s\n%s", results->tool, results->command,
		results->summary, buf_text(&text));
}

int
report_text(const struct report *report, FILE *out, struct err *err)
{
	const struct block_source *source = report->source;
	const struct text_settings settings = {
		.verbose = source && source->whole,
		.header = true,
		.folder = source ? source->folder : NULL,
	};

	(void)err;
	if (!source) {
		put_results(report->results, out);
		return 0;
	}
	text_report(source->log, source->classes, &settings, out);
	return 0;
}
