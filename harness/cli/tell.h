/* SPDX-License-Identifier: MIT */
/* tell.h - what several commands say in the same words. */
#ifndef HARNESS_CLI_TELL_H
#define HARNESS_CLI_TELL_H

#include <stdio.h>

#include "base/status.h"
#include "harness/campaign.h"
#include "reports/text.h"

/* The exit status that a failed campaign_run() or campaign_rerun() means. */
enum status
tell_failure(const struct campaign *campaign, const struct err *err);
/* That a signal came before there was a plan. Returns the exit status. */
enum status tell_stopped(const struct campaign *campaign, FILE *out);
/* The exit status of a gate; @error_status is that of --error-exitcode. */
enum status tell_gate(enum gate gate, int error_status);

/* What of the program could not be followed, in lines; @before each. */
void
tell_cautions(const struct campaign *campaign, const char *before, FILE *out);

/* That runs at one time are in each other's way, if they are. */
void tell_crowd(const struct campaign *campaign, FILE *out);

/*
 * Why there is nothing to inject at, or why the run without a fault is bad:
 * what it left, what stays, how it ended. Returns the exit status.
 */
enum status tell_no_sites(const struct campaign *campaign, FILE *out);
/* Append that in a sentence. */
void tell_add_no_sites(struct buf *into, const struct campaign *campaign);
void tell_add_bad_golden(struct buf *into, const struct campaign *campaign);
/* Sites and notes of the runs without a fault, as a log would have them. */
void tell_fill_log(struct log *log, const struct campaign *campaign);
enum status tell_bad_golden(const struct campaign *campaign,
			    const struct text_settings *settings, FILE *out);

#endif
