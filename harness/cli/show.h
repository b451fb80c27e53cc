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

/* Returns 0, or -1 with *err set. */
int show_log(const struct show *show, const struct log *log,
	     const struct classes *classes, struct err *err);

#endif
