/* SPDX-License-Identifier: MIT */
/*
 * run.h - run a command and see what it leaves behind: the gate.
 *
 *   sandbox or host -> fork -> snapshot -> go -> all dead -> snapshot -> diff
 */
#ifndef LEAKCHECK_RUN_H
#define LEAKCHECK_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "leakcheck/collect.h"
#include "leakcheck/diff.h"
#include "leakcheck/tree.h"
#include "leakcheck/witness.h"

enum run_place {
	RUN_ANYWHERE, /* in a sandbox, on the host where that is refused */
	RUN_SANDBOX,  /* or not at all */
	RUN_HOST,
};

struct run_settings {
	char *const *argv; /* of the command, ends with NULL */
	enum run_place place;
	bool witness;	   /* learn who makes objects */
	bool strict;	   /* what only others can have made counts, too */
	int64_t settle_ms; /* how long processes may outlive the command */
	int64_t grace_ms;  /* between SIGTERM and SIGKILL for those */
	struct collect_settings collect;
	bool watch_given; /* collect.watch was asked for, not the default */
};

enum leak_owner {
	LEAK_OWN,     /* the command's */
	LEAK_FOREIGN, /* appeared meanwhile, on the host; not known whose */
};

struct leak {
	const struct object *object; /* of the snapshot after */
	enum leak_owner class;
	struct maker maker; /* command NULL: not known */
};

/* What came of it. Zero-initialise, free with run_free(). */
struct run {
	bool sandboxed;
	struct err refused; /* RUN_ANYWHERE: why there is no sandbox, or "" */
	int exec_error;	    /* errno of execvp(3), 0: the command ran */
	int status;	    /* of the command, wait(2) */
	struct snapshot *before;
	struct snapshot *after;
	struct leak *leaks; /* in object_compare() order */
	size_t leak_count;
	struct survivors survivors;
	bool interrupted;	 /* told to stop waiting for survivors */
	bool abandoned;		 /* the front was killed, see apart.h */
	int front_status;	 /* what the front is to exit with */
	struct witness *witness; /* NULL: who makes objects is not seen */
	struct err unwitnessed;	 /* because of this, or "" */
	size_t missed; /* calls that made FIFOs or sockets nobody knows where */
	struct tree tree;
	struct collect_settings collect;
};

/* Signals that end or steer a command: they are for it, not for us. */
enum { RUN_SIGNALS = 8 };
extern const int run_signals[RUN_SIGNALS];

/*
 * Run it to the end of all its processes. The calling process changes for
 * good: signal mask, namespaces, reaper; it must have no children, see apart.h.
 * Returns 0 when run->status and the leaks hold, also when nobody waits for
 * them any more. On the host this is done in a child, and in the calling
 * process 1 is returned when that has ended: run->front_status is its exit
 * status, and *err is set if that is not what the child meant. Or -1 with *err
 * set; err->code is EPERM when nothing was run for want of a sandbox.
 */
int run_command(struct run *run, const struct run_settings *settings,
		struct err *err);
void run_free(struct run *run);

#endif
