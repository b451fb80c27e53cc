/* SPDX-License-Identifier: MIT */
/* asleep.c - do the tracees wait, or would they run if they were let? */
#include <stdio.h>
#include <string.h>

#include "base/fd.h"
#include "harness/tracer/state.h"

enum { PROC_NAME_BYTES = 64 };

/*
 * What sleeps, S, waits for something else; what has the processor or is to
 * have it, R, or is stopped for its tracer, t, goes on by itself. So does what
 * waits for a disk, D. Of a group-stop that the tracer has seen the kernel
 * says t, too: ptrace(2), PTRACE_LISTEN. proc_pid_stat(5)
 */
static bool
is_asleep(const struct tracee *tracee)
{
	CLEANUP_BUF struct buf text = {0};
	char name[PROC_NAME_BYTES];
	const char *end;

	if (tracee->was_stopped)
		return true;
	snprintf(name, sizeof(name), "%d/stat", tracee->tid);
	if (fd_read_file(tracee->proc_dir, name, &text))
		return false; /* its death is to be seen yet */
	end = strrchr(buf_text(&text), ')');
	return end && (end[2] == 'S' || end[2] == 'T');
}

static void
look_at(struct tracee *tracee, void *argument)
{
	bool *all_sleep = argument;

	*all_sleep = *all_sleep && is_asleep(tracee);
}

bool
tracer_is_asleep(const struct tracer *tracer)
{
	bool all_sleep = true;

	tracees_each(&tracer->tracees, look_at, &all_sleep);
	return all_sleep;
}
