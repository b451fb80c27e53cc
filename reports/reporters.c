/* SPDX-License-Identifier: MIT */
/* reporters.c - the formats of a report. */
#include <errno.h>
#include <string.h>

#include "base/attr.h"
#include "base/nearest.h"
#include "reports/html.h"
#include "reports/reporter.h"

/* What a service takes of the summary of a step: 1 MiB. */
static const struct reporter_company step_summary = {"GITHUB_STEP_SUMMARY",
						     1 << 20, report_markdown};

static const struct reporter rows[] = {
	{.name = "text",
	 .tells = "what is shown when nothing is asked for",
	 .needs_log = true,
	 .write = report_text},
	{.name = "json",
	 .tells = "one JSON document, for jq",
	 .write = report_json},
	{.name = "junit",
	 .tells = "JUnit XML, for Jenkins, GitLab and others",
	 .write = report_junit},
	{.name = "junit-strict",
	 .tells = "the same as Jenkins' xUnit plugin wants it",
	 .write = report_junit_strict},
	{.name = "tap",
	 .tells = "Test Anything Protocol 13, for prove, Automake and Meson",
	 .write = report_tap},
	{.name = "sarif",
	 .tells = "SARIF 2.1.0, for GitHub code scanning and viewers",
	 .write = report_sarif},
	{.name = "gitlab",
	 .tells = "Code Quality of GitLab",
	 .write = report_gitlab},
	{.name = "github",
	 .tells = "annotations of GitHub Actions, and the step's summary",
	 .write = report_github,
	 .company = &step_summary},
	{.name = "markdown",
	 .tells = "for a step's summary or a comment",
	 .write = report_markdown},
	{.name = "html",
	 .tells = "one page, with all that is known",
	 .needs_log = true,
	 .needs_trials = true,
	 .write = report_html,
	 .beside = HTML_STYLE,
	 .write_beside = report_html_style},
};

static bool
is_usable(const struct reporter *row, bool has_log)
{
	return has_log || !row->needs_log;
}

const struct reporter *
reporter_next(const struct reporter *last, bool has_log)
{
	const struct reporter *row = last ? last + 1 : rows;

	while (row < rows + ARRAY_LEN(rows) && !is_usable(row, has_log))
		row++;
	return row < rows + ARRAY_LEN(rows) ? row : NULL;
}

const struct reporter *
reporter_find(const char *name, bool has_log, struct err *err)
{
	struct nearest nearest = {.word = name};
	CLEANUP_BUF struct buf all = {0};

	for (const struct reporter *row = reporter_next(NULL, has_log); row;
	     row = reporter_next(row, has_log)) {
		if (strcmp(row->name, name) == 0)
			return row;
		nearest_offer(&nearest, row->name);
		buf_printf(&all, "%s%s", all.length ? ", " : "", row->name);
	}
	if (nearest.best)
		err_set(err, 0, "no format '%s', did you mean '%s'?", name,
			nearest.best);
	else
		err_set(err, 0, "no format '%s'; there are %s", name,
			buf_text(&all));
	return NULL;
}
