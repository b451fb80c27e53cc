/* SPDX-License-Identifier: MIT */
/*
 * remember.h - what the gate of a command line remembers: the options that name
 * suppressions and a baseline, reading these files, and making them.
 */
#ifndef HARNESS_CLI_REMEMBER_H
#define HARNESS_CLI_REMEMBER_H

#include <stdio.h>

#include "base/buf.h"
#include "base/cli.h"
#include "harness/campaign.h"
#include "reports/classes.h"
#include "reports/memory.h"
#include "reports/wanted.h"

struct remember {
	struct cli_texts suppressions; /* files */
	const char *baseline;	       /* a file, NULL: none */
	bool strict;
	bool generate; /* print suppressions, not a report */
	bool verbose;
	/* What remember_load() made of them. */
	struct memory memory;
};

#define OPTION_SUPPRESSIONS(type, member)                                  \
	{                                                                  \
		"suppressions", 0, "FILE",                                 \
			"Findings that a rule of FILE covers do not fail " \
			"the gate, see ipcrash-suppressions(5). May be "   \
			"given again.",                                    \
			cli_more, offsetof(type, member.suppressions)      \
	}

#define OPTIONS_REMEMBER(type, member)                                        \
	OPTION_SUPPRESSIONS(type, member),                                    \
		{"strict-suppressions",                                       \
		 0,                                                           \
		 NULL,                                                        \
		 "Fail also for suppressions that have expired or matched "   \
		 "nothing.",                                                  \
		 cli_flag,                                                    \
		 offsetof(type, member.strict)},                              \
		{"gen-suppressions",                                          \
		 0,                                                           \
		 NULL,                                                        \
		 "Instead of the report print a suppression for each class "  \
		 "for which the gate fails, for you to write the reason.",    \
		 cli_flag,                                                    \
		 offsetof(type, member.generate)},                            \
	{                                                                     \
		"baseline", 0, "FILE",                                        \
			"Findings that 'ipcrash baseline' has written to "    \
			"FILE do not fail the gate, only new ones do. 'run' " \
			"takes out of FILE what is gone.",                    \
			cli_text, offsetof(type, member.baseline)             \
	}

/* Read the files. Returns 0, or -1 with *err naming the file and line. */
int remember_load(struct remember *remember, struct err *err);
void remember_free(struct remember *remember);
/* Refuse @wanted that would undo the baseline, or be mixed with rules. */
int remember_refuse(const struct remember *remember,
		    const struct wanted *wanted, struct err *err);

/* Put @text into the file @path: whole, or not at all and -1 with *err set. */
int remember_write(const char *path, const struct buf *text, struct err *err);

/* While trials are made: does the memory know what one shows? */
struct remember_watch {
	const struct campaign *campaign;
	const struct memory *memory;
	bool strict;
	struct log sites; /* zero at first, log_free() it: those of campaign */
};
/* For progress_excuse(); @owner is a struct remember_watch. */
bool remember_knows(void *owner, const struct trial *trial);

/* A suppression a line for each class for which the gate fails. */
void remember_generate(const struct classes *classes, FILE *out);

/*
 * Say on @out what of the baseline is gone; where it is the log of a run that
 * is over (@write), take it out of the file. Returns 0, or -1 with *err set.
 */
int remember_tighten(const struct remember *remember, const struct log *log,
		     bool write, FILE *out, struct err *err);

#endif
