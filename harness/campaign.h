/* SPDX-License-Identifier: MIT */
/*
 * campaign.h - all trials of one target: golden runs, plan, jobs, log.
 *
 *   scout (a warden) -> golden run, twice -> plan -> wardens -> run.jsonl
 *
 * Writes the log and tells what happens through `watcher`; prints nothing.
 */
#ifndef HARNESS_CAMPAIGN_H
#define HARNESS_CAMPAIGN_H

#include <stdio.h>

#include "harness/plan.h"
#include "leakcheck/run.h" /* enum run_place */

struct campaign_settings {
	char *const *argv; /* of the target, ends with NULL */
	enum run_place place;
	struct plan_settings plan;
	size_t jobs;	    /* 0: as many as there are processors */
	int64_t timeout_ms; /* of a trial; 0: from the golden run */
	size_t repeat;	    /* make each trial so often; 0 is once */
	int64_t settle_ms;  /* how long processes may outlive the first */
	int stop_signal;    /* what ends a server; 0: it ends by itself */
	int64_t idle_ms;    /* it is sent when the target has waited so long */
	const char *folder; /* where run.jsonl goes; NULL: nowhere */
	const char *input;  /* the target's stdin, NULL: /dev/null */
	bool resume;	    /* what the folder's log has is not done again */
	bool allow_leaky;   /* go on though the golden run leaks */
	bool no_window;	    /* do not look for windows */
	bool strict;	    /* for the log: what is a mere note gates, too */
	bool list_only;	    /* stop after the plan */
};

/* What the golden run and the plan came to. */
enum campaign_state {
	CAMPAIGN_DONE, /* all planned trials were made */
	/* A signal ended it early. The log is whole; without a plan there is
	 * none. */
	CAMPAIGN_STOPPED,
	CAMPAIGN_NO_SITES,    /* nothing to inject at, or nothing selected */
	CAMPAIGN_BAD_GOLDEN,  /* it fails, hangs or leaks without any fault */
	CAMPAIGN_CANNOT_RUN,  /* no ptrace, no sandbox where one was wanted */
	CAMPAIGN_NOT_STARTED, /* the target: err->code is ENOENT, EACCES, ... */
	CAMPAIGN_NOT_LOGGED,  /* the log cannot be opened or written */
	CAMPAIGN_TROUBLE,     /* of our own */
};

/* How the two golden runs differ, "" when they do not. */
struct campaign {
	enum campaign_state state;
	bool sandboxed;
	char refused[480]; /* why it is not, "" when it is */
	struct golden golden;
	struct plan plan;
	char differs[480];
	char common_path[480]; /* where all runs make a FIFO or socket, "" */
	/* Trials that came to their site when no others were made, and not
	 * before. */
	size_t only_alone;
	size_t done; /* trials that are in the log now */
	/* Trials to be made, with their repetitions, and those that the log
	 * had included. */
	size_t total;
	size_t resumed;	    /* of those that are done, from the earlier part */
	int interrupted_by; /* signal, 0: none */
};

/* Told as things happen. Any may be NULL. */
struct campaign_watcher {
	void *owner;
	/* Golden run and plan are there. */
	void (*planned)(void *owner, const struct campaign *campaign);
	void (*trial)(void *owner, const struct campaign *campaign,
		      const struct trial *trial);
	/* Why a trial, NULL for the run without a fault, came to nothing and
	 * is made again. */
	void (*lost)(void *owner, const char *trial, const char *why);
	/* At least every second, and on SIGUSR1 (asked). */
	void (*tick)(void *owner, const struct campaign *campaign, bool asked);
};

/*
 * Run it. Returns 0 with campaign->state set; or -1 with *err set and the state
 * CANNOT_RUN, NOT_STARTED, NOT_LOGGED or TROUBLE. SIGINT, SIGTERM and SIGHUP
 * stop it in an orderly way, see interrupts.h; a second one does not wait for
 * wardens.
 */
int campaign_run(struct campaign *campaign,
		 const struct campaign_settings *settings,
		 const struct campaign_watcher *watcher, struct err *err);
void campaign_free(struct campaign *campaign);
/* How many trials are made at a time. */
size_t campaign_jobs(const struct campaign *campaign,
		     const struct campaign_settings *settings);

/* One trial again, its calls told one by one on @trace as they come. */
struct rerun_settings {
	const char *id; /* or short id */
	FILE *trace;	/* NULL: no */
	bool gdb;	/* stop there and start gdb(1) on the terminal */
};
int campaign_rerun(struct campaign *campaign,
		   const struct campaign_settings *settings,
		   const struct rerun_settings *rerun, struct trial *trial,
		   struct err *err);

#endif
