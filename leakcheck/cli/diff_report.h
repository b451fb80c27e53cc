/* SPDX-License-Identifier: MIT */
/*
 * diff_report.h - what `leakcheck diff` says, as text and as JSON Lines. Both
 * are functions of the same data.
 */
#ifndef LEAKCHECK_CLI_DIFF_REPORT_H
#define LEAKCHECK_CLI_DIFF_REPORT_H

#include <stdio.h>

#include "leakcheck/cli/ignore.h"
#include "leakcheck/diff.h"

struct diff_report {
	const struct snapshot *before;
	const struct snapshot *after;
	bool after_is_now; /* what runs now can be asked about */
	const struct diff *diff;
	const struct ignore *ignore;
	const struct rule **rules; /* that expect the entries, NULL: none */
	size_t counts[DIFF_CLASS_COUNT]; /* without those that are expected */
	size_t expected;
	int exit_status; /* of leakcheck */
	bool color;
};

void diff_report_text(const struct diff_report *report, FILE *out);
/* Returns 0, or -1 with *err set. */
int
diff_report_json(const struct diff_report *report, FILE *out, struct err *err);

/*
 * Append which snapshot did not look where the object of a DIFF_UNSURE entry
 * is, and why, printable.
 */
void diff_report_add_doubt(const struct diff_report *report, struct buf *into,
			   const struct diff_entry *entry);

#endif
