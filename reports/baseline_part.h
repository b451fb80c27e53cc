/* SPDX-License-Identifier: MIT */
/* baseline_part.h - what the files of the baseline share. */
#ifndef REPORTS_BASELINE_PART_H
#define REPORTS_BASELINE_PART_H

#include "reports/baseline.h"

/* Before a fault after which a class is left for some instructions only. */
#define BASELINE_WINDOW "window:"
#define BASELINE_LINES	"lines="

struct baseline_plan baseline_plan_of(const struct log *log);
/* Findings of such a plan were, or are, added. */
void
baseline_widen(struct baseline *baseline, const struct baseline_plan *plan);
/* Could it have met all that the baseline has? */
bool
baseline_is_as_wide(const struct baseline *baseline, const struct log *log);

/* Append "31c3022a SIGHUP SIGTERM" and the comment, without a newline. */
void baseline_add_line(struct buf *into, const struct baseline_entry *entry);

#endif
