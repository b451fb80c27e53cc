/* SPDX-License-Identifier: MIT */
/* state.h - a tracer, for the modules of this room that work on it. */
#ifndef HARNESS_TRACER_STATE_H
#define HARNESS_TRACER_STATE_H

#include "harness/tracer/tracee.h"

/* Above it in a wait status is the event: ptrace(2), PTRACE_O_TRACEEXEC. */
enum { EVENT_SHIFT = 16 };

struct tracer {
	const struct tracer_hooks *hooks;
	void *owner;
	struct tracees tracees;
	int children; /* signalfd(2) of SIGCHLD */
	int proc_dir; /* not owned */
	pid_t main;   /* the first process */
	bool main_dead;
	int main_status;
	const struct tracer_filter *filter; /* what the hooks are to see */
	bool without_seccomp;		    /* every call stops */
	/* As wait(2) has last said: children that have nothing to tell. */
	bool silent_children;
	bool detached; /* all are to be forgotten */
	bool killing;  /* who appears now is killed, too */
	struct err trouble;
	sigset_t old_mask;
	struct sigaction old_action;
	struct pollfd *polled; /* memory for tracer_run() */
};

/* What wait(2) has reported of @tid. stops.c */
void stops_serve(struct tracer *tracer, pid_t tid, int status);
/* Of one that was early it is known who it is: let it go on. */
void stops_begin(struct tracer *tracer, struct tracee *tracee);

#endif
