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
	 * one of these trials says nothing.
	 */
	FINDING_UNSEEN,
	FINDING_GONE,	/* it was tried at all these points: nothing was left */
	FINDING_WINDOW, /* it is left for some instructions only */
	FINDING_THERE,
};

struct evidence {
	struct survey survey;
	const struct classes *classes;
};

/* @log and @classes must outlive *evidence. */
void evidence_make(struct evidence *evidence, const struct log *log,
		   const struct classes *classes);
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
