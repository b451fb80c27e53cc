/* SPDX-License-Identifier: MIT */
/* survey.c - when objects of a leak class are alive. */
#include "reports/survey.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reports/class_id.h"

void
survey_make(struct survey *survey, const struct log *log)
{
	*survey = (struct survey) {.log = log};
	survey->moment_count = log->site_count * 2;
	survey->alive = mem_zalloc(survey->moment_count + 1);
	survey->moments =
		mem_alloc(log->trial_count * sizeof(*survey->moments));
	survey->ids = mem_alloc(log->object_count * sizeof(*survey->ids));
	for (size_t i = 0; i < log->trial_count; i++)
		survey->moments[i] = log_moment(log, log->trials[i].site,
						log->trials[i].phase);
	for (size_t i = 0; i < log->object_count; i++)
		class_id_make(
			&(struct class_name) {
				.kind = log->objects[i].kind,
				.created_at = log->objects[i].created_at},
			survey->ids[i]);
}

void
survey_free(struct survey *survey)
{
	free(survey->alive);
	free(survey->moments);
	free(survey->ids);
	*survey = (struct survey) {0};
}

static void
mark_window(struct survey *survey, const struct campaign_object *object)
{
	const struct log *log = survey->log;
	size_t start = log_moment(log, object->created_at, PHASE_RETURN);
	size_t end = survey->moment_count;

	if (object->released_at)
		end = log_moment(log, object->released_at, PHASE_BEFORE) + 1;
	for (size_t at = start; at < end && at < survey->moment_count; at++)
		survey->alive[at] = true;
}

const struct campaign_object *
survey_mark(struct survey *survey, const char *id)
{
	const struct log *log = survey->log;
	const struct campaign_object *first = NULL;

	memset(survey->alive, false, survey->moment_count);
	for (size_t i = 0; i < log->object_count; i++) {
		if (memcmp(survey->ids[i], id, TRIAL_SHORT_ID) != 0)
			continue;
		if (!first)
			first = &log->objects[i];
		mark_window(survey, &log->objects[i]);
	}
	return first;
}

void
survey_mark_site(struct survey *survey, size_t site)
{
	for (size_t i = 0; i < 2; i++)
		survey->alive[site * 2 + i] = true;
}

bool
survey_is_alive(const struct survey *survey, size_t index)
{
	size_t moment = survey->moments[index];

	return moment < survey->moment_count && survey->alive[moment];
}

/* Trials of one point follow each other: the log is in their order. */
size_t
survey_count_points(const struct survey *survey)
{
	const size_t *moments = survey->moments;
	size_t count = 0;

	for (size_t i = 0; i < survey->log->trial_count; i++)
		if (survey_is_alive(survey, i) &&
		    (i == 0 || moments[i] != moments[i - 1]))
			count++;
	return count;
}
