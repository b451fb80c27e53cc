/* SPDX-License-Identifier: MIT */
/* reporters.c - the formats of a report. */
#include <errno.h>
#include <string.h>

#include "base/attr.h"
#include "base/nearest.h"
#include "reports/html.h"
#include "reports/reporter.h"

static const struct reporter rows[] = {
	{"text", "what is shown when nothing is asked for", true, report_text,
	 NULL, NULL},
	{"json", "one JSON document, for jq", false, report_json, NULL, NULL},
	{"junit", "JUnit XML, for Jenkins, GitLab and others", false,
	 report_junit, NULL, NULL},
	{"junit-strict", "the same as Jenkins' xUnit plugin wants it", false,
	 report_junit_strict, NULL, NULL},
	{"tap", "Test Anything Protocol 13, for prove, Automake and Meson",
	 false, report_tap, NULL, NULL},
	{"html", "one page, with all that is known", true, report_html,
	 HTML_STYLE, report_html_style},
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
