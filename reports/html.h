/* SPDX-License-Identifier: MIT */
/*
 * html.h - the report of a campaign as one HTML page: whole without JavaScript,
 * readable without CSS, better with both; it loads nothing. A function of the
 * log alone, but that source lines are shown if their files can be read: same
 * log, same bytes.
 */
#ifndef REPORTS_HTML_H
#define REPORTS_HTML_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "reports/classes.h"
#include "reports/log.h"

struct html_settings {
	/* For the commands that are shown: -o, NULL: the default folder. */
	const char *folder;
	/*
	 * Where the style is, too, relative to the page: for who refuses what
	 * is inline, as Jenkins does. NULL: nowhere.
	 */
	const char *stylesheet;
};

/* Returns 0, or -1 with *err set: it could not be written. */
int
html_report(const struct log *log, const struct classes *classes,
	    const struct html_settings *settings, FILE *out, struct err *err);

/* What the file of settings->stylesheet must hold. */
const char *html_css(size_t *length);

/* The name that it has by custom. */
#define HTML_STYLESHEET "report.css"

#endif
