/* SPDX-License-Identifier: MIT */
/*
 * survey.h - when objects of a leak class are alive, and so which trials could
 * show it. Pure.
 *
 * Moments are those of the golden run: two for each site, before and return. A
 * window is from the return of what makes an object to the entry of what
 * removes it.
 */
#ifndef REPORTS_SURVEY_H
#define REPORTS_SURVEY_H

#include "base/attr.h"
#include "reports/log.h"

struct survey {
	const struct log *log;
	size_t *moments; /* of each trial; SIZE_MAX: its site is not known */
	char (*ids)[TRIAL_SHORT_ID + 1]; /* the class of each object */
	bool *alive; /* in each moment: is one of the marked class there? */
	size_t moment_count;
};

/* @log must outlive *survey. */
void survey_make(struct survey *survey, const struct log *log);
void survey_free(struct survey *survey);
#define CLEANUP_SURVEY CLEANUP(survey_free)

/*
 * Mark the moments in which an object of the class @id is alive. Returns the
 * first such object, NULL when the golden run made none.
 */
const struct campaign_object *
survey_mark(struct survey *survey, const char *id);
/* The two moments of a site of the log, too. */
void survey_mark_site(struct survey *survey, size_t site);
/* Was the trial @index made while an object of the marked class was alive? */
bool survey_is_alive(const struct survey *survey, size_t index);
/* At how many points were such trials made? */
size_t survey_count_points(const struct survey *survey);

#endif
