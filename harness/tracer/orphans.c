/* SPDX-License-Identifier: MIT */
/* orphans.c - processes whose maker was killed before it could be told. */
#include "harness/tracer/orphans.h"

#include <sys/ptrace.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/proc.h"
#include "harness/tracer/births.h"
#include "harness/tracer/questions.h"

static pid_t
parent_of(const struct tracee *tracee, pid_t pid)
{
	return proc_status_pid(tracee->proc_dir, pid, "PPid:");
}

/* Has a thread of the process @parent made it, or (CLONE_PARENT) of a child of
 * that, and is about to stop and tell? */
struct search {
	pid_t parent;
	bool found;
};

static void
search_maker(struct tracee *tracee, void *argument)
{
	struct search *search = argument;

	if (search->found || tracee->life == TRACEE_EARLY)
		return;
	if (tracee->process->pid == search->parent ||
	    parent_of(tracee, tracee->process->pid) == search->parent)
		search->found = questions_may_make(tracee);
}

/*
 * Its parent may live: it is the child of whom it has fallen to, or of a
 * process of which only the thread was killed, by an execve(2) of another. A
 * thread's maker is of the same process and tells, or it dies with that.
 */
static bool
is_orphan(const struct tracer *tracer, const struct tracee *tracee)
{
	struct search search = {parent_of(tracee, tracee->tid), false};

	if (proc_status_pid(tracee->proc_dir, tracee->tid, "Tgid:") !=
	    tracee->tid)
		return false;
	tracees_each(&tracer->tracees, search_maker, &search);
	return !search.found;
}

/* As far as can be told: who died last, or whose child it is now. */
static struct process *
likely_maker(const struct tracer *tracer, const struct tracee *tracee)
{
	const struct tracee *parent;

	if (tracer->tracees.last)
		return tracer->tracees.last;
	parent = tracees_find(&tracer->tracees, parent_of(tracee, tracee->tid));
	return parent ? parent->process : NULL;
}

static void
adopt(struct tracee *tracee, void *argument)
{
	struct tracer *tracer = argument;
	struct process *maker;

	if (tracee->life != TRACEE_EARLY || !is_orphan(tracer, tracee))
		return;
	maker = likely_maker(tracer, tracee);
	if (maker && births_announce(tracer, maker, NULL, tracee->tid, false))
		stops_begin(tracer, tracee);
}

void
orphans_adopt(struct tracer *tracer)
{
	if (tracer->tracees.early > 0)
		tracees_each(&tracer->tracees, adopt, tracer);
}

bool
orphans_are_hidden(const struct tracer *tracer)
{
	CLEANUP_DIRECTORY DIR *directory =
		fd_open_directory(tracer->proc_dir, ".");
	pid_t pid;

	while (directory && (pid = proc_next(directory)))
		if (proc_status_pid(tracer->proc_dir, pid, "TracerPid:") ==
		    gettid())
			return true;
	return false;
}
