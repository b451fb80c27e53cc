/* SPDX-License-Identifier: MIT */
/* log_results.h - what the log of ipcrash comes to, for formats of others. */
#ifndef REPORTS_LOG_RESULTS_H
#define REPORTS_LOG_RESULTS_H

#include "reports/block.h"
#include "reports/results.h"

/* What @source points to must outlive *results, as must *source itself. */
void results_of_log(struct results *results, const struct block_source *source);
/*
 * No trial was made, and @why: what is known then, of a log that has its
 * campaign. results->notes is for the caller to fill.
 */
void results_of_no_trial(struct results *results,
			 const struct block_source *source, const char *why);

#endif
