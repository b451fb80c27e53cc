/* SPDX-License-Identifier: MIT */
/*
 * diff_json.c - what `leakcheck diff` says, as JSON Lines:
 *
 *	{"type":"diff","version":1,"tool":"leakcheck 0.1.0",
 *	 "before":{...},"after":{...}}		headers of the snapshots
 *	{"type":"added","object":{...}}		and "removed"
 *	{"type":"changed","before":{...},"after":{...},"fields":["nattch"]}
 *	{"type":"unsure","object":{...},"side":"after","why":"..."}
 *	{"type":"idle_rule","rule":"leak:...","source":"FILE:1","why":"unused"}
 *	{"type":"summary","added":1,...,"expected":0,"exit_status":1}
 *
 * An object that an ignore rule expects has "rule" (its source) and "reason".
 */
#include "leakcheck/cli/diff_report.h"

#include "leakcheck/cli/commands.h"
#include "leakcheck/snapshot_file.h"
#include "leakcheck/snapshot_json.h"
#include "model/object_json.h"

static int
put_header(const struct diff_report *report, FILE *out, struct err *err)
{
	return snapshot_file_put(
		json_pack("{s:s,s:i,s:s,s:o,s:o}", "type", "diff", "version", 1,
			  "tool", PROGRAM " " VERSION, "before",
			  snapshot_json_header(report->before), "after",
			  snapshot_json_header(report->after)),
		out, err);
}

static json_t *
fields_to_json(uint32_t fields)
{
	json_t *list = json_array();

	for (int i = 0; i < FIELD_COUNT; i++)
		if (fields & FIELD_BIT((enum field)i))
			json_array_append_new(
				list,
				json_string(object_field_name((enum field)i)));
	return list;
}

static void
set_object(json_t *line, const char *name, const struct object *object)
{
	json_object_set_new(line, name, object_to_json(object));
}

static void
set_doubt(json_t *line, const struct diff_report *report,
	  const struct diff_entry *entry)
{
	CLEANUP_BUF struct buf why = {0};

	diff_report_add_doubt(report, &why, entry);
	json_object_set_new(line, "side",
			    json_string(entry->after ? "after" : "before"));
	json_object_set_new(line, "why", json_string(buf_text(&why)));
}

static int
put_entry(const struct diff_report *report, const struct diff_entry *entry,
	  const struct rule *rule, FILE *out, struct err *err)
{
	json_t *line =
		json_pack("{s:s}", "type", diff_class_name(entry->class));

	if (entry->class == DIFF_CHANGED) {
		set_object(line, "before", entry->before);
		set_object(line, "after", entry->after);
		json_object_set_new(line, "fields",
				    fields_to_json(entry->changes));
	} else {
		set_object(line, "object", diff_object(entry));
	}
	if (entry->class == DIFF_UNSURE)
		set_doubt(line, report, entry);
	if (rule) {
		json_object_set_new(line, "rule",
				    json_string(rule->head.source));
		json_object_set_new(line, "reason",
				    json_string(rule->head.reason));
	}
	return snapshot_file_put(line, out, err);
}

static int
put_summary(const struct diff_report *report, FILE *out, struct err *err)
{
	json_t *line = json_pack("{s:s}", "type", "summary");

	for (int i = 0; i < DIFF_CLASS_COUNT; i++)
		json_object_set_new(
			line, diff_class_name((enum diff_class)i),
			json_integer((json_int_t)report->counts[i]));
	json_object_set_new(line, "expected",
			    json_integer((json_int_t)report->expected));
	json_object_set_new(line, "exit_status",
			    json_integer(report->exit_status));
	return snapshot_file_put(line, out, err);
}

int
diff_report_json(const struct diff_report *report, FILE *out, struct err *err)
{
	if (put_header(report, out, err))
		return -1;
	for (size_t i = 0; i < report->diff->count; i++)
		if (put_entry(report, &report->diff->entries[i],
			      report->rules[i], out, err))
			return -1;
	if (ignore_put_idle(report->ignore, out, err))
		return -1;
	return put_summary(report, out, err);
}
