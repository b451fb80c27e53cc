/* SPDX-License-Identifier: MIT */
/* log_results.c - what the log of ipcrash comes to, for formats of others. */
#include "reports/log_results.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "reports/notes.h"
#include "reports/words.h"

static const char *
keep(struct results *results, const struct buf *text)
{
	return arena_copy(&results->arena, buf_text(text), text->length);
}

static const char *
keep_name(struct results *results, const char *name)
{
	CLEANUP_BUF struct buf text = {0};

	words_add_name(&text, name);
	return keep(results, &text);
}

/* "window" is a mere note, and a finding may be allowed. */
static enum outcome
outcome_of(const struct trial_outcome *of)
{
	static const enum outcome outcomes[] = {
		[WEIGHT_PASS] = OUTCOME_PASSED,
		[WEIGHT_NOTE] = OUTCOME_EXCUSED,
		[WEIGHT_FINDING] = OUTCOME_EXCUSED,
		[WEIGHT_GAP] = OUTCOME_ERROR,
	};

	if (of->gating)
		return OUTCOME_FAILED;
	if (of->trial->verdict == VERDICT_NOT_AVAILABLE)
		return OUTCOME_SKIPPED;
	return outcomes[verdict_weight(of->trial->verdict)];
}

static const char *
keep_known(struct results *results, const struct known *known)
{
	CLEANUP_BUF struct buf text = {0};

	known_add_text(&text, known);
	return keep(results, &text);
}

static const char *
excuse_of(struct results *results, const struct trial_outcome *of)
{
	if (of->known)
		return keep_known(results, of->known);
	if (verdict_weight(of->trial->verdict) == WEIGHT_NOTE)
		return "a note, fails only with --strict";
	return "allowed after this fault";
}

/* What a case is about: "leak.sysv-shm", "hung", "not-reached". */
static const char *
type_of(const struct trial *trial)
{
	const struct leftover *left = trial_first_left(trial);

	if (verdict_weight(trial->verdict) == WEIGHT_GAP)
		return verdict_name(trial->verdict);
	return rules_find(trial->verdict,
			  trial->verdict == VERDICT_LEAKED && left
				  ? left->object.kind
				  : KIND_COUNT)
		->id;
}

/* "sysv-shm 7 is left, made in pool_open() at src/pool.c:42" */
static void
add_left(struct buf *into, const struct log *log, const struct trial *trial)
{
	const struct leftover *left = trial_first_left(trial);
	const struct site *site =
		left->created_at ? log_site(log, left->created_at) : NULL;

	object_add_name(into, &left->object);
	buf_add_text(into, " is left");
	if (trial_more_left(trial))
		buf_printf(into, " and %zu more", trial_more_left(trial));
	if (!site)
		return;
	buf_add_text(into, ", made in ");
	words_add_place(into, site_place(site));
}

static void
add_message(struct buf *into, const struct log *log, const struct trial *trial)
{
	if (trial_first_left(trial) && (trial->verdict == VERDICT_LEAKED ||
					trial->verdict == VERDICT_WINDOW)) {
		add_left(into, log, trial);
		return;
	}
	buf_add_text(into, verdict_tells(trial->verdict));
	if (!trial->note)
		return;
	buf_add_text(into, ": ");
	words_add_name(into, trial->note);
}

/* "SIGTERM at return of shmget src/pool.c:42": who reads one case needs it. */
static void
add_fault(struct block *block, const struct trial *trial)
{
	CLEANUP_BUF struct buf text = {0};

	fault_format(&trial->fault, &text);
	buf_add_text(&text, trial->phase == PHASE_RETURN ? " at " : " ");
	words_add_point(&text, block->source->log, trial);
	block_add(block, "fault:", buf_text(&text));
}

static void
fill_case(struct results *results, struct result_case *entry,
	  const struct block_source *source, const struct trial_outcome *of)
{
	const struct trial *trial = of->trial;
	const struct site *site = log_site(source->log, trial->site);
	CLEANUP_BUF struct buf text = {0};

	*entry = (struct result_case) {
		.id = keep_name(results, trial->id),
		.outcome = outcome_of(of),
		.known = of->known,
		.seconds = (double)trial->duration_ns / (double)NS_PER_S,
		.place = site ? site_place(site) : NULL,
		.block = {.source = source},
	};
	results->outcomes[entry->outcome]++;
	fault_format(&trial->fault, &text);
	entry->name = keep(results, &text);
	buf_clear(&text);
	buf_printf(&text, "%s:%s", trial->site, phase_name(trial->phase));
	entry->group = keep_name(results, buf_text(&text));
	if (entry->outcome == OUTCOME_PASSED)
		return;
	buf_clear(&text);
	add_message(&text, source->log, trial);
	entry->message = keep(results, &text);
	entry->type = type_of(trial);
	if (entry->outcome == OUTCOME_EXCUSED)
		entry->excuse = excuse_of(results, of);
	add_fault(&entry->block, trial);
	block_add_trial(&entry->block, trial);
}

static void
fill_cases(struct results *results, const struct block_source *source)
{
	const struct log *log = source->log;

	results->case_count = log->trial_count;
	results->cases = mem_alloc(log->trial_count * sizeof(*results->cases));
	for (size_t i = 0; i < log->trial_count; i++)
		fill_case(results, &results->cases[i], source,
			  &source->classes->outcomes[i]);
}

static void
add_step(struct results *results, struct result_step *step,
	 const struct site *site, const char *does)
{
	CLEANUP_BUF struct buf text = {0};

	words_add_name(&text, site->operation);
	buf_add_text(&text, does);
	step->place = site_place(site);
	step->action = site->action;
	step->text = keep(results, &text);
}

/* The life of the object: made, the fault, where it would have been removed. */
static void
fill_steps(struct results *results, struct result_finding *finding,
	   const struct log *log, const struct leak_class *class)
{
	enum { STEPS = 3 };
	const struct trial *example = block_example(class);
	const struct site *fault = log_site(log, example->site);
	const struct site *released =
		class->object && class->object->released_at
			? log_site(log, class->object->released_at)
			: NULL;
	struct result_step *steps =
		arena_alloc(&results->arena, STEPS * sizeof(*steps));
	CLEANUP_BUF struct buf does = {0};

	memset(steps, 0, STEPS * sizeof(*steps));
	finding->steps = steps;
	if (class->kind < KIND_COUNT && class->site)
		add_step(results, &steps[finding->step_count++], class->site,
			 " makes it");
	if (fault) {
		buf_add_text(&does, example->phase == PHASE_BEFORE
					    ? ": just before it "
					    : ": at its return ");
		fault_format(&example->fault, &does);
		buf_add_text(&does, " is injected");
		steps[finding->step_count].injected = true;
		add_step(results, &steps[finding->step_count++], fault,
			 buf_text(&does));
	}
	if (released)
		add_step(results, &steps[finding->step_count++], released,
			 " removes it in a run without a fault");
}

static void
fill_finding(struct results *results, struct result_finding *finding,
	     const struct block_source *source, const struct leak_class *class)
{
	CLEANUP_BUF struct buf title = {0};

	block_add_subject(&title, class);
	*finding = (struct result_finding) {
		.id = class->id,
		.rule = rules_find(class->verdict, class->kind),
		.title = keep(results, &title),
		.level = class->gating ? LEVEL_ERROR : LEVEL_WARNING,
		.known = class->known,
		.place = class->site ? site_place(class->site) : NULL,
		.stack = class->site ? class->site->frames : NULL,
		.stack_count = class->site ? class->site->frame_count : 0,
		.block = {.source = source},
		.cases = class->trial_count,
	};
	if (class->known)
		finding->excuse = keep_known(results, class->known);
	fill_steps(results, finding, source->log, class);
	block_add_class(&finding->block, class);
}

static void
fill_findings(struct results *results, const struct block_source *source)
{
	const struct classes *classes = source->classes;

	results->finding_count = classes->count;
	results->findings =
		mem_alloc(classes->count * sizeof(*results->findings));
	for (size_t i = 0; i < classes->count; i++)
		fill_finding(results, &results->findings[i], source,
			     &classes->items[i]);
}

/* "ipcrash 0.1.0", and of what command. */
static void
fill_head(struct results *results, const struct campaign_record *record)
{
	const char *tool = record->tool ? record->tool : "ipcrash";
	const char *blank = strchr(tool, ' ');
	const char *target =
		record->target.count ? record->target.items[0] : "";
	const char *slash = strrchr(target, '/');
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, tool,
			   blank ? (size_t)(blank - tool) : strlen(tool));
	results->tool = keep(results, &text);
	results->version = blank ? keep_name(results, blank + 1) : NULL;
	results->target = keep_name(results, slash ? slash + 1 : target);
	buf_clear(&text);
	words_add_command(&text, &record->target);
	results->command = keep(results, &text);
	results->program = slash ? target : NULL;
	results->directory = record->directory;
	results->started = record->started;
}

/* What no case tells: those that are missing, or that none could be tried. */
static void
fill_gap(struct results *results, const struct log *log)
{
	const size_t skipped = results->outcomes[OUTCOME_SKIPPED];
	CLEANUP_BUF struct buf text = {0};

	if (notes_add_missing(&text, log))
		results->gap = keep(results, &text);
	else if (skipped && skipped == results->case_count)
		results->gap = "none of the faults could be made in this "
			       "program";
}

/* What no case tells, either: rules are about no trial. */
static void
fill_failure(struct results *results, const struct classes *classes)
{
	CLEANUP_BUF struct buf text = {0};

	if (!classes->idle)
		return;
	text_add_count(&text, classes->idle, "suppression");
	buf_add_text(&text, " matched nothing or expired, which "
			    "--strict-suppressions does not allow");
	results->failure = keep(results, &text);
}

void
results_of_log(struct results *results, const struct block_source *source)
{
	const struct log *log = source->log;
	CLEANUP_BUF struct buf summary = {0};

	*results = (struct results) {.seconds = -1};
	fill_head(results, &log->campaign);
	if (log->has_summary)
		results->seconds =
			(double)log->summary.duration_ns / (double)NS_PER_S;
	fill_cases(results, source);
	fill_findings(results, source);
	fill_gap(results, log);
	fill_failure(results, source->classes);
	results->gate = gate_name(classes_gate(source->classes, log));
	notes_add_summary(&summary, log, source->classes);
	results->summary = keep(results, &summary);
	results->notes.source = source;
	notes_add(&results->notes);
}

void
results_of_no_trial(struct results *results, const struct block_source *source,
		    const char *why)
{
	*results = (struct results) {
		.seconds = -1,
		.gate = gate_name(GATE_INCOMPLETE),
		.notes = {.source = source},
	};
	fill_head(results, &source->log->campaign);
	results->gap = keep_name(results, why);
	results->summary = results->gap;
}
