/* SPDX-License-Identifier: MIT */
/*
 * warden.h - the processes that hold sandboxes and make trials in them, seen
 * from the campaign. The scout is the one that makes the golden runs.
 *
 * A warden is a fork of the campaign and so has the golden run and the plan. It
 * is told numbers of planned trials over a socket and answers with records. It
 * ends, with all that it has started, when the socket closes. When it is killed
 * its keeper (keeper.h) tidies up.
 *
 * It may be stopped, or hang in a system call. So no wait for it is without a
 * deadline: the answer's is renewed with each run that a trial takes.
 */
#ifndef HARNESS_WARDEN_H
#define HARNESS_WARDEN_H

#include <sys/types.h>

#include "harness/campaign.h"

struct warden {
	pid_t keeper;	     /* parent of it, 0: none */
	int socket;	     /* -1: none. Poll it for input: the answer */
	ssize_t trial;	     /* number of what it is at, -1: idle */
	int64_t patience_ms; /* how long a run may take it, -1: for ever */
	int64_t deadline_ns; /* of the next answer */
};
#define WARDEN_NONE ((struct warden) {.socket = -1, .trial = -1})

/* In which it tells that it is to end, or is made to end. */
enum { WARDEN_STOP_MS = 20000 };

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
 * Take its answer: fills *trial. Returns 0; 1 when it is at it still; or -1 and
 * *err when it is in trouble, or gone (EPIPE), and then nothing is left of
 * what it had started.
 */
int warden_take(struct warden *warden, struct trial *trial, struct err *err);
/* The same, but wait for the answer; kills it when it has not come in time. */
int warden_await(struct warden *warden, struct trial *trial, struct err *err);
/* Has the deadline passed with no answer? Then *err is set to that. */
bool warden_is_stuck(const struct warden *warden, struct err *err);

/* Tell it to end; or end it at once. */
void warden_dismiss(const struct warden *warden);
void warden_kill(const struct warden *warden);
/* Is it dead, with nothing left of what it had started? */
bool warden_is_gone(const struct warden *warden);
/* See to it that it is; after WARDEN_STOP_MS by force. May run twice. */
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
