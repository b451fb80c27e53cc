/* SPDX-License-Identifier: MIT */
/*
 * run_results.h - what `leakcheck run` found, for formats of other tools,
 * reports/results.h: a finding and a case for each object that is left and for
 * each process that stays. Which line made an object is not known here, so
 * nothing has a place in a source.
 */
#ifndef LEAKCHECK_CLI_RUN_RESULTS_H
#define LEAKCHECK_CLI_RUN_RESULTS_H

#include "leakcheck/cli/run_report.h"
#include "reports/results.h"

/*
 * Fill *results, which points into @report. The ids are the same in the next
 * run as far as kind, maker and path are: identifiers of System V never are,
 * and keys mostly are not, ftok(3). Equal ones are numbered.
 */
void run_results_make(struct results *results, const struct run_report *report);

#endif
