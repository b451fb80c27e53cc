/* SPDX-License-Identifier: MIT */
/*
 * clean_json.c - what `leakcheck clean` says, as JSON Lines:
 *
 *	{"type":"clean","version":1,"tool":"leakcheck 0.1.0","yes":false}
 *	{"type":"kept","use":"busy","why":"in use: ...","object":{...}}
 *	{"type":"not_looked_at","kinds":["fifo"],"path":"/root","why":"..."}
 *	{"type":"summary","kept":1,...,"exit_status":0}
 *
 * Besides "kept" there are "would_remove", "gone", "removed" and, with
 * "error", "failed". "use" is what was found before: free, idle, busy, unknown.
 */
#include "leakcheck/cli/clean_report.h"

#include <assert.h>

#include "leakcheck/cli/commands.h"
#include "leakcheck/snapshot_file.h"
#include "leakcheck/snapshot_json.h"
#include "model/object_json.h"

static const char *const outcome_names[] = {
	[CLEAN_KEPT] = "kept",	   [CLEAN_WOULD_GO] = "would_remove",
	[CLEAN_GONE] = "gone",	   [CLEAN_REMOVED] = "removed",
	[CLEAN_FAILED] = "failed",
};
static_assert(ARRAY_LEN(outcome_names) == CLEAN_OUTCOME_COUNT, "a name each");

static int
put_entry(const struct clean_entry *entry, FILE *out, struct err *err)
{
	json_t *line =
		json_pack("{s:s,s:s}", "type", outcome_names[entry->outcome],
			  "use", use_name(entry->use));

	object_json_set_bytes(line, "why", entry->why);
	if (entry->error)
		object_json_set_bytes(line, "error", entry->error);
	json_object_set_new(line, "object", object_to_json(entry->object));
	return snapshot_file_put(line, out, err);
}

static int
put_summary(const struct clean_report *report, FILE *out, struct err *err)
{
	json_t *line = json_pack("{s:s}", "type", "summary");

	for (int i = 0; i < CLEAN_OUTCOME_COUNT; i++)
		json_object_set_new(
			line, outcome_names[i],
			json_integer((json_int_t)report->counts[i]));
	json_object_set_new(line, "exit_status",
			    json_integer(report->exit_status));
	return snapshot_file_put(line, out, err);
}

int
clean_report_json(const struct clean_report *report, FILE *out, struct err *err)
{
	if (snapshot_file_put(json_pack("{s:s,s:i,s:s,s:b}", "type", "clean",
					"version", 1, "tool",
					PROGRAM " " VERSION, "yes",
					report->yes),
			      out, err))
		return -1;
	for (size_t i = 0; i < report->count; i++)
		if (put_entry(&report->entries[i], out, err))
			return -1;
	if (snapshot_file_put_blind_spots(report->snapshot, out, err))
		return -1;
	return put_summary(report, out, err);
}
