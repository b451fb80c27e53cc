/* SPDX-License-Identifier: MIT */
/*
 * clean_report.h - what `leakcheck clean` says, as text and as JSON Lines.
 * Both are functions of the same data.
 */
#ifndef LEAKCHECK_CLI_CLEAN_REPORT_H
#define LEAKCHECK_CLI_CLEAN_REPORT_H

#include <stdio.h>

#include "leakcheck/inuse.h"
#include "leakcheck/snapshot.h"

/* What became of an object that matched, in the order of the report. */
enum clean_outcome {
	CLEAN_KEPT,
	CLEAN_WOULD_GO, /* without --yes */
	CLEAN_GONE,	/* somebody else was quicker */
	CLEAN_REMOVED,
	CLEAN_FAILED,
	CLEAN_OUTCOME_COUNT
};

struct clean_entry {
	const struct object *object;
	enum clean_outcome outcome;
	enum use use;
	char *why;   /* it is kept or goes */
	char *error; /* CLEAN_FAILED: why it could not be removed */
};

struct clean_report {
	const struct snapshot *snapshot;
	struct clean_entry *entries; /* in object_compare() order */
	size_t count;
	size_t counts[CLEAN_OUTCOME_COUNT];
	bool yes;
	int exit_status; /* of leakcheck */
	bool color;
};

void clean_report_text(const struct clean_report *report, FILE *out);
/* Returns 0, or -1 with *err set. */
int clean_report_json(const struct clean_report *report, FILE *out,
		      struct err *err);

#endif
