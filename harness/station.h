/* SPDX-License-Identifier: MIT */
/*
 * station.h - the place where passes run one after another: a sandbox (or the
 * host) that is empty before each and made empty after it.
 */
#ifndef HARNESS_STATION_H
#define HARNESS_STATION_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/pass.h"
#include "leakcheck/collector.h"
#include "leakcheck/tree.h"
#include "model/trial.h"

struct station_settings {
	char *const *argv;
	const char *input; /* file for the target's stdin, NULL: /dev/null */
	bool sandboxed;
	bool every_call;   /* the filter stops at every system call */
	bool debug;	   /* the target may be let go, and has our terminal */
	int64_t settle_ms; /* how long processes may outlive the first */
	int stop_signal;   /* what ends a server; 0: it ends by itself */
	int64_t idle_ms;   /* it is sent when the target has waited so long */
	int control;	   /* when input comes here or it closes, give up */
	struct trail *trail; /* shared with who looks after this process */
};

struct station {
	struct station_settings settings;
	struct tree tree;
	ino_t ipc_namespace; /* number of the one that we are in */
	struct stacks *stacks;
	struct tracer_filter *filter;
	int input;
	struct collect_settings look; /* at what a pass has left */
	int mqueue_dir;		      /* for it, or -1 */
	int shm_dir;		      /* of the sandbox, -1: none */
};

/* What a pass has come to. */
struct outcome {
	enum tracer_start started; /* unless TRACER_RUNS nothing else holds */
	int status;		   /* of the first process, wait(2) */
	int64_t duration_ns;
	bool hung;    /* the limit passed before the first process died */
	bool stopped; /* the stop signal was sent */
	bool removed; /* what was left is gone now */
	struct trial *trial; /* left, survivors, output are filled here */
};

/*
 * What station_run() may take with these limits, everything at its worst, and
 * more: who takes longer does not come back. -1: without a limit.
 */
int64_t station_longest_ms(int64_t limit_ms, int64_t settle_ms);

/* Enter the sandbox. On failure err->code is EPERM if it is refused. The
 * calling process changes for good, see tree_enter(). */
int station_open(struct station *station,
		 const struct station_settings *settings, struct err *err);
void station_close(struct station *station);

/*
 * Run the target as a pass with @pass's hooks until all of its processes are
 * dead, @limit_ms at most for the first one; see what is left, and remove it.
 * Returns 0; or -1 with *err set: trouble of our own, or ECANCELED when
 * settings.control spoke.
 */
int station_run(struct station *station, struct pass *pass, int64_t limit_ms,
		struct outcome *outcome, struct err *err);

#endif
