/* SPDX-License-Identifier: MIT */
/*
 * gitlab.c - Code Quality of GitLab, an array with an object for each finding:
 *
 *	[{"description":..., "check_name":"leak.sysv-shm", "severity":"major",
 *	  "fingerprint":"7f9b0d35", "location":{"path":"src/pool.c",
 *	  "lines":{"begin":42}}}]
 *
 * A merge request shows the description, on one line. What has no path is not
 * shown at all, so where no source is known it is that of the program.
 */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "reports/reporter.h"

static const char *const severities[] = {
	[LEVEL_ERROR] = "major",
	[LEVEL_WARNING] = "minor",
};
static_assert(ARRAY_LEN(severities) == LEVEL_COUNT, "a word for each");

/* What it is, when and why it comes, what helps, and how to see it. */
static void
add_description(struct buf *into, const struct result_finding *finding)
{
	static const char *const labels[] = {
		"made:", "after:", "why:", "rerun:"};

	buf_printf(into, "%s. %s", finding->title, finding->rule->tells);
	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		CLEANUP_BUF struct buf text = {0};

		if (block_add_text(&text, &finding->block, labels[i]))
			buf_printf(into, " %s %s.", labels[i], buf_text(&text));
	}
	if (finding->excuse)
		buf_printf(into, " The gate does not fail for it: %s.",
			   finding->excuse);
	buf_printf(into, " %s", finding->rule->remedy);
}

/* What differs between entries. */
struct entry {
	const char *check;
	const char *fingerprint;
	const char *severity;
	const struct frame *place; /* NULL: at the program */
};

static json_t *
entry_to_json(const struct results *results, const struct entry *entry,
	      const char *description)
{
	CLEANUP_BUF struct buf path = {0};
	CLEANUP_BUF struct buf shown = {0};
	int line = results_add_anchor(&path, results, entry->place);

	text_add_printable(&shown, buf_text(&path), path.length);
	return json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:{s:i}}}",
			 "description", description, "check_name", entry->check,
			 "fingerprint", entry->fingerprint, "severity",
			 entry->severity, "location", "path", buf_text(&shown),
			 "lines", "begin", line ? line : 1);
}

static json_t *
finding_to_json(const struct results *results,
		const struct result_finding *finding)
{
	const struct entry entry = {
		.check = finding->rule->id,
		.fingerprint = finding->id,
		.severity =
			finding->excuse ? "info" : severities[finding->level],
		.place = finding->place,
	};
	CLEANUP_BUF struct buf description = {0};

	add_description(&description, finding);
	return entry_to_json(results, &entry, buf_text(&description));
}

/* What no finding tells, NULL: there is no such thing. */
static const char *
rest_of(const struct results *results)
{
	if (results->gap || results->failure)
		return results->gap ? results->gap : results->failure;
	return strcmp(results->gate, "incomplete") == 0 ? results->summary
							: NULL;
}

/* An empty list would say that all is well, and that what was is mended. */
static void
add_rest(json_t *array, const struct results *results)
{
	const char *rest = rest_of(results);
	char fingerprint[TRIAL_SHORT_ID + 1];
	const struct entry entry = {
		.check = "gate",
		.fingerprint = fingerprint,
		.severity = severities[LEVEL_ERROR],
	};
	CLEANUP_BUF struct buf description = {0};

	if (!rest)
		return;
	buf_printf(&description, "%s/%s/gate", results->tool, results->target);
	trial_short_id(buf_text(&description), fingerprint);
	buf_clear(&description);
	buf_printf(&description, "%s: gate %s: %s", results->tool,
		   results->gate, rest);
	json_array_append_new(
		array, entry_to_json(results, &entry, buf_text(&description)));
}

int
report_gitlab(const struct report *report, FILE *out, struct err *err)
{
	const struct results *results = report->results;
	json_t *array = json_array();
	int failed;

	add_rest(array, results);
	for (size_t i = 0; i < results->finding_count; i++)
		json_array_append_new(
			array, finding_to_json(results, &results->findings[i]));
	failed = json_dumpf(array, out, JSON_INDENT(1));
	json_decref(array);
	if (failed || fputc('\n', out) == EOF)
		return err_set(err, errno, "writing Code Quality");
	return 0;
}
