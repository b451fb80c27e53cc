/* SPDX-License-Identifier: MIT */
/* evidence.c - what a log says of a class after a fault. */
#include "reports/evidence.h"

#include <string.h>

#include "reports/class_id.h"

void
evidence_make(struct evidence *evidence, const struct log *log)
{
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

/* What one run says of the class @id, if an object of that was alive. */
static enum finding_state
state_in(const struct trial *run, const char *id)
{
	if (classes_shows(run, id))
		return run->verdict == VERDICT_WINDOW ? FINDING_WINDOW
						      : FINDING_THERE;
	return trial_is_conclusive(run) ? FINDING_GONE : FINDING_UNSEEN;
}

/* Which states the runs of a trial say, the worst and the others. */
static void
ask_runs(bool said[FINDING_STATES], const struct trial *trial, const char *id,
	 bool is_alive)
{
	size_t count = trial->run_count ? trial->run_count : 1;
	const struct trial *runs = trial->run_count ? trial->runs : trial;

	for (size_t i = 0; i < count; i++) {
		enum finding_state state = state_in(&runs[i], id);

		said[state] |= is_alive || state >= FINDING_WINDOW;
	}
}

enum finding_state
evidence_ask(const struct evidence *evidence, const char *id,
	     const struct fault *fault)
{
	const struct log *log = evidence->survey.log;
	bool said[FINDING_STATES] = {false};

	for (size_t i = 0; i < log->trial_count; i++)
		if (fault_equal(&log->trials[i].fault, fault))
			ask_runs(said, &log->trials[i], id,
				 survey_is_alive(&evidence->survey, i));
	if (said[FINDING_THERE])
		return FINDING_THERE;
	if (said[FINDING_WINDOW])
		return FINDING_WINDOW;
	return said[FINDING_GONE] && !said[FINDING_UNSEEN] ? FINDING_GONE
							   : FINDING_UNSEEN;
}

const char *
evidence_why_not(const struct log *log)
{
	const struct campaign_record *campaign = &log->campaign;
	const struct campaign_options *options = &campaign->options;

	const struct log_runs runs = log_count_runs(log);

	if (runs.made < runs.planned)
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
