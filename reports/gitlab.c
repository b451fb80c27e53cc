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

static json_t *
finding_to_json(const struct results *results,
		const struct result_finding *finding)
{
	CLEANUP_BUF struct buf description = {0};
	CLEANUP_BUF struct buf path = {0};
	CLEANUP_BUF struct buf shown = {0};
	int line = results_add_anchor(&path, results, finding->place);

	add_description(&description, finding);
	text_add_printable(&shown, buf_text(&path), path.length);
	return json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:{s:i}}}",
			 "description", buf_text(&description), "check_name",
			 finding->rule->id, "fingerprint", finding->id,
			 "severity",
			 finding->excuse ? "info" : severities[finding->level],
			 "location", "path", buf_text(&shown), "lines", "begin",
			 line ? line : 1);
}

int
report_gitlab(const struct report *report, FILE *out, struct err *err)
{
	const struct results *results = report->results;
	json_t *array = json_array();
	int failed;

	for (size_t i = 0; i < results->finding_count; i++)
		json_array_append_new(
			array, finding_to_json(results, &results->findings[i]));
	failed = json_dumpf(array, out, JSON_INDENT(1));
	json_decref(array);
	if (failed || fputc('\n', out) == EOF)
		return err_set(err, errno, "writing Code Quality");
	return 0;
}
