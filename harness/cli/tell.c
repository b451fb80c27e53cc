/* SPDX-License-Identifier: MIT */
/* tell.c - what several commands say in the same words. */
#include "harness/cli/tell.h"

#include <errno.h>

#include "base/text.h"
#include "harness/cli/commands.h"
#include "model/end.h"
#include "model/fault.h"

/*
 * What fails between the runs without a fault and the first trial is what was
 * asked for: a pattern that matches nothing, say.
 */
static bool
was_asked_too_much(const struct campaign *campaign)
{
	return campaign->golden.site_count > 0 &&
	       campaign->done == campaign->resumed;
}

enum status
tell_failure(const struct campaign *campaign, const struct err *err)
{
	if (campaign->state == CAMPAIGN_CANNOT_RUN)
		return STATUS_CANNOT_RUN;
	if (campaign->state == CAMPAIGN_NOT_STARTED)
		return err->code == ENOENT ? STATUS_NOT_FOUND
					   : STATUS_NOT_EXECUTABLE;
	if (campaign->state == CAMPAIGN_NOT_LOGGED)
		return STATUS_USAGE;
	return was_asked_too_much(campaign) ? STATUS_USAGE : STATUS_INTERNAL;
}

enum status
tell_stopped(const struct campaign *campaign, FILE *out)
{
	fprintf(out,
		PROGRAM ": %s came before the first trial: there is no "
			"result\n",
		fault_signal_name(campaign->interrupted_by));
	return (enum status)(STATUS_SIGNAL + campaign->interrupted_by);
}

enum status
tell_gate(enum gate gate, int error_status)
{
	const enum status statuses[] = {
		[GATE_PASSED] = STATUS_OK,
		[GATE_FAILED] = (enum status)error_status,
		[GATE_INCOMPLETE] = STATUS_INCOMPLETE,
	};

	return statuses[gate];
}

void
tell_crowd(const struct campaign *campaign, FILE *out)
{
	CLEANUP_BUF struct buf count = {0};

	if (!campaign->only_alone)
		return;
	text_add_count(&count, campaign->only_alone, "trial");
	fprintf(out,
		PROGRAM ": %s ended otherwise when made alone: runs are "
			"in each other's way (a port, a file?), and --jobs=1 "
			"is faster then\n",
		buf_text(&count));
}

void
tell_cautions(const struct campaign *campaign, const char *before, FILE *out)
{
	const char *texts[CAUTION_COUNT];
	size_t count = caution_texts(campaign->golden.cautions, texts);

	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s%s\n", before, texts[i]);
}

void
tell_add_no_sites(struct buf *into, const struct campaign *campaign)
{
	if (campaign->plan.cells)
		buf_printf(into,
			   "of %zu trials none was selected, see --only and "
			   "--skip",
			   campaign->plan.cells);
	else if (campaign->golden.site_count)
		buf_add_text(into, "none of the faults can come at a call of "
				   "the program, see --faults");
	else
		buf_printf(into,
			   "the program made no IPC object%s, so there is "
			   "nothing to inject at",
			   campaign->golden.cautions ? " that could be followed"
						     : "");
}

enum status
tell_no_sites(const struct campaign *campaign, FILE *out)
{
	CLEANUP_BUF struct buf why = {0};

	tell_add_no_sites(&why, campaign);
	fprintf(out, PROGRAM ": %s\n", buf_text(&why));
	tell_cautions(campaign, PROGRAM ": ", out);
	return STATUS_NO_SITES;
}

void
tell_add_bad_golden(struct buf *into, const struct campaign *campaign)
{
	const struct trial *end = &campaign->golden.end;

	buf_add_text(into, "no trial was made, for the run without a fault ");
	if (campaign->golden.hung)
		buf_add_text(into, "did not end in time");
	else if (end->status != 0)
		end_add_text(into, end->status);
	else
		buf_add_text(into, end->left_count ? "left objects behind"
						   : "left processes behind");
}

void
tell_fill_log(struct log *log, const struct campaign *campaign)
{
	const struct golden *golden = &campaign->golden;
	const char **notes =
		arena_alloc(&log->arena, CAUTION_COUNT * sizeof(*notes));

	log->campaign.plan.notes = (struct record_texts) {
		.items = notes,
		.count = caution_texts(golden->cautions, notes)};
	if (golden->stopped_by)
		log->campaign.options.stop =
			fault_signal_name(golden->stopped_by);
	for (size_t i = 0; i < golden->site_count; i++)
		log_add_site(log, &golden->sites[i].site);
}

enum status
tell_bad_golden(const struct campaign *campaign,
		const struct text_settings *settings, FILE *out)
{
	const struct golden *golden = &campaign->golden;
	CLEANUP_LOG struct log log = {0};

	tell_fill_log(&log, campaign);
	text_golden(&log, &golden->end, golden->hung, settings, out);
	return STATUS_GOLDEN;
}
