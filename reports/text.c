/* SPDX-License-Identifier: MIT */
/* text.c - the report of a campaign for a reader at a terminal. */
#include "reports/text.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/end.h"
#include "reports/text_part.h"
#include "reports/words.h"

enum { NAMED_MAX = 3 };

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
		else
			text_part_labelled(page, line->label, line->text);
	}
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
	};
}

static void
put_header(const struct page *page)
{
	const struct campaign_record *record = &page->log->campaign;
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, record->tool ? record->tool : "ipcrash",
			   record->tool ? strlen(record->tool) : 7);
	buf_add_text(&text, " ");
	for (size_t i = 0; i < record->target.count; i++) {
		buf_add_text(&text, " ");
		text_add_word(&text, record->target.items[i],
			      strlen(record->target.items[i]));
	}
	fprintf(page->out, "%s  (%s)\n\n", buf_text(&text),
		record->sandboxed ? "in a sandbox" : "on the host");
}

static void
put_note(const struct page *page, const char *format, ...) PRINTF_LIKE(2, 3);

static void
put_note(const struct page *page, const char *format, ...)
{
	CLEANUP_BUF struct buf lines = {0};
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text_add_wrapped(&lines, text, strlen(text), LABEL_WIDTH, PAGE_WIDTH);
	fprintf(page->out, "note:     %s\n", buf_text(&lines));
}

/* What of the program could not be followed. */
static void
put_cautions(const struct page *page)
{
	const struct record_texts *notes = &page->log->campaign.plan.notes;

	for (size_t i = 0; i < notes->count; i++) {
		CLEANUP_BUF struct buf text = {0};

		text_add_printable(&text, notes->items[i],
				   strlen(notes->items[i]));
		put_note(page, "%s", buf_text(&text));
	}
}

/* What the run without faults was like, and what was made of it. */
static void
put_plan_notes(const struct page *page)
{
	const struct campaign_record *record = &page->log->campaign;
	const struct campaign_plan *plan = &record->plan;
	CLEANUP_BUF struct buf text = {0};

	if (record->refused) {
		text_add_printable(&text, record->refused,
				   strlen(record->refused));
		put_note(page, "not in a sandbox but on the host: %s",
			 buf_text(&text));
		buf_clear(&text);
	}
	if (plan->differs) {
		text_add_printable(&text, plan->differs, strlen(plan->differs));
		put_note(page,
			 "two runs without a fault differ, only what both have "
			 "was tried: %s",
			 buf_text(&text));
	}
	put_cautions(page);
	if (page->classes->represented)
		put_note(page,
			 "%" PRId64
			 " trials at points equal to others were not "
			 "made; --equal=0 makes them",
			 page->classes->represented);
	if (plan->in_library)
		put_note(page,
			 "exit was not tried at %" PRId64
			 " points in the middle of a call of the C library, "
			 "whose locks it may wait for",
			 plan->in_library);
	if (plan->left_out)
		put_note(page, "--max-trials left out %" PRId64 " trials",
			 plan->left_out);
}

/* Why the trial says nothing, as far as is known. */
static void
add_reason(struct buf *into, const struct trial *trial)
{
	if (trial->note) {
		buf_add_text(into, " (");
		text_add_printable(into, trial->note, strlen(trial->note));
	} else if (trial->verdict == VERDICT_NOT_REACHED &&
		   trial->status != TRIAL_STATUS_UNKNOWN) {
		buf_add_text(into, " (the program ");
		end_add_text(into, trial->status);
		if (trial->output) {
			buf_add_text(into, "; its last line: ");
			words_add_last_line(into, trial->output);
		}
	} else {
		return;
	}
	buf_add_text(into, ")");
}

/* Trials that say nothing about the target, with the reason of the first. */
static void
put_gap(const struct page *page, enum verdict verdict)
{
	int64_t count = page->classes->verdicts[verdict];
	CLEANUP_BUF struct buf text = {0};
	int named = 0;

	if (count == 0)
		return;
	buf_printf(&text, "%s: ", verdict_name(verdict));
	text_add_count(&text, (size_t)count, "trial");
	buf_printf(&text, " (%s)", verdict_tells(verdict));
	for (size_t i = 0; i < page->log->trial_count; i++) {
		const struct trial *trial = &page->log->trials[i];

		if (trial->verdict != verdict)
			continue;
		if (named++ == NAMED_MAX && !page->settings->verbose) {
			buf_add_text(&text, ", ...");
			break;
		}
		buf_add_text(&text, named > 1 ? ", " : ": ");
		text_add_printable(&text, trial->id, strlen(trial->id));
		if (named == 1)
			add_reason(&text, trial);
	}
	put_note(page, "%s", buf_text(&text));
}

static void
put_gaps(const struct page *page)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (verdict_weight((enum verdict)i) == WEIGHT_GAP)
			put_gap(page, (enum verdict)i);
}

/* Trials that do not come to the same each time. */
static void
put_unsteady(const struct page *page)
{
	CLEANUP_BUF struct buf text = {0};
	int named = 0;

	if (!page->classes->unsteady)
		return;
	text_add_count(&text, page->classes->unsteady, "trial");
	buf_add_text(&text, " came to different verdicts when repeated, and "
			    "the worst counts");
	for (size_t i = 0; i < page->log->trial_count; i++) {
		const struct trial *trial = &page->log->trials[i];
		size_t counts[VERDICT_COUNT];

		if (trial_count_verdicts(trial, counts) < 2)
			continue;
		if (named++ == NAMED_MAX && !page->settings->verbose) {
			buf_add_text(&text, ", ...");
			break;
		}
		buf_add_text(&text, named > 1 ? ", " : ": ");
		text_add_printable(&text, trial->id, strlen(trial->id));
		buf_add_text(&text, " (");
		words_add_runs(&text, trial);
		buf_add_text(&text, ")");
	}
	put_note(page, "%s", buf_text(&text));
}

/* What is to be known of trials that do say something. */
static void
put_trial_notes(const struct page *page)
{
	const struct trial *first = NULL;
	CLEANUP_BUF struct buf text = {0};
	size_t count = 0;

	for (size_t i = 0; i < page->log->trial_count; i++) {
		const struct trial *trial = &page->log->trials[i];

		if (!trial->note ||
		    verdict_weight(trial->verdict) == WEIGHT_GAP)
			continue;
		if (!count++)
			first = trial;
	}
	if (!first)
		return;
	text_add_printable(&text, first->note, strlen(first->note));
	buf_add_text(&text, " (");
	text_add_printable(&text, first->id, strlen(first->id));
	if (count > 1) {
		buf_add_text(&text, " and ");
		text_add_count(&text, count - 1, "other trial");
	}
	buf_add_text(&text, ")");
	put_note(page, "%s", buf_text(&text));
}

static void
put_progress_note(const struct page *page)
{
	const struct log *log = page->log;
	int64_t planned = log_planned_runs(log);
	size_t made = log_run_count(log);

	if ((int64_t)made < planned)
		put_note(page,
			 "%zu of %" PRId64 " %s were made; ipcrash run "
			 "--resume makes the rest",
			 made, planned,
			 log->campaign.options.repeat > 1
				 ? "repetitions of trials"
				 : "trials");
	if (log->torn_bytes)
		put_note(page,
			 "the last record of the log is cut off (%" PRId64
			 " bytes), it was passed over",
			 log->torn_bytes);
}

static void
add_verdicts(struct buf *into, const struct classes *classes)
{
	const char *comma = "";

	for (int i = 0; i < VERDICT_COUNT; i++) {
		if (!classes->verdicts[i])
			continue;
		buf_printf(into, "%s%" PRId64 " %s", comma,
			   classes->verdicts[i], verdict_name((enum verdict)i));
		if (classes->allowed[i])
			buf_printf(into, " (%" PRId64 " allowed)",
				   classes->allowed[i]);
		comma = ", ";
	}
}

/* ": 2 findings, 1 warning" */
static void
add_class_counts(struct buf *into, const struct classes *classes)
{
	size_t warnings = classes->count - classes->gating;

	if (classes->gating) {
		buf_add_text(into, ": ");
		text_add_count(into, classes->gating, "finding");
	}
	if (warnings) {
		buf_add_text(into, classes->gating ? ", " : ": ");
		text_add_count(into, warnings, "warning");
	}
}

static void
put_summary(const struct page *page)
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
	text_add_count(&text, log->trial_count, "trial");
	buf_add_text(&text, " at ");
	text_add_count(&text, log->site_count, "site");
	buf_add_text(&text, log->trial_count ? ": " : "");
	add_verdicts(&text, page->classes);
	fprintf(page->out, "------------\n");
	text_part_labelled(page, "Summary", buf_text(&text));
	buf_clear(&text);
	buf_printf(&text, "%s%s%s", style_on(color, gates[gate].style),
		   gates[gate].word, style_off(color, gates[gate].style));
	add_class_counts(&text, page->classes);
	text_part_labelled(page, "Gate", buf_text(&text));
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

void
text_report(const struct log *log, const struct classes *classes,
	    const struct text_settings *settings, FILE *out)
{
	const struct page page = page_of(log, classes, settings, out);

	if (settings->header)
		put_header(&page);
	text_part_classes(&page);
	text_part_matrix(&page);
	put_plan_notes(&page);
	put_gaps(&page);
	put_unsteady(&page);
	put_trial_notes(&page);
	put_progress_note(&page);
	put_summary(&page);
	put_places(&page);
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

static const char for_servers[] =
	"a server is told when to end: --stop=SIGTERM; for one that is never "
	"idle see EXAMPLES in ipcrash(1)";
static const char for_others[] =
	"what fails or leaks without a fault says nothing with one; mend that "
	"first, or go on with --allow-leaky-baseline, when only what is new "
	"counts";

static void
add_hung(struct buf *into, const char *stop)
{
	buf_add_text(into, "did not end in time");
	if (stop)
		buf_printf(into, ", though it got %s when it was idle,", stop);
	buf_add_text(into, " and was killed (--timeout waits longer)");
}

void
text_golden(const struct log *log, const struct trial *end, bool hung,
	    const struct text_settings *settings, FILE *out)
{
	const struct page page = page_of(log, NULL, settings, out);
	const struct record_texts *notes = &log->campaign.plan.notes;
	CLEANUP_BLOCK struct block block = {.source = &page.source};
	CLEANUP_BUF struct buf text = {0};

	fprintf(out, "%sBAD%s  the run without a fault\n",
		style_on(settings->color, STYLE_BAD),
		style_off(settings->color, STYLE_BAD));
	buf_add_text(&text, "the program ");
	if (hung)
		add_hung(&text, log->campaign.options.stop);
	else
		end_add_text(&text, end->status);
	block_add(&block, "end:", buf_text(&text));
	block_add_leftovers(&block, end);
	block_add_survivors(&block, end);
	block_add_output(&block, end);
	for (size_t i = 0; i < notes->count; i++)
		block_add(&block, "note:", notes->items[i]);
	block_add(&block, "remedy:", hung ? for_servers : for_others);
	text_part_block(&page, &block);
}
