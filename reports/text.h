/* SPDX-License-Identifier: MIT */
/*
 * text.h - what a campaign came to, for a reader at a terminal. What fails the
 * gate and how to redo it comes last, in full as far as there is room on a page
 * of 45 lines, and then the count; before it what is a mere warning, in a line,
 * and what else must be known. A function of the log alone, but that source
 * lines are quoted if their files can be read.
 */
#ifndef REPORTS_TEXT_H
#define REPORTS_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "reports/classes.h"
#include "reports/log.h"

struct text_settings {
	bool color;
	bool verbose; /* nothing is shortened */
	bool matrix;  /* the table of points and faults, however large */
	bool header;  /* what was run, which a campaign has said before */
	/* For the commands that are shown: -o, NULL: the default folder. */
	const char *folder;
	const char *log; /* where it is, NULL: not said */
};

void text_report(const struct log *log, const struct classes *classes,
		 const struct text_settings *settings, FILE *out);

/* One trial in full, as its class would be told. */
void text_trial(const struct log *log, const struct trial *trial,
		const struct text_settings *settings, FILE *out);

/*
 * The run without a fault has ended badly: @end tells how, @log has its sites
 * and notes.
 * @hung: it was killed at its deadline.
 */
void text_golden(const struct log *log, const struct trial *end, bool hung,
		 const struct text_settings *settings, FILE *out);

#endif
