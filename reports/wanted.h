/* SPDX-License-Identifier: MIT */
/*
 * wanted.h - the reports that a command line asks for:
 *
 *	--report junit=out.xml --report sarif=leaks.sarif --report github
 *
 * A format without a file goes to standard output, in the place of what the
 * command shows otherwise.
 */
#ifndef REPORTS_WANTED_H
#define REPORTS_WANTED_H

#include "base/attr.h"
#include "base/cli.h"
#include "base/replace.h"
#include "reports/reporter.h"

struct wanted_report {
	const struct reporter *reporter;
	const char *file; /* points into argv, NULL: standard output */
	/* Where that is, and what goes beside it. */
	struct replace place, beside;
	int company; /* what is added to, reporter.h; -1: nothing */
};

/* Zero-initialise to start. */
struct wanted {
	struct wanted_report *items;
	size_t count;
};
void wanted_free(struct wanted *wanted);
#define CLEANUP_WANTED CLEANUP(wanted_free)

/* Takers of a member of this type, with and without a log to report. */
cli_take wanted_take_of_log;
cli_take wanted_take;

/*
 * Before what is to be reported is done: find where they are to be written,
 * and refuse what cannot be. Nothing is written yet. Returns 0, or -1 with *err
 * set.
 */
int wanted_open(struct wanted *wanted, struct err *err);
/*
 * Then refuse what goes to @file ("-": standard output), as @what does, by
 * whatever names. Returns 0, or -1 with *err set.
 */
int wanted_refuse(const struct wanted *wanted, const char *file,
		  const char *what, struct err *err);
/* Does one of them go to standard output? */
bool wanted_shows(const struct wanted *wanted);
/*
 * Write them all, once, each file as a whole or not at all, but for those that
 * need trials where there is no log. Returns 0, or -1 with *err naming the
 * first that could not be written; the others are.
 */
int wanted_write(struct wanted *wanted, const struct report *report,
		 struct err *err);

/*
 * The member is a struct wanted; @take one of the takers. @alone: where on
 * standard output a format without a file is.
 */
#define REPORT_INSTEAD "in the place of what is shown otherwise"
#define OPTION_REPORT(type, member, take, alone)                              \
	{                                                                     \
		"report", 0, "REPORT",                                        \
			"Write REPORT, which is FORMAT=FILE, or FORMAT "      \
			"alone for standard output, " alone ". May be "       \
			"given again. Formats are in the man page, REPORTS.", \
			take, offsetof(type, member)                          \
	}

#endif
