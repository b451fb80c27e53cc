/* SPDX-License-Identifier: MIT */
/* show.h - what a log comes to: the reports that are wanted, or the text. */
#ifndef HARNESS_CLI_SHOW_H
#define HARNESS_CLI_SHOW_H

#include "base/term.h"
#include "harness/cli/remember.h"
#include "reports/text.h"
#include "reports/wanted.h"

struct show {
	struct wanted *wanted;
	const struct text_settings *text; /* if none is wanted at stdout */
	const struct remember *remember;
	bool is_run; /* it was made just now, and is a reason to tighten */
};

/* Why no trial was made. */
struct show_reason {
	const char *why;	 /* half a sentence */
	const struct trial *end; /* of a bad run without a fault, NULL: none */
	bool hung;
};
/*
 * Write the reports that are wanted and need no log, so that none of an earlier
 * run is taken for one of this. Returns 0, or -1 with *err set.
 */
int show_no_trial(const struct show *show, const struct log *log,
		  const struct show_reason *reason, struct err *err);

/* Returns 0, or -1 with *err set. */
int show_log(const struct show *show, const struct log *log,
	     const struct classes *classes, struct err *err);

#endif
