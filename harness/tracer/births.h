/* SPDX-License-Identifier: MIT */
/* births.h - tracees that appear, turn into other programs, and die. */
#ifndef HARNESS_TRACER_BIRTHS_H
#define HARNESS_TRACER_BIRTHS_H

#include "harness/tracer/state.h"

/* A thread that nobody knows has stopped by @signal: keep it until it can be
 * told. */
void births_keep(struct tracer *tracer, pid_t tid, int signal);

/*
 * @creator, NULL when it is dead, a thread of @process, has made the process or
 * thread @tid. Returns it if it waits to be resumed, else NULL.
 */
struct tracee *
births_announce(struct tracer *tracer, struct process *process,
		struct tracee *creator, pid_t tid, bool is_thread);

/* The process of @leader executes a program, by what was its thread @former. */
void births_exec(struct tracer *tracer, struct tracee *leader, pid_t former);

/* Wait status @status says that @tracee is dead: tell and forget it. */
void births_end(struct tracer *tracer, struct tracee *tracee, int status);

#endif
