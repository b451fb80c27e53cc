/* SPDX-License-Identifier: MIT */
/*
 * run_json.c - what `leakcheck run` says, as JSON Lines:
 *
 *	{"type":"run","version":1,"tool":...,"command":[...],"place":"sandbox"}
 *	{"type":"survivor","pid":12,"command":"sleep 100"}
 *	{"type":"leak","object":{...},"made_by":{"pid":11,"command":"ipcmk"}}
 *	{"type":"not_looked_at",...}
 *	{"type":"idle_rule","rule":"leak:...","source":"FILE:1","why":"unused"}
 *	{"type":"summary","leaks":1,"end":"exit:0","exit_status":1,...}
 *
 * Besides "leak" there are "foreign" and "ignored" (with "rule", "reason").
 */
#include <jansson.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "leakcheck/cli/commands.h"
#include "leakcheck/cli/run_report.h"
#include "leakcheck/snapshot_file.h"
#include "model/end.h"
#include "model/object_json.h"

static json_t *
texts_to_json(char *const *texts)
{
	json_t *array = json_array();

	for (; *texts; texts++) {
		CLEANUP_BUF struct buf printable = {0};

		text_add_printable(&printable, *texts, strlen(*texts));
		json_array_append_new(array, json_string(buf_text(&printable)));
	}
	return array;
}

static int
put_head(const struct run_report *report, FILE *out, struct err *err)
{
	const struct run *run = report->run;
	json_t *line = json_pack("{s:s, s:i, s:s, s:o, s:s}", "type", "run",
				 "version", 1, "tool", PROGRAM " " VERSION,
				 "command", texts_to_json(report->argv),
				 "place", run->sandboxed ? "sandbox" : "host");

	if (run->refused.text[0])
		json_object_set_new(line, "no_sandbox",
				    json_string(run->refused.text));
	if (run->unwitnessed.text[0])
		json_object_set_new(line, "no_creators",
				    json_string(run->unwitnessed.text));
	return snapshot_file_put(line, out, err);
}

static int
put_survivors(const struct run_report *report, FILE *out, struct err *err)
{
	const struct survivors *survivors = &report->run->survivors;

	for (size_t i = 0; i < survivors->count; i++)
		if (snapshot_file_put(
			    json_pack("{s:s, s:i, s:s}", "type", "survivor",
				      "pid", survivors->items[i].pid, "command",
				      survivors->items[i].command),
			    out, err))
			return -1;
	return 0;
}

static json_t *
maker_to_json(const struct maker *maker)
{
	json_t *object = json_pack("{s:s}", "command", maker->command);

	if (maker->pid)
		json_object_set_new(object, "pid", json_integer(maker->pid));
	else
		json_object_set_new(object, "one_of_several", json_true());
	return object;
}

static const char *const class_names[] = {
	[FINDING_LEAK] = "leak",
	[FINDING_FOREIGN] = "foreign",
	[FINDING_IGNORED] = "ignored",
};

static const char *const removal_names[] = {
	[REMOVAL_NONE] = NULL,
	[REMOVAL_GOES] = "with the sandbox",
	[REMOVAL_DONE] = "yes",
	[REMOVAL_FAILED] = "failed",
};

static int
put_finding(const struct run_finding *finding, FILE *out, struct err *err)
{
	json_t *line =
		json_pack("{s:s, s:o}", "type", class_names[finding->class],
			  "object", object_to_json(finding->leak->object));
	const char *removal = removal_names[finding->removal];

	if (finding->leak->maker.command)
		json_object_set_new(line, "made_by",
				    maker_to_json(&finding->leak->maker));
	if (finding->rule) {
		json_object_set_new(line, "rule",
				    json_string(finding->rule->head.source));
		json_object_set_new(line, "reason",
				    json_string(finding->rule->head.reason));
	}
	if (removal)
		json_object_set_new(line, "removed", json_string(removal));
	if (finding->why)
		json_object_set_new(line, "why", json_string(finding->why));
	return snapshot_file_put(line, out, err);
}

static int
put_summary(const struct run_report *report, FILE *out, struct err *err)
{
	const struct run *run = report->run;
	CLEANUP_BUF struct buf end = {0};

	if (run->exec_error)
		buf_add_text(&end, "not-executed");
	else
		end_add_code(&end, run->status);
	return snapshot_file_put(
		json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:i}", "type",
			  "summary", "leaks",
			  (json_int_t)report->counts[FINDING_LEAK], "foreign",
			  (json_int_t)report->counts[FINDING_FOREIGN],
			  "ignored",
			  (json_int_t)report->counts[FINDING_IGNORED],
			  "survivors", (json_int_t)run->survivors.count,
			  "calls_not_followed", (json_int_t)run->missed, "end",
			  buf_text(&end), "exit_status", report->exit_status),
		out, err);
}

int
run_report_json(const struct run_report *report, FILE *out, struct err *err)
{
	if (put_head(report, out, err) || put_survivors(report, out, err))
		return -1;
	for (size_t i = 0; i < report->count; i++)
		if (put_finding(&report->findings[i], out, err))
			return -1;
	if (snapshot_file_put_blind_spots(report->run->after, out, err) ||
	    ignore_put_idle(report->ignore, out, err))
		return -1;
	return put_summary(report, out, err);
}
