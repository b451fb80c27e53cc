/* SPDX-License-Identifier: MIT */
/* notes.c - what a reader must know besides the findings. */
#include "reports/notes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/end.h"
#include "reports/words.h"

enum { NAMED_MAX = 3 };

static void
add_note(struct block *notes, const char *format, ...) PRINTF_LIKE(2, 3);

static void
add_note(struct block *notes, const char *format, ...)
{
	CLEANUP_FREE char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (text)
		block_add(notes, "note:", text);
}

/* "@before 1 trial@after", or 2 trials; none is not worth a note. */
static void
add_count(struct block *notes, const char *before, int64_t count,
	  const char *singular, const char *after)
{
	CLEANUP_BUF struct buf text = {0};

	if (count <= 0)
		return;
	text_add_count(&text, (size_t)count, singular);
	add_note(notes, "%s%s%s", before, buf_text(&text), after);
}

/* What of the program could not be followed. */
static void
add_cautions(struct block *notes)
{
	const struct record_texts *texts =
		&notes->source->log->campaign.plan.notes;

	for (size_t i = 0; i < texts->count; i++) {
		CLEANUP_BUF struct buf text = {0};

		words_add_name(&text, texts->items[i]);
		add_note(notes, "%s", buf_text(&text));
	}
}

/* What the run without faults was like, and what was made of it. */
static void
add_plan_notes(struct block *notes)
{
	const struct campaign_record *record = &notes->source->log->campaign;
	const struct campaign_plan *plan = &record->plan;
	CLEANUP_BUF struct buf text = {0};

	if (record->refused) {
		text_add_printable(&text, record->refused,
				   strlen(record->refused));
		add_note(notes, "not in a sandbox but on the host: %s",
			 buf_text(&text));
		buf_clear(&text);
	}
	if (plan->differs) {
		text_add_printable(&text, plan->differs, strlen(plan->differs));
		add_note(notes,
			 "two runs without a fault differ, only what both have "
			 "was tried: %s",
			 buf_text(&text));
	}
	add_cautions(notes);
	add_count(notes, "--equal=0 makes ",
		  notes->source->classes->represented, "trial",
		  " more, at points equal to others");
	add_count(notes, "exit was not tried at ", plan->in_library, "point",
		  " in the middle of a call of the C library, whose locks it "
		  "may wait for");
	add_count(notes, "--max-trials left out ", plan->left_out, "trial", "");
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
add_gap(struct block *notes, enum verdict verdict)
{
	int64_t count = notes->source->classes->verdicts[verdict];
	CLEANUP_BUF struct buf text = {0};
	int named = 0;

	if (count == 0)
		return;
	buf_printf(&text, "%s: ", verdict_name(verdict));
	text_add_count(&text, (size_t)count, "trial");
	buf_printf(&text, " (%s)", verdict_tells(verdict));
	for (size_t i = 0; i < notes->source->log->trial_count; i++) {
		const struct trial *trial = &notes->source->log->trials[i];

		if (trial->verdict != verdict)
			continue;
		if (named++ == NAMED_MAX && !notes->source->whole) {
			buf_add_text(&text, ", ...");
			break;
		}
		buf_add_text(&text, named > 1 ? ", " : ": ");
		text_add_printable(&text, trial->id, strlen(trial->id));
		if (named == 1)
			add_reason(&text, trial);
	}
	add_note(notes, "%s", buf_text(&text));
}

static void
add_gaps(struct block *notes)
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (verdict_weight((enum verdict)i) == WEIGHT_GAP)
			add_gap(notes, (enum verdict)i);
}

/* " (2 clean, 1 hung)", and add that up. */
static void
add_unsteady_trial(struct buf *into, const struct trial *trial,
		   size_t sums[VERDICT_COUNT])
{
	size_t counts[VERDICT_COUNT];

	trial_count_verdicts(trial, counts);
	for (int i = 0; i < VERDICT_COUNT; i++)
		sums[i] += counts[i];
	text_add_printable(into, trial->id, strlen(trial->id));
	buf_add_text(into, " (");
	words_add_verdicts(into, counts);
	buf_add_text(into, ")");
}

/*
 * Trials that do not come to the same each time. Where some are not named what
 * all came to is: nothing hides behind what is worse.
 */
static void
add_unsteady(struct block *notes)
{
	const struct log *log = notes->source->log;
	const size_t most = notes->source->whole ? SIZE_MAX : NAMED_MAX;
	size_t sums[VERDICT_COUNT] = {0};
	CLEANUP_BUF struct buf named = {0};
	CLEANUP_BUF struct buf text = {0};
	size_t count = 0;

	for (size_t i = 0; i < log->trial_count; i++) {
		size_t counts[VERDICT_COUNT];
		CLEANUP_BUF struct buf one = {0};

		if (trial_count_verdicts(&log->trials[i], counts) < 2)
			continue;
		add_unsteady_trial(&one, &log->trials[i], sums);
		if (count++ < most)
			buf_printf(&named, "%s%s", count > 1 ? ", " : "",
				   buf_text(&one));
	}
	if (!count)
		return;
	text_add_count(&text, count, "trial");
	buf_printf(&text,
		   " came to different verdicts when repeated, and the worst "
		   "counts: %s",
		   buf_text(&named));
	if (count > most) {
		buf_add_text(&text, ", ...; all together ");
		words_add_verdicts(&text, sums);
	}
	add_note(notes, "%s", buf_text(&text));
}

/* What is to be known of trials that do say something. */
static void
add_trial_notes(struct block *notes)
{
	const struct trial *first = NULL;
	CLEANUP_BUF struct buf text = {0};
	size_t count = 0;

	for (size_t i = 0; i < notes->source->log->trial_count; i++) {
		const struct trial *trial = &notes->source->log->trials[i];

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
	add_note(notes, "%s", buf_text(&text));
}

bool
notes_add_missing(struct buf *into, const struct log *log)
{
	const struct log_runs runs = log_count_runs(log);

	if (runs.made >= runs.planned)
		return false;
	buf_printf(into,
		   "%" PRId64 " of %" PRId64
		   " %s were made; ipcrash run --resume makes the rest",
		   runs.made, runs.planned,
		   log->campaign.options.repeat > 1 ? "repetitions of trials"
						    : "trials");
	return true;
}

static void
add_progress_note(struct block *notes)
{
	const struct log *log = notes->source->log;
	CLEANUP_BUF struct buf missing = {0};

	if (notes_add_missing(&missing, log))
		add_note(notes, "%s", buf_text(&missing));
	add_count(notes, "the last record of the log is cut off (",
		  log->torn_bytes, "byte", "), it was passed over");
}

/* " (3 allowed, 5 suppressed)" */
static void
add_forgiven(struct buf *into, const struct classes *classes,
	     enum verdict verdict)
{
	const char *before = " (";

	if (classes->allowed[verdict]) {
		buf_printf(into, "%s%" PRId64 " allowed", before,
			   classes->allowed[verdict]);
		before = ", ";
	}
	for (int i = 0; i < KNOWN_BY_COUNT; i++) {
		if (!classes->excused[i][verdict])
			continue;
		buf_printf(into, "%s%" PRId64 " %s", before,
			   classes->excused[i][verdict],
			   known_by_name((enum known_by)i));
		before = ", ";
	}
	if (strcmp(before, ", ") == 0)
		buf_add_text(into, ")");
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
		add_forgiven(into, classes, (enum verdict)i);
		comma = ", ";
	}
}

/* Who has excused nothing may go; what has expired excuses nothing. */
static void
add_rule(struct block *notes, const struct suppression *rule)
{
	const struct rule_head *head = &rule->head;
	CLEANUP_BUF struct buf count = {0};

	text_add_count(&count, rule->known.trials, "trial");
	if (head->expired)
		add_note(notes, "this suppression has expired: %s (%s)",
			 head->text, head->source);
	else if (suppression_is_idle(rule))
		add_note(notes, "this suppression matched nothing: %s (%s)",
			 head->text, head->source);
	else if (notes->source->whole)
		add_note(notes, "%s suppressed by %s: %s  # %s",
			 buf_text(&count), head->source, head->text,
			 head->reason);
}

static void
add_rules(struct block *notes)
{
	const struct memory *memory = notes->source->classes->memory;

	for (size_t i = 0; memory && i < memory->suppressions.count; i++)
		add_rule(notes, &memory->suppressions.items[i]);
}

void
notes_add(struct block *notes)
{
	add_plan_notes(notes);
	add_gaps(notes);
	add_unsteady(notes);
	add_trial_notes(notes);
	add_progress_note(notes);
	add_rules(notes);
}

void
notes_add_summary(struct buf *into, const struct log *log,
		  const struct classes *classes)
{
	text_add_count(into, log->trial_count, "trial");
	buf_add_text(into, " at ");
	text_add_count(into, log->site_count, "site");
	buf_add_text(into, log->trial_count ? ": " : "");
	add_verdicts(into, classes);
}
