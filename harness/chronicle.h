/* SPDX-License-Identifier: MIT */
/*
 * chronicle.h - what a campaign puts into its log: how it is made, its sites
 * and objects, a record a trial, what it came to.
 */
#ifndef HARNESS_CHRONICLE_H
#define HARNESS_CHRONICLE_H

#include "harness/campaign.h"
#include "harness/journal.h"
#include "reports/log.h"

/*
 * The settings that led to @record, as far as it tells them: not what errors
 * were tried, nor by how many jobs. Texts stay those of the record, lists are
 * in @arena. What this ipcrash does not know, as of a newer one, is left out.
 */
struct campaign_settings
chronicle_settings(const struct campaign_record *record, struct arena *arena);

struct chronicle {
	struct journal journal;
	struct log log; /* of the earlier part, when it is gone on with */
	int64_t started_ns;
};

/* Equal for equal trials only. */
uint64_t chronicle_key(const char *id, unsigned repetition);
/*
 * Open the log in settings->folder and write the first records. With
 * settings->resume go on with what is there: the keys of what it has, except of
 * broken trials, are set in @finished.
 */
int chronicle_open(struct chronicle *chronicle, const struct campaign *campaign,
		   const struct campaign_settings *settings,
		   struct tally *finished, struct err *err);
int chronicle_trial(struct chronicle *chronicle, const struct trial *trial,
		    struct err *err);
/* Write the summary. */
int chronicle_close(struct chronicle *chronicle,
		    const struct campaign *campaign, struct err *err);
void chronicle_free(struct chronicle *chronicle);

#endif
