/* SPDX-License-Identifier: MIT */
/*
 * warden.h - the processes that hold sandboxes and make trials in them, seen
 * from the campaign. The scout is the one that makes the golden runs.
 *
 * A warden is a fork of the campaign and so has the golden run and the plan. It
 * is told numbers of planned trials over a socket and answers with records. It
 * ends, with all that it has started, when the socket closes. When it is killed
 * its keeper (keeper.h) tidies up.
 */
#ifndef HARNESS_WARDEN_H
#define HARNESS_WARDEN_H

#include <sys/types.h>

#include "harness/campaign.h"

struct warden {
	pid_t keeper;  /* parent of it, 0: none */
	int socket;    /* -1: none. Poll it for input: the answer */
	ssize_t trial; /* number of what it is at, -1: idle */
};
#define WARDEN_NONE ((struct warden) {.socket = -1, .trial = -1})

/* What wardens need to know, and keep after the fork. */
struct warden_work {
	const struct campaign_settings *settings;
	const struct campaign *campaign;
	const struct rerun_settings *rerun; /* NULL: no rerun */
	int64_t limit_ms;		    /* of a trial */
};

int warden_start(struct warden *warden, const struct warden_work *work,
		 struct err *err);
/*
 * Have it make a trial, by its number: the plan from 0 on, and then the plan
 * again for each repetition.
 */
int warden_give(struct warden *warden, size_t number, struct err *err);
/*
 * Take its answer: fills *trial. Returns 0; or -1 with *err set when it is in
 * trouble, or gone (EPIPE), and then nothing is left of what it had started.
 */
int warden_take(struct warden *warden, struct trial *trial, struct err *err);
/* End it. May run twice. */
void warden_stop(struct warden *warden);

/* Have one make both golden runs. */
int warden_scout(struct warden *scout, const struct warden_work *work,
		 struct err *err);
/*
 * Take what it has found: fills campaign->golden and ->differs. Returns 0, also
 * for a bad golden run; or -1 with *err and *state set. EPIPE: it is gone.
 */
int warden_take_golden(struct warden *scout, struct campaign *campaign,
		       enum campaign_state *state, struct err *err);

#endif
