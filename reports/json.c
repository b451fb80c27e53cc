/* SPDX-License-Identifier: MIT */
/*
 * json.c - what was tried and found as one JSON document, ipcrash(1), REPORTS:
 *
 *	{"type":"report","version":1,"tool":...,"gate":"failed",
 *	 "findings":[...],"cases":[...],"notes":[...]}
 *
 * Texts are printable; run.jsonl has them as they are.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "reports/reporter.h"
#include "reports/words.h"

enum { VERSION_OF_FORMAT = 1 };

static const char *const outcomes[] = {
	[OUTCOME_PASSED] = "passed",   [OUTCOME_FAILED] = "failed",
	[OUTCOME_EXCUSED] = "excused", [OUTCOME_SKIPPED] = "skipped",
	[OUTCOME_ERROR] = "error",
};

static const char *const levels[] = {
	[LEVEL_ERROR] = "error",
	[LEVEL_WARNING] = "warning",
};

static void
set_text(json_t *object, const char *name, const char *text)
{
	if (text)
		json_object_set_new(object, name, json_string(text));
}

/* "after:" becomes "after": [...]; a line without a label goes on with it. */
static json_t *
block_to_json(const struct block *block)
{
	json_t *object = json_object();
	json_t *last = NULL;

	for (size_t i = 0; i < block->count; i++) {
		const struct block_line *line = &block->lines[i];
		const char *label = line->quoted ? "source" : line->label;
		size_t length = strcspn(label, ":");
		CLEANUP_BUF struct buf name = {0};

		buf_add(&name, label, length);
		if (length || !last) {
			last = json_object_get(object, buf_text(&name));
			if (!last) {
				last = json_array();
				json_object_set_new(object, buf_text(&name),
						    last);
			}
		}
		json_array_append_new(last, json_string(line->text));
	}
	return object;
}

static void
set_place(json_t *object, const struct results *results,
	  const struct frame *place)
{
	CLEANUP_BUF struct buf path = {0};

	if (!place)
		return;
	if (results_add_path(&path, results, place)) {
		set_text(object, "file", buf_text(&path));
		json_object_set_new(object, "line", json_integer(place->line));
	}
	if (place->function) {
		buf_clear(&path);
		words_add_name(&path, place->function);
		set_text(object, "function", buf_text(&path));
	}
}

static json_t *
finding_to_json(const struct results *results,
		const struct result_finding *finding)
{
	json_t *object = json_pack(
		"{s:s, s:s, s:s, s:s, s:I, s:o}", "id", finding->id, "rule",
		finding->rule->id, "title", finding->title, "level",
		levels[finding->level], "cases", (json_int_t)finding->cases,
		"tells", block_to_json(&finding->block));

	set_text(object, "excuse", finding->excuse);
	set_place(object, results, finding->place);
	return object;
}

static json_t *
case_to_json(const struct results *results, const struct result_case *entry)
{
	json_t *object = json_pack("{s:s, s:s}", "id", entry->id, "outcome",
				   outcomes[entry->outcome]);

	set_text(object, "type", entry->type);
	set_text(object, "message", entry->message);
	set_text(object, "excuse", entry->excuse);
	if (entry->seconds >= 0)
		json_object_set_new(object, "seconds",
				    json_real(entry->seconds));
	set_place(object, results, entry->place);
	if (entry->block.count)
		json_object_set_new(object, "tells",
				    block_to_json(&entry->block));
	return object;
}

static json_t *
notes_to_json(const struct results *results)
{
	json_t *array = json_array();

	for (size_t i = 0; i < results->notes.count; i++)
		json_array_append_new(
			array, json_string(results->notes.lines[i].text));
	return array;
}

static json_t *
to_json(const struct results *results)
{
	json_t *root = json_pack("{s:s, s:i}", "type", "report", "version",
				 VERSION_OF_FORMAT);
	json_t *findings = json_array();
	json_t *cases = json_array();

	set_text(root, "tool", results->tool);
	set_text(root, "tool_version", results->version);
	set_text(root, "command", results->command);
	set_text(root, "gate", results->gate);
	set_text(root, "summary", results->summary);
	if (results->started)
		json_object_set_new(root, "started",
				    json_integer(results->started));
	if (results->seconds >= 0)
		json_object_set_new(root, "seconds",
				    json_real(results->seconds));
	for (size_t i = 0; i < results->finding_count; i++)
		json_array_append_new(
			findings,
			finding_to_json(results, &results->findings[i]));
	for (size_t i = 0; i < results->case_count; i++)
		json_array_append_new(
			cases, case_to_json(results, &results->cases[i]));
	json_object_set_new(root, "notes", notes_to_json(results));
	json_object_set_new(root, "findings", findings);
	json_object_set_new(root, "cases", cases);
	return root;
}

int
report_json(const struct report *report, FILE *out, struct err *err)
{
	json_t *root = to_json(report->results);
	int failed =
		json_dumpf(root, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9));

	json_decref(root);
	if (failed || fputc('\n', out) == EOF)
		return err_set(err, errno, "writing JSON");
	return 0;
}
