/* SPDX-License-Identifier: MIT */
/*
 * run_report.h - what `leakcheck run` says at the end, as text and as JSON
 * Lines, and for formats of other tools, run_results.h. All are functions of
 * the same data.
 */
#ifndef LEAKCHECK_CLI_RUN_REPORT_H
#define LEAKCHECK_CLI_RUN_REPORT_H

#include <stdio.h>

#include "leakcheck/cli/ignore.h"
#include "leakcheck/run.h"
#include "model/campaign.h"

enum finding_class {
	FINDING_LEAK,	 /* the command left it behind */
	FINDING_FOREIGN, /* appeared meanwhile, not known whose */
	FINDING_IGNORED, /* a rule expects it */
	FINDING_CLASS_COUNT
};

enum removal { REMOVAL_NONE, REMOVAL_GOES, REMOVAL_DONE, REMOVAL_FAILED };

struct run_finding {
	const struct leak *leak;
	enum finding_class class;
	const struct rule *rule; /* FINDING_IGNORED */
	enum removal removal;	 /* what became of it */
	char *why;		 /* REMOVAL_FAILED: the reason */
};

struct run_report {
	const struct run *run;
	const struct ignore *ignore;
	char *const *argv;
	const char *program;   /* of argv, the first that is a file below the
				  directory; NULL: none is */
	const char *directory; /* in which it ran, NULL: not known */
	int64_t started;       /* seconds since 1970 */
	double seconds;	       /* it took, to the end of its processes */
	int64_t settle_ms;
	struct run_finding *findings;
	size_t count;
	size_t counts[FINDING_CLASS_COUNT];
	enum gate gate;
	int exit_status; /* of leakcheck */
	bool overruled;	 /* it is not the command's */
	bool strict;
	bool verbose;
	bool color;
};

/* Say nothing when there is nothing to say, unless verbose. */
void run_report_text(const struct run_report *report, FILE *out);
/* Returns 0, or -1 with *err set. */
int
run_report_json(const struct run_report *report, FILE *out, struct err *err);

#endif
