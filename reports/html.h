/* SPDX-License-Identifier: MIT */
/*
 * html.h - the report of a campaign as one HTML page: whole without JavaScript,
 * readable without CSS, better with both; it loads nothing. A function of the
 * log alone, but that source lines are shown if their files can be read.
 */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include "reports/reporter.h"

/* reporter.h: a writer, and what goes beside its file. */
int report_html(const struct report *report, FILE *out, struct err *err);
/* The style once more, for who refuses what is inline, as Jenkins does. */
int report_html_style(FILE *out, struct err *err);
#define HTML_STYLE "report.css"

#endif
