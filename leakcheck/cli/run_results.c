/* SPDX-License-Identifier: MIT */
/* run_results.c - what `leakcheck run` found, for formats of other tools. */
#include "leakcheck/cli/run_results.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/run_words.h"
#include "model/end.h"
#include "model/trial.h"

/* What is made, and of what. */
struct making {
	struct results *results;
	const struct run_report *report;
	struct names *names;
	const char *advice; /* how to find the line that makes an object */
};

static const char *
keep(struct results *results, const struct buf *text)
{
	return arena_copy(&results->arena, buf_text(text), text->length);
}

/* "ipcmk" of "/usr/bin/ipcmk -M 4096". */
static void
add_program(struct buf *into, const char *command)
{
	size_t length = strcspn(command, " ");
	size_t start = length;

	while (start > 0 && command[start - 1] != '/')
		start--;
	buf_add(into, command + start, length - start);
}

/* "made by ipcmk", "/tmp/socket made by server": what is so next time, too. */
static void
add_name(struct buf *into, const struct results *results,
	 const struct leak *leak)
{
	const struct object *object = leak->object;
	const bool has_path = kind_identity(object->kind) == BY_PATH;
	const struct frame place = {.file = has_path ? object->path : NULL};

	if (results_add_path(into, results, &place))
		buf_add_text(into, " ");
	if (!leak->maker.command) {
		buf_add_text(into, "of unknown maker");
		return;
	}
	buf_add_text(into, "made by ");
	add_program(into, leak->maker.command);
}

/* Of a class, for the gate. */
static enum outcome
outcome_of(const struct making *making, enum finding_class class)
{
	if (class == FINDING_LEAK)
		return OUTCOME_FAILED;
	if (class == FINDING_FOREIGN && making->report->strict)
		return OUTCOME_FAILED;
	return OUTCOME_EXCUSED;
}

static const char *
excuse_of(struct making *making, const struct run_finding *finding)
{
	CLEANUP_BUF struct buf text = {0};

	if (!finding->rule)
		return "it may be of others, fails only with --strict";
	buf_printf(&text, "%s (%s)", finding->rule->head.reason,
		   finding->rule->head.source);
	return keep(making->results, &text);
}

static void
add_object_lines(struct block *block, const struct making *making,
		 const struct run_finding *finding)
{
	const struct object *object = finding->leak->object;
	CLEANUP_BUF struct buf text = {0};

	object_add_name(&text, object);
	buf_add_text(&text, "  ");
	run_words_add_details(&text, object, making->names);
	block_add(block, "object:", buf_text(&text));
	buf_clear(&text);
	if (finding->leak->maker.command)
		run_words_add_maker(&text, &finding->leak->maker, SIZE_MAX);
	else
		buf_add_text(&text, "not seen");
	block_add(block, "maker:", buf_text(&text));
}

static void
add_removal_line(struct block *block, const struct run_finding *finding)
{
	CLEANUP_BUF struct buf text = {0};

	switch (finding->removal) {
	case REMOVAL_NONE:
		buf_add_text(&text, "no, it stays");
		break;
	case REMOVAL_GOES:
		buf_add_text(&text, "with the sandbox");
		break;
	case REMOVAL_DONE:
		buf_add_text(&text, "yes");
		break;
	case REMOVAL_FAILED:
		buf_printf(&text, "no: %s", finding->why);
		break;
	}
	block_add(block, "removed:", buf_text(&text));
}

static void
fill_block(struct block *block, const struct making *making,
	   const struct run_finding *finding)
{
	CLEANUP_BUF struct buf text = {0};

	add_object_lines(block, making, finding);
	if (finding->rule) {
		buf_printf(&text, "%s  # %s (%s)", finding->rule->head.text,
			   finding->rule->head.reason,
			   finding->rule->head.source);
		block_add(block, "rule:", buf_text(&text));
	}
	add_removal_line(block, finding);
	if (finding->class == FINDING_LEAK)
		block_add(block, "next:", making->advice);
}

/* "sysv-shm 0 is left behind, made by pid 12: ipcmk -M 4096" */
static void
add_message(struct buf *into, const struct run_finding *finding)
{
	const struct maker *maker = &finding->leak->maker;

	object_add_name(into, finding->leak->object);
	buf_add_text(into, finding->class == FINDING_FOREIGN
				   ? " appeared meanwhile"
				   : " is left behind");
	buf_add_text(into, maker->command ? ", made by " : ", maker unknown");
	if (maker->command)
		run_words_add_maker(into, maker, SIZE_MAX);
}

/* The case of what is wrong, and the finding that goes with it. */
struct entry {
	struct result_case *of_case;
	struct result_finding *finding;
};

/* Both are filled but for their texts and blocks. */
static struct entry
add_entry(struct results *results, const struct rule_row *rule,
	  enum outcome outcome, const char *excuse)
{
	struct entry entry = {
		.of_case = &results->cases[results->case_count++],
		.finding = &results->findings[results->finding_count++],
	};

	*entry.of_case = (struct result_case) {
		.outcome = outcome,
		.type = rule->id,
		.excuse = outcome == OUTCOME_EXCUSED ? excuse : NULL,
		.seconds = -1,
	};
	*entry.finding = (struct result_finding) {
		.rule = rule,
		.level =
			outcome == OUTCOME_FAILED ? LEVEL_ERROR : LEVEL_WARNING,
		.cases = 1,
	};
	return entry;
}

static void
add_finding(struct making *making, const struct run_finding *finding)
{
	struct results *results = making->results;
	const enum kind kind = finding->leak->object->kind;
	struct entry entry = add_entry(
		results, rules_find(VERDICT_LEAKED, kind),
		outcome_of(making, finding->class), excuse_of(making, finding));
	CLEANUP_BUF struct buf text = {0};

	if (finding->rule)
		entry.finding->excuse = entry.of_case->excuse;
	entry.of_case->group = kind_name(kind);
	add_name(&text, results, finding->leak);
	entry.of_case->name = keep(results, &text);
	buf_clear(&text);
	add_message(&text, finding);
	entry.of_case->message = keep(results, &text);
	fill_block(&entry.of_case->block, making, finding);
	fill_block(&entry.finding->block, making, finding);
}

static void
add_findings(struct making *making, enum finding_class class)
{
	const struct run_report *report = making->report;

	for (size_t i = 0; i < report->count; i++)
		if (report->findings[i].class == class)
			add_finding(making, &report->findings[i]);
}

static void
add_survivor(struct making *making, const struct survivor *survivor)
{
	struct results *results = making->results;
	const bool strict = making->report->strict;
	struct entry entry =
		add_entry(results, rules_find(VERDICT_ORPHANED, KIND_COUNT),
			  strict ? OUTCOME_FAILED : OUTCOME_EXCUSED,
			  "it was ended, fails only with --strict");
	CLEANUP_BUF struct buf text = {0};

	entry.of_case->group = "process";
	add_program(&text, survivor->command);
	buf_add_text(&text, " outlives the command");
	entry.of_case->name = keep(results, &text);
	buf_clear(&text);
	buf_printf(&text, "pid %d: %s", survivor->pid, survivor->command);
	block_add(&entry.of_case->block, "process:", buf_text(&text));
	block_add(&entry.finding->block, "process:", buf_text(&text));
	buf_add_text(&text, " ");
	run_words_add_survival(&text, making->report);
	entry.of_case->message = keep(results, &text);
}

static void
add_survivors(struct making *making)
{
	const struct survivors *survivors = &making->report->run->survivors;

	for (size_t i = 0; i < survivors->count; i++)
		add_survivor(making, &survivors->items[i]);
}

/* What is neither an object nor a process. */
static struct result_case *
add_case(struct results *results, const char *group, const char *name,
	 enum outcome outcome)
{
	struct result_case *entry = &results->cases[results->case_count++];

	*entry = (struct result_case) {
		.group = group,
		.name = name,
		.outcome = outcome,
		.seconds = -1,
	};
	return entry;
}

static void
add_not_executed(struct making *making)
{
	struct result_case *entry = add_case(making->results, "command",
					     "is executed", OUTCOME_ERROR);
	struct err err = {0};

	err_set(&err, making->report->run->exec_error, "cannot run %s",
		making->results->target);
	entry->type = "not-executed";
	entry->message =
		arena_copy(&making->results->arena, err.text, strlen(err.text));
	block_add(&entry->block, "error:", entry->message);
}

/* The notes say what it was. */
static void
add_not_looked_at(struct results *results)
{
	struct result_case *entry = add_case(
		results, "objects", "all can be looked at", OUTCOME_ERROR);

	entry->type = "not-looked-at";
	entry->message = "not all could be looked at, and --strict is given";
	for (size_t i = 0; i < results->notes.count; i++)
		block_add(&entry->block, "note:", results->notes.lines[i].text);
}

/* A run that is as it should be has passed something. */
static void
add_whole(struct making *making)
{
	struct results *results = making->results;

	if (making->report->run->exec_error)
		add_not_executed(making);
	else if (making->report->gate == GATE_INCOMPLETE)
		add_not_looked_at(results);
	else if (making->report->gate == GATE_PASSED)
		add_case(results, "objects", "nothing is left behind",
			 OUTCOME_PASSED)
			->seconds = results->seconds;
}

static int
compare_names(const void *left, const void *right)
{
	const struct result_case *a = *(struct result_case *const *)left;
	const struct result_case *b = *(struct result_case *const *)right;
	int order = strcmp(a->group, b->group);

	if (!order)
		order = strcmp(a->name, b->name);
	if (!order)
		order = a < b ? -1 : 1;
	return order;
}

static bool
has_name_of(const struct result_case *a, const struct result_case *b)
{
	return strcmp(a->group, b->group) == 0 && strcmp(a->name, b->name) == 0;
}

/* Of equal names the second becomes "made by ipcmk (2)". */
static void
number_cases(struct results *results)
{
	const size_t count = results->case_count;
	CLEANUP_FREE struct result_case **sorted =
		mem_alloc(count * sizeof(struct result_case *));
	struct result_case first = {0}; /* of the same name */
	size_t same = 0;

	for (size_t i = 0; i < count; i++)
		sorted[i] = &results->cases[i];
	if (count)
		qsort(sorted, count, sizeof(struct result_case *),
		      compare_names);
	for (size_t i = 0; i < count; i++) {
		CLEANUP_BUF struct buf text = {0};

		if (!same || !has_name_of(&first, sorted[i])) {
			first = *sorted[i];
			same = 1;
			continue;
		}
		buf_printf(&text, "%s (%zu)", first.name, ++same);
		sorted[i]->name = keep(results, &text);
	}
}

/* Those with a finding come first, in its order. */
static void
name_all(struct results *results)
{
	number_cases(results);
	for (size_t i = 0; i < results->case_count; i++) {
		struct result_case *entry = &results->cases[i];
		char id[TRIAL_SHORT_ID + 1];
		CLEANUP_BUF struct buf text = {0};

		buf_printf(&text, "%s %s", entry->group, entry->name);
		entry->id = keep(results, &text);
		results->outcomes[entry->outcome]++;
		if (i >= results->finding_count)
			continue;
		trial_short_id(entry->id, id);
		results->findings[i].id =
			arena_copy(&results->arena, id, TRIAL_SHORT_ID);
		results->findings[i].title = entry->id;
	}
}

static void
add_argv(struct buf *into, char *const *argv)
{
	for (size_t i = 0; argv[i]; i++) {
		buf_add_text(into, i ? " " : "");
		text_add_word(into, argv[i], strlen(argv[i]));
	}
}

static void
fill_head(struct making *making)
{
	struct results *results = making->results;
	const struct run_report *report = making->report;
	const char *slash = strrchr(report->argv[0], '/');
	const char *target = slash ? slash + 1 : report->argv[0];
	CLEANUP_BUF struct buf text = {0};

	text_add_printable(&text, target, strlen(target));
	results->target = keep(results, &text);
	buf_clear(&text);
	add_argv(&text, report->argv);
	results->command = keep(results, &text);
	buf_clear(&text);
	buf_printf(&text,
		   "ipcrash list -- %s  shows the lines that make and "
		   "remove objects",
		   results->command);
	making->advice = keep(results, &text);
}

/* "1 object left behind; the command exited with 0 (in a sandbox)" */
static void
fill_summary(struct results *results, const struct run_report *report)
{
	const struct run *run = report->run;
	CLEANUP_BUF struct buf text = {0};

	for (int i = 0; i < FINDING_CLASS_COUNT; i++) {
		if (!report->counts[i])
			continue;
		buf_add_text(&text, text.length ? ", " : "");
		text_add_count(&text, report->counts[i], "object");
		buf_printf(&text, " %s",
			   run_words_class((enum finding_class)i));
	}
	if (!text.length)
		buf_add_text(&text, "nothing left behind");
	buf_add_text(&text, "; the command ");
	if (run->exec_error)
		buf_add_text(&text, "was not executed");
	else
		end_add_text(&text, run->status);
	buf_add_text(&text,
		     run->sandboxed ? " (in a sandbox)" : " (on the host)");
	results->summary = keep(results, &text);
}

static void
fill_notes(struct block *notes, const struct run_report *report)
{
	CLEANUP_BUF struct buf text = {0};
	char *rest;

	run_words_add_limits(&text, report);
	rest = text.data;
	while (rest && *rest)
		block_add(notes, "note:", strsep(&rest, "\n"));
}

void
run_results_make(struct results *results, const struct run_report *report)
{
	const struct run *run = report->run;
	const size_t most = report->count + run->survivors.count;
	CLEANUP_NAMES struct names *names = names_new();
	struct making making = {
		.results = results, .report = report, .names = names};

	*results = (struct results) {
		.tool = PROGRAM,
		.version = VERSION,
		.program = report->program,
		.directory = report->directory,
		.started = report->started,
		.seconds = report->seconds,
		.gate = gate_name(report->gate),
	};
	results->cases = mem_alloc((most + 1) * sizeof(*results->cases));
	results->findings = mem_alloc(most * sizeof(*results->findings));
	fill_head(&making);
	fill_notes(&results->notes, report);
	add_findings(&making, FINDING_LEAK);
	add_survivors(&making);
	add_findings(&making, FINDING_FOREIGN);
	add_findings(&making, FINDING_IGNORED);
	add_whole(&making);
	name_all(results);
	fill_summary(results, report);
}
