/* SPDX-License-Identifier: MIT */
/* witness_get.c - which System V call made which object. */
#include "leakcheck/witness_get.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "leakcheck/sysv.h"

/* A full search costs as much as so many indices are, so it is spread out. */
enum { INDICES_PER_SEARCH = 256 };

void
get_log_start(struct get_log *log, enum kind kind)
{
	int max = sysv_max_index(kind);

	*log = (struct get_log) {.kind = kind, .last_index = -1, .last_id = -1};
	for (int index = 0; index <= max; index++) {
		struct object object = {.kind = kind};

		if (!sysv_at_index(kind, index, &object) ||
		    object.id <= log->last_id)
			continue;
		log->last_id = object.id;
		log->last_index = index;
	}
}

static bool
could_make(const struct get_call *call, const struct object *object)
{
	if (call->key != object->key)
		return false;
	if (object_knows(object, FIELD_CPID) && object->cpid != call->pid)
		return false;
	if (object_knows(object, FIELD_NSEMS))
		return object->count == call->size;
	if (object->kind == KIND_SYSV_SHM)
		return object->bytes == call->size;
	return true;
}

static void
drop_pending(struct get_log *log, size_t index)
{
	log->pending_count--;
	memmove(&log->pending[index], &log->pending[index + 1],
		(log->pending_count - index) * sizeof(*log->pending));
}

/*
 * One call made one object. Where several could have, they were under way at
 * the same time, or it would have been found before the later one: then the
 * first is taken out, and the process is named only if they agree on it.
 */
static void
assign(struct get_log *log, const struct object *object)
{
	struct get_maker maker = {.id = object->id,
				  .certain = log->watching ||
					     object_knows(object, FIELD_CPID)};
	size_t first = log->pending_count;

	for (size_t i = log->pending_count; i-- > 0;) {
		const struct get_call *call = &log->pending[i];

		if (!could_make(call, object))
			continue;
		if (first == log->pending_count)
			maker.pid = call->pid;
		else if (maker.pid != call->pid)
			maker.pid = 0;
		maker.command = call->command;
		first = i;
	}
	maker.certain &= maker.pid != 0;
	if (first == log->pending_count)
		return; /* somebody else's, on a shared host */
	drop_pending(log, first);
	log->made =
		mem_grow(log->made, log->made_count + 1, sizeof(*log->made));
	log->made[log->made_count++] = maker;
}

static int
compare_ids(const void *a, const void *b)
{
	const struct object *left = a;
	const struct object *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

/* Append what is new at the indices from @low to @high. */
static void
search(const struct get_log *log, int low, int high, struct object_list *found)
{
	for (int index = low; index <= high; index++) {
		struct object object = {.kind = log->kind};

		if (!sysv_at_index(log->kind, index, &object) ||
		    object.id <= log->last_id)
			continue;
		object.used_at = index; /* not otherwise needed here */
		*object_list_add(found, log->kind) = object;
	}
}

/* Was the search for what the pending calls made a full one? */
static bool
settle(struct get_log *log, bool at_end)
{
	struct object_list found = {0};
	int max = sysv_max_index(log->kind);
	bool full = at_end;

	search(log, log->last_index + 1,
	       max - log->last_index > INDICES_PER_SEARCH
		       ? log->last_index + INDICES_PER_SEARCH
		       : max,
	       &found);
	if (found.count == 0)
		full |= (int)(++log->searches * INDICES_PER_SEARCH) > max;
	if (full) {
		log->searches = 0;
		object_list_free(&found);
		search(log, 0, max, &found);
	}
	if (found.count > 1)
		qsort(found.items, found.count, sizeof(*found.items),
		      compare_ids);
	for (size_t i = 0; i < found.count; i++) {
		assign(log, &found.items[i]);
		log->last_id = found.items[i].id;
		log->last_index = (int)found.items[i].used_at;
	}
	object_list_free(&found);
	return full;
}

/* Calls that are over and whose object is not there made none that lives. */
static void
forget_finished(struct get_log *log, pid_t tid)
{
	for (size_t i = log->pending_count; i-- > 0;) {
		const struct get_call *call = &log->pending[i];

		if (call->caller.tid == tid ||
		    caller_has_left(&call->caller, call->number))
			drop_pending(log, i);
	}
}

void
get_log_add(struct get_log *log, const struct get_call *call)
{
	if (log->pending_count > 0 && settle(log, false))
		forget_finished(log, call->caller.tid);
	if (call->key != 0 && sysv_has_key(log->kind, call->key))
		return; /* looks up what is there */
	log->pending = mem_grow(log->pending, log->pending_count + 1,
				sizeof(*log->pending));
	log->pending[log->pending_count++] = *call;
}

void
get_log_await(struct get_log *log, int listener, int64_t deadline_ns)
{
	bool over = false;

	log->watching = true;
	while (log->pending_count > 0 && !over) {
		const struct get_call *call =
			&log->pending[log->pending_count - 1];
		bool full;

		/* Asked first: what it made is there once it has left. */
		over = caller_is_over(&call->caller, call->number, listener,
				      deadline_ns);
		full = settle(log, false);
		if (over && full)
			forget_finished(log, 0);
		else if (!over)
			sched_yield();
	}
	log->watching = false;
}

void
get_log_finish(struct get_log *log)
{
	if (log->pending_count > 0)
		settle(log, true);
}

static int
compare_makers(const void *a, const void *b)
{
	const struct get_maker *left = a;
	const struct get_maker *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

const struct get_maker *
get_log_find(const struct get_log *log, int id)
{
	const struct get_maker wanted = {.id = id};

	if (log->made_count == 0)
		return NULL;
	return bsearch(&wanted, log->made, log->made_count, sizeof(*log->made),
		       compare_makers);
}

void
get_log_free(struct get_log *log)
{
	free(log->pending);
	free(log->made);
	*log = (struct get_log) {0};
}
