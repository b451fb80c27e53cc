/* SPDX-License-Identifier: MIT */
/* tracee.c - the traced threads, their processes and roles. */
#include "harness/tracer/tracee.h"

#include <stdlib.h>

#include "base/mem.h"

static struct tracee **
bucket_of(struct tracees *all, pid_t tid)
{
	return &all->buckets[(unsigned)tid % TRACEES_BUCKETS];
}

struct tracee *
tracees_find(const struct tracees *all, pid_t tid)
{
	struct tracee *tracee = all->buckets[(unsigned)tid % TRACEES_BUCKETS];

	while (tracee && tracee->tid != tid)
		tracee = tracee->next;
	return tracee;
}

static void
put(struct tracees *all, struct tracee *tracee)
{
	struct tracee **bucket = bucket_of(all, tracee->tid);

	tracee->next = *bucket;
	*bucket = tracee;
}

static void
take_out(struct tracees *all, struct tracee *tracee)
{
	struct tracee **link = bucket_of(all, tracee->tid);

	while (*link != tracee)
		link = &(*link)->next;
	*link = tracee->next;
}

struct tracee *
tracees_add(struct tracees *all, pid_t tid)
{
	struct tracee *tracee = mem_zalloc(sizeof(*tracee));

	tracee->tid = tid;
	tracee->life = TRACEE_EARLY;
	put(all, tracee);
	all->count++;
	return tracee;
}

static void
leave_process(struct process *process)
{
	if (!process || --process->alive > 0)
		return;
	free(process->role);
	free(process);
}

void
tracees_remove(struct tracees *all, struct tracee *tracee)
{
	take_out(all, tracee);
	all->count--;
	leave_process(tracee->process);
	free(tracee->role);
	free(tracee);
}

struct tracee *
tracees_any(const struct tracees *all)
{
	for (size_t i = 0; i < TRACEES_BUCKETS; i++)
		if (all->buckets[i])
			return all->buckets[i];
	return NULL;
}

void
tracees_keep_process(struct tracees *all, struct process *process)
{
	if (process)
		process->alive++;
	leave_process(all->last);
	all->last = process;
}

void
tracees_each(const struct tracees *all,
	     void (*visit)(struct tracee *tracee, void *argument),
	     void *argument)
{
	for (size_t i = 0; i < TRACEES_BUCKETS; i++) {
		struct tracee *next;

		for (struct tracee *at = all->buckets[i]; at; at = next) {
			next = at->next;
			visit(at, argument);
		}
	}
}

void
tracees_note_gone(struct tracees *all, pid_t tid, int status)
{
	all->gone[all->next_gone] = (struct gone) {tid, status};
	all->next_gone = (all->next_gone + 1) % TRACEES_GONE;
}

bool
tracees_take_gone(struct tracees *all, pid_t tid, int *status)
{
	for (size_t i = 0; i < TRACEES_GONE; i++) {
		if (all->gone[i].tid != tid)
			continue;
		*status = all->gone[i].status;
		all->gone[i].tid = 0;
		return true;
	}
	return false;
}

static void
join_process(struct tracee *tracee, struct process *process, char *role)
{
	tracee->process = process;
	tracee->role = role;
	process->alive++;
}

static struct process *
new_process(struct tracee *leader, char *role)
{
	struct process *process = mem_zalloc(sizeof(*process));

	process->pid = leader->tid;
	process->role = role;
	join_process(leader, process, mem_strdup(role));
	return process;
}

void
tracee_be_first(struct tracee *tracee)
{
	new_process(tracee, mem_strdup("0"));
}

void
tracee_be_process(struct tracee *tracee, struct process *parent)
{
	char *role = mem_printf("%s.%u", parent->role, ++parent->children);
	struct process *process = new_process(tracee, role);

	process->image = parent->image;
	process->executed = parent->executed;
}

void
tracee_be_thread(struct tracee *tracee, struct process *process)
{
	char *role = mem_printf("%s:t%u", process->role, ++process->threads);

	join_process(tracee, process, role);
}

uint64_t
tracee_new_image(void)
{
	static uint64_t images;

	return ++images;
}
