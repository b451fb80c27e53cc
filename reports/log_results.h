/* SPDX-License-Identifier: MIT */
/* log_results.h - what the log of ipcrash comes to, for formats of others. */
#ifndef REPORTS_LOG_RESULTS_H
#define REPORTS_LOG_RESULTS_H

#include "reports/block.h"
#include "reports/results.h"

/* What @source points to must outlive *results, as must *source itself. */
void results_of_log(struct results *results, const struct block_source *source);

#endif
