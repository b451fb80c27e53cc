/* SPDX-License-Identifier: MIT */
/* evidence.c - what a log says of a class after a fault. */
#include "reports/evidence.h"

#include <string.h>

#include "reports/class_id.h"

void
evidence_make(struct evidence *evidence, const struct log *log,
	      const struct classes *classes)
{
	*evidence = (struct evidence) {.classes = classes};
	survey_make(&evidence->survey, log);
}

void
evidence_free(struct evidence *evidence)
{
	survey_free(&evidence->survey);
}

/* Is @trial at the site of runs that hang, or stay, and are the class @id? */
static bool
is_at_place(const struct trial *trial, const char *id)
{
	static const enum verdict verdicts[] = {VERDICT_HUNG, VERDICT_ORPHANED};

	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		const struct class_name name = {.kind = KIND_COUNT,
						.verdict = verdicts[i],
						.created_at = trial->site};
		char own[TRIAL_SHORT_ID + 1];

		class_id_make(&name, own);
		if (strcmp(own, id) == 0)
			return true;
	}
	return false;
}

static bool
could_show(const struct evidence *evidence, size_t index, const char *id)
{
	return survey_is_alive(&evidence->survey, index) ||
	       is_at_place(&evidence->survey.log->trials[index], id);
}

bool
evidence_turn_to(struct evidence *evidence, const char *id)
{
	const struct log *log = evidence->survey.log;

	if (survey_mark(&evidence->survey, id))
		return true;
	for (size_t i = 0; i < log->trial_count; i++)
		if (is_at_place(&log->trials[i], id))
			return true;
	return false;
}

static const struct class_fault *
find_fault(const struct classes *classes, const char *id,
	   const struct fault *fault)
{
	const struct leak_class *class = classes_find(classes, id);

	for (size_t i = 0; class && i < class->fault_count; i++)
		if (fault_equal(&class->faults[i].fault, fault))
			return &class->faults[i];
	return NULL;
}

enum finding_state
evidence_ask(const struct evidence *evidence, const char *id,
	     const struct fault *fault)
{
	const struct log *log = evidence->survey.log;
	const struct class_fault *found =
		find_fault(evidence->classes, id, fault);
	bool tried = false;

	if (found && found->first)
		return found->leaks ? FINDING_THERE : FINDING_WINDOW;
	for (size_t i = 0; i < log->trial_count; i++) {
		const struct trial *trial = &log->trials[i];

		if (!fault_equal(&trial->fault, fault) ||
		    !could_show(evidence, i, id))
			continue;
		if (verdict_weight(trial->verdict) == WEIGHT_GAP)
			return FINDING_UNSEEN;
		tried = true;
	}
	return tried ? FINDING_GONE : FINDING_UNSEEN;
}

const char *
evidence_why_not(const struct log *log)
{
	const struct campaign_record *campaign = &log->campaign;
	const struct campaign_options *options = &campaign->options;

	if ((int64_t)log_run_count(log) < log_planned_runs(log))
		return "not all trials were made";
	if (options->only.count || options->skip.count)
		return "only some of the trials were selected";
	if (options->max_trials)
		return "--max-trials left some out";
	if (options->allow_leaky)
		return "--allow-leaky-baseline hides what leaks without a "
		       "fault";
	if (campaign->refused)
		return "no sandbox was to be had";
	return NULL;
}
