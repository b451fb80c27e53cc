/* SPDX-License-Identifier: MIT */
/* plan_faults.h - which faults a plan tries, and what it demands of each. */
#ifndef HARNESS_PLAN_FAULTS_H
#define HARNESS_PLAN_FAULTS_H

#include "harness/plan.h"

struct plan_fault {
	struct fault fault;
	enum policy policy;
	bool named; /* by the settings: an error is then tried at any call */
};

struct plan_faults {
	struct plan_fault *items; /* in the order in which they are tried */
	size_t count;
};

/* Returns 0, or -1 with *err set: a fault in a list that is not known. */
int plan_faults_make(struct plan_faults *faults,
		     const struct plan_settings *settings, struct err *err);
void plan_faults_free(struct plan_faults *faults);
#define CLEANUP_PLAN_FAULTS CLEANUP(plan_faults_free)

/* Can anything come of this fault at this point? */
bool plan_fault_applies(const struct plan_fault *fault,
			const struct site_state *state, enum phase phase);
/* Could something, if the program were not in the middle of a call of libc? */
bool plan_fault_is_barred(const struct plan_fault *fault,
			  const struct site_state *state, enum phase phase);

#endif
