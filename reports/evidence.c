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

/* Do runs that hang at @site, or processes that stay, make the class @id? */
static bool
is_place(const struct site *site, const char *id)
{
	static const enum verdict verdicts[] = {VERDICT_HUNG, VERDICT_ORPHANED};

	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		const struct class_name name = {.kind = KIND_COUNT,
						.verdict = verdicts[i],
						.created_at = site->id};
		char own[TRIAL_SHORT_ID + 1];

		class_id_make(&name, own);
		if (strcasecmp(own, id) == 0)
			return true;
	}
	return false;
}

/* Such a class is looked for at its site, as one of objects while they live. */
bool
evidence_turn_to(struct evidence *evidence, const char *id)
{
	struct survey *survey = &evidence->survey;
	const struct log *log = survey->log;
	bool has_place = survey_mark(survey, id);

	for (size_t i = 0; i < log->site_count; i++) {
		if (!is_place(&log->sites[i], id))
			continue;
		survey_mark_site(survey, i);
		has_place = true;
	}
	return has_place;
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
		    !survey_is_alive(&evidence->survey, i))
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
