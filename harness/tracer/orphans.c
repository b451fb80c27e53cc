/* SPDX-License-Identifier: MIT */
/* orphans.c - processes whose maker was killed before it could be told. */
#include "harness/tracer/orphans.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "base/fd.h"
#include "harness/tracer/births.h"
#include "harness/tracer/questions.h"

static pid_t
parent_of(const struct tracee *tracee, pid_t pid)
{
	return (pid_t)questions_number(tracee->proc_dir, pid, "\nPPid:");
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

	if (questions_number(tracee->proc_dir, tracee->tid, "\nTgid:") !=
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
	CLEANUP_FD int fd = openat(tracer->proc_dir, ".",
				   O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool found = false;

	if (!directory)
		return false;
	while (!found && (entry = readdir(directory))) {
		const pid_t pid = atoi(entry->d_name);

		found = pid > 0 && questions_number(tracer->proc_dir, pid,
						    "\nTracerPid:") == gettid();
	}
	closedir(directory);
	fd = -1;
	return found;
}
