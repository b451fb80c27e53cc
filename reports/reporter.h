/* SPDX-License-Identifier: MIT */
/*
 * reporter.h - the formats of a report: a row each, in reporters.c. A writer is
 * a function of the data that it is given and of nothing else: the same data,
 * the same bytes.
 */
#ifndef REPORTS_REPORTER_H
#define REPORTS_REPORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "reports/results.h"

/* What there is to report. */
struct report {
	const struct results *results;
	/* Of ipcrash; NULL for who has no log. */
	const struct block_source *source;
	/* It may have so many bytes, and says what it leaves out; 0: any. */
	size_t limit;
};

/* Another report that comes with one on standard output. */
struct reporter_company {
	const char *variable; /* of the environment: names the file */
	size_t limit;	      /* of bytes in that file */
	int (*write)(const struct report *report, FILE *out, struct err *err);
};

struct reporter {
	const char *name;  /* "junit" */
	const char *tells; /* for --help: "JUnit XML, ..." */
	bool needs_log;	   /* or it can do with the results alone */
	/* It tells of trials: nothing is written where none was made. */
	bool needs_trials;
	/*
	 * Returns 0, or -1 with *err set. That @out took all of it is the
	 * caller's to check.
	 */
	int (*write)(const struct report *report, FILE *out, struct err *err);
	/* What goes beside its file: a name and how to write it; or NULL. */
	const char *beside;
	int (*write_beside)(FILE *out, struct err *err);
	const struct reporter_company *company; /* NULL: none */
};

/* The row of that name, or NULL with *err naming the nearest ones. */
const struct reporter *
reporter_find(const char *name, bool has_log, struct err *err);
/* All rows that can be used with or without a log, NULL after the last. */
const struct reporter *reporter_next(const struct reporter *last, bool has_log);

/* The writers, a file each. */
int report_text(const struct report *report, FILE *out, struct err *err);
int report_json(const struct report *report, FILE *out, struct err *err);
int report_junit(const struct report *report, FILE *out, struct err *err);
int
report_junit_strict(const struct report *report, FILE *out, struct err *err);
int report_tap(const struct report *report, FILE *out, struct err *err);
int report_sarif(const struct report *report, FILE *out, struct err *err);
int report_gitlab(const struct report *report, FILE *out, struct err *err);
int report_github(const struct report *report, FILE *out, struct err *err);
int report_markdown(const struct report *report, FILE *out, struct err *err);

#endif
