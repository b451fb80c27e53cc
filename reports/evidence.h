/* SPDX-License-Identifier: MIT */
/*
 * evidence.h - what a log says of a class after a fault, also of a class that
 * it does not show: was it looked for where it would be? Pure.
 */
#ifndef REPORTS_EVIDENCE_H
#define REPORTS_EVIDENCE_H

#include "base/attr.h"
#include "reports/classes.h"
#include "reports/survey.h"

enum finding_state {
	/*
	 * The fault was not tried while an object of the class was alive, or
	 * one of these trials says nothing of what is left.
	 */
	FINDING_UNSEEN,
	FINDING_GONE,	/* it was tried at all these points: nothing was left */
	FINDING_WINDOW, /* it is left for some instructions only */
	FINDING_THERE,
	FINDING_STATES
};

struct evidence {
	struct survey survey;
};

/* @log must outlive *evidence. */
void evidence_make(struct evidence *evidence, const struct log *log);
void evidence_free(struct evidence *evidence);
#define CLEANUP_EVIDENCE CLEANUP(evidence_free)

/* Of the class @id, from now on; false: the log did not come to its place. */
bool evidence_turn_to(struct evidence *evidence, const char *id);
/* The state of the class @id, which was turned to, after @fault. */
enum finding_state evidence_ask(const struct evidence *evidence, const char *id,
				const struct fault *fault);

/*
 * Why the log is no reason to call anything gone that it does not have: "it was
 * interrupted". NULL: it is one.
 */
const char *evidence_why_not(const struct log *log);

#endif
