/* SPDX-License-Identifier: MIT */
/* witness_get.c - which System V call made which object. */
#include "leakcheck/witness_get.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "leakcheck/sysv.h"

/* A full search costs as much as so many indices are, so it is spread out. */
enum { INDICES_PER_SEARCH = 256 };

/*
 * How many bits of an identifier are its index: 15, or 24 when the kernel was
 * started with ipcmni_extend. ipc/util.h of Linux.
 */
static const int index_masks[] = {(1 << 15) - 1, (1 << 24) - 1};

static void
remember(struct get_log *log, int index, const struct get_maker *maker)
{
	const struct get_maker none = {.id = -1};
	size_t needed = (size_t)index + 1;

	if (log->seen_count < needed)
		log->seen = mem_grow(log->seen, needed, sizeof(*log->seen));
	while (log->seen_count < needed)
		log->seen[log->seen_count++] = none;
	log->seen[index] = *maker;
}

static bool
is_new(const struct get_log *log, int index, int id)
{
	return (size_t)index >= log->seen_count || log->seen[index].id != id;
}

void
get_log_start(struct get_log *log, enum kind kind)
{
	int max = sysv_max_index(kind);

	*log = (struct get_log) {.kind = kind, .last_index = -1, .last_id = -1};
	for (int index = 0; index <= max; index++) {
		struct object object = {.kind = kind};

		if (!sysv_at_index(kind, index, &object))
			continue;
		remember(log, index, &(struct get_maker) {.id = object.id});
		if (object.id <= log->last_id)
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
static struct get_maker
assign(struct get_log *log, const struct object *object)
{
	struct get_maker maker = {.id = object->id,
				  .certain = object_knows(object, FIELD_CPID)};
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
		maker.certain |= witness_call_is_certain(&call->call);
		first = i;
	}
	if (first < log->pending_count)
		drop_pending(log, first);
	return maker; /* else somebody else's, on a shared host */
}

/* How many identifiers later than @last, which may be before it began anew. */
static int
distance(int last, int id)
{
	return (int)(((unsigned)id - (unsigned)last) & INT_MAX);
}

static int
compare_newness(const void *a, const void *b, void *last_id)
{
	const int last = *(const int *)last_id;
	int left = distance(last, ((const struct object *)a)->id);
	int right = distance(last, ((const struct object *)b)->id);

	return (left > right) - (left < right);
}

/* Append what is new at the indices from @low to @high. */
static void
search(const struct get_log *log, int low, int high, struct object_list *found)
{
	for (int index = low; index <= high; index++) {
		struct object object = {.kind = log->kind};

		if (!sysv_at_index(log->kind, index, &object) ||
		    !is_new(log, index, object.id))
			continue;
		object.used_at = index; /* not otherwise needed here */
		*object_list_add(found, log->kind) = object;
	}
}

static void
ask_all(struct get_log *log, pid_t tid)
{
	for (size_t i = 0; i < log->pending_count; i++)
		witness_call_ask(&log->pending[i].call, tid);
}

/* Those whose object was not found made none that lives. */
static void
forget_finished(struct get_log *log)
{
	for (size_t i = log->pending_count; i-- > 0;)
		if (log->pending[i].call.over)
			drop_pending(log, i);
}

static void
adopt(struct get_log *log, struct object_list *found)
{
	if (found->count > 1)
		qsort_r(found->items, found->count, sizeof(*found->items),
			compare_newness, &log->last_id);
	for (size_t i = 0; i < found->count; i++) {
		const struct get_maker maker = assign(log, &found->items[i]);

		log->last_id = maker.id;
		log->last_index = (int)found->items[i].used_at;
		remember(log, log->last_index, &maker);
	}
}

/* Look close to what is newest; is it time for a search of everything? */
static bool
search_near(struct get_log *log, struct object_list *found)
{
	int max = sysv_max_index(log->kind);

	search(log, log->last_index + 1,
	       max - log->last_index > INDICES_PER_SEARCH
		       ? log->last_index + INDICES_PER_SEARCH
		       : max,
	       found);
	return found->count == 0 &&
	       (int)(++log->searches * INDICES_PER_SEARCH) > max;
}

/* Find what the pending calls have made. */
static void
settle(struct get_log *log, pid_t tid, bool at_end)
{
	struct object_list found = {0};
	bool full;

	ask_all(log, tid);
	full = search_near(log, &found) || at_end;
	if (full) {
		log->searches = 0;
		object_list_free(&found);
		search(log, 0, sysv_max_index(log->kind), &found);
	}
	adopt(log, &found);
	if (full)
		forget_finished(log);
	object_list_free(&found);
}

int64_t
get_log_settle(struct get_log *log, pid_t tid)
{
	int64_t latest_ns = 0;

	if (log->pending_count > 0)
		settle(log, tid, false);
	for (size_t i = 0; i < log->pending_count; i++) {
		int64_t until_ns = witness_call_wait(&log->pending[i].call);

		if (until_ns > latest_ns)
			latest_ns = until_ns;
	}
	return latest_ns;
}

void
get_log_add(struct get_log *log, const struct get_call *call)
{
	if (log->pending_count > 0)
		settle(log, call->call.caller.tid, false);
	if (call->key != 0 && sysv_has_key(log->kind, call->key))
		return; /* looks up what is there */
	log->pending = mem_grow(log->pending, log->pending_count + 1,
				sizeof(*log->pending));
	log->pending[log->pending_count++] = *call;
}

void
get_log_finish(struct get_log *log)
{
	if (log->pending_count > 0)
		settle(log, 0, true);
}

const struct get_maker *
get_log_find(const struct get_log *log, int id)
{
	for (size_t i = 0; i < ARRAY_LEN(index_masks); i++) {
		int index = id & index_masks[i];

		if (!is_new(log, index, id))
			return log->seen[index].command ? &log->seen[index]
							: NULL;
	}
	return NULL;
}

void
get_log_free(struct get_log *log)
{
	free(log->pending);
	free(log->seen);
	*log = (struct get_log) {0};
}
