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

/*
 * As long as its parent lives the event may come. A thread's comes, or it dies
 * with its process.
 */
static bool
is_orphan(const struct tracer *tracer, const struct tracee *tracee)
{
	const pid_t parent = (pid_t)questions_number(tracee->proc_dir,
						     tracee->tid, "\nPPid:");

	return questions_number(tracee->proc_dir, tracee->tid, "\nTgid:") ==
		       tracee->tid &&
	       !tracees_find(&tracer->tracees, parent) &&
	       (parent != getpid() || tracer->main_dead);
}

static void
adopt(struct tracee *tracee, void *argument)
{
	struct tracer *tracer = argument;

	if (tracee->life != TRACEE_EARLY || !is_orphan(tracer, tracee))
		return;
	if (births_announce(tracer, tracer->tracees.last, NULL, tracee->tid,
			    false))
		stops_resume(tracer, tracee);
}

void
orphans_adopt(struct tracer *tracer)
{
	if (tracer->tracees.early > 0 && tracer->tracees.last)
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
