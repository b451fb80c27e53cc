/* SPDX-License-Identifier: MIT */
/* births.c - tracees that appear, turn into other programs, and die. */
#include "harness/tracer/births.h"

#include "harness/tracer/untraced.h"

static void
kill_if_all_are(const struct tracer *tracer, pid_t tid)
{
	if (tracer->killing)
		(void)kill(tid, SIGKILL);
}

void
births_keep(struct tracer *tracer, pid_t tid, int signal)
{
	struct tracee *tracee = tracees_add(&tracer->tracees, tid);
	int status;

	/* Of another one, who had that number before. */
	(void)tracees_take_gone(&tracer->tracees, tid, &status);
	tracee->proc_dir = tracer->proc_dir;
	tracee->first_stop = signal;
	tracer->tracees.early++;
	kill_if_all_are(tracer, tid);
}

static void
tell_birth(struct tracer *tracer, struct tracee *tracee, struct tracee *creator)
{
	if (tracer->hooks->born)
		tracer->hooks->born(tracer->owner, tracee, creator);
}

static void
tell_death(struct tracer *tracer, struct tracee *tracee, int status)
{
	tracee->moment = AT_LEAVE;
	if (tracee->stepping && tracer->hooks->stepped)
		tracer->hooks->stepped(tracer->owner, tracee,
				       tracee->steps_left);
	if (tracee->process->executed && tracer->hooks->dead)
		tracer->hooks->dead(tracer->owner, tracee, status);
}

/* Returns false when it is known who that is. */
static bool
find_or_add(struct tracer *tracer, pid_t tid, struct tracee **tracee)
{
	*tracee = tracees_find(&tracer->tracees, tid);
	if (*tracee && (*tracee)->life != TRACEE_EARLY)
		return false;
	if (*tracee) {
		tracer->tracees.early--;
		(*tracee)->life = TRACEE_RUNNING;
		return true;
	}
	*tracee = tracees_add(&tracer->tracees, tid);
	(*tracee)->proc_dir = tracer->proc_dir;
	(*tracee)->life = TRACEE_EXPECTED;
	kill_if_all_are(tracer, tid);
	return true;
}

struct tracee *
births_announce(struct tracer *tracer, struct process *process,
		struct tracee *creator, pid_t tid, bool is_thread)
{
	struct tracee *tracee;
	int status;

	if (!find_or_add(tracer, tid, &tracee))
		return NULL;
	if (is_thread)
		tracee_be_thread(tracee, process);
	else
		tracee_be_process(tracee, process);
	if (creator)
		untraced_inherit(tracee, creator);
	tell_birth(tracer, tracee, creator);
	if (tracees_take_gone(&tracer->tracees, tid, &status)) {
		births_end(tracer, tracee, status);
		return NULL;
	}
	return tracee->life == TRACEE_RUNNING ? tracee : NULL;
}

/*
 * All other threads are dead, and have been or will be reported; but not the
 * one that executes, which goes on with the tid of the leader: ptrace(2),
 * "execve(2) under ptrace".
 */
static void
merge_executer(struct tracer *tracer, struct tracee *leader, pid_t former)
{
	struct tracee *executer = tracees_find(&tracer->tracees, former);
	void *of_leader = leader->owner_data;

	if (!executer || executer == leader ||
	    executer->process != leader->process)
		return;
	leader->watched = executer->watched;
	leader->untraced = false;
	leader->amended = 0;
	leader->call = executer->call;
	leader->stepping = false;
	/* It is the leader that is dead, but for its number and role. */
	leader->owner_data = executer->owner_data;
	executer->owner_data = of_leader;
	tell_death(tracer, executer, 0);
	tracees_remove(&tracer->tracees, executer);
}

void
births_exec(struct tracer *tracer, struct tracee *leader, pid_t former)
{
	const bool first = !leader->process->executed;

	merge_executer(tracer, leader, former);
	leader->process->image = tracee_new_image();
	leader->process->foreign_told = false;
	leader->process->executed = true;
	if (first)
		tell_birth(tracer, leader, NULL);
	else if (tracer->hooks->exec)
		tracer->hooks->exec(tracer->owner, leader);
}

/*
 * The leader is reported last. Only a thread that was killed while it executed
 * and had the leader's tid already is not reported at all.
 */
struct group {
	struct tracer *tracer;
	struct tracee *leader;
	int status;
};

static void
bury_member(struct tracee *tracee, void *argument)
{
	const struct group *group = argument;

	if (tracee == group->leader ||
	    tracee->process != group->leader->process)
		return;
	tell_death(group->tracer, tracee, group->status);
	tracees_remove(&group->tracer->tracees, tracee);
}

static void
bury_others(struct tracer *tracer, struct tracee *leader, int status)
{
	struct group group = {tracer, leader, status};

	if (leader->process->threads > 0)
		tracees_each(&tracer->tracees, bury_member, &group);
}

void
births_end(struct tracer *tracer, struct tracee *tracee, int status)
{
	if (tracee->life == TRACEE_EARLY) {
		tracer->tracees.early--;
		tracees_note_gone(&tracer->tracees, tracee->tid, status);
		tracees_remove(&tracer->tracees, tracee);
		return;
	}
	if (tracee->tid == tracer->main) {
		tracer->main_dead = true;
		tracer->main_status = status;
	}
	if (tracee->tid == tracee->process->pid) {
		bury_others(tracer, tracee, status);
		tracees_keep_process(&tracer->tracees, tracee->process);
	}
	tell_death(tracer, tracee, status);
	tracees_remove(&tracer->tracees, tracee);
}
