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
#include "reports/reporter.h"

struct wanted_report {
	const struct reporter *reporter;
	const char *file; /* points into argv, NULL: standard output */
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

/* Before what is to be reported is done: can they be written? */
int wanted_check(const struct wanted *wanted, struct err *err);
/* Does one of them go to standard output? */
bool wanted_shows(const struct wanted *wanted);
/*
 * Write them all, each file as a whole or not at all. Returns 0, or -1 with
 * *err naming the first that could not be written; the others are.
 */
int wanted_write(const struct wanted *wanted, const struct report *report,
		 struct err *err);

/* The member is a struct wanted; @take one of the takers. */
#define OPTION_REPORT(type, member, take)                                  \
	{                                                                  \
		"report", 0, "REPORT",                                     \
			"Write REPORT, which is FORMAT=FILE, or FORMAT "   \
			"alone for standard output in the place of what "  \
			"is shown otherwise. May be given again. Formats " \
			"are in the man page, REPORTS.",                   \
			take, offsetof(type, member)                       \
	}

#endif
