/* SPDX-License-Identifier: MIT */
/*
 * progress.h - how far a campaign is, on a terminal as a bar in one line, else
 * as a line now and then; and a line for each trial that is not as it should
 * be. Watches a campaign.
 */
#ifndef HARNESS_PROGRESS_H
#define HARNESS_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/campaign.h"

struct progress;

/*
 * Tell on @out, which must stay open. A bar is drawn if it is a terminal that
 * can go back in a line. @verbose: also trials that do not fail the gate.
 */
struct progress *progress_new(FILE *out, bool color, bool verbose);
/* Trials that are known fail no gate: they are told as those that do not. */
typedef bool progress_knows(void *owner, const struct trial *trial);
void
progress_excuse(struct progress *progress, progress_knows *knows, void *owner);
/* Takes the bar away, too. NULL is allowed. */
void progress_free(struct progress *progress);
void progress_free_ptr(struct progress **progress);
#define CLEANUP_PROGRESS CLEANUP(progress_free_ptr)

struct campaign_watcher progress_watcher(struct progress *progress);

/* What a bar or a line is made of. */
struct progress_state {
	size_t planned;
	size_t done;
	size_t resumed;	 /* of them, by an earlier run */
	size_t findings; /* for which the gate fails */
	size_t warnings;
	size_t unclear; /* that say nothing about the target */
	int64_t elapsed_ns;
};

/* Until the end; -1 while it cannot be said, or when nothing is left. */
int64_t progress_left_ns(const struct progress_state *state);
/* "Crashing [=====>     ] 297/504  3 findings  ETA 0:09", @width at most. */
void progress_add_bar(struct buf *into, const struct progress_state *state,
		      size_t width);
/* "[ 40%] 201/504 trials, 2 findings, about 14 s left" */
void progress_add_line(struct buf *into, const struct progress_state *state);
/* "      LEAKED [  0.011s] src/pool.c:...:SIGTERM  sysv-shm 7" */
void
progress_add_trial(struct buf *into, const struct trial *trial, bool color);
/* "ipcrash 0.1.0  ./server  12 sites, 24 points, 168 trials, in a sandbox" */
void progress_add_header(struct buf *into, const struct campaign *campaign);

#endif
